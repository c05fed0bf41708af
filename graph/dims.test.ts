import { expect, test } from 'vitest';
import { dimsOf, dimsText, resolveDims, splitDims } from './dims.ts';
import { ExpressionError } from './expression-syntax.ts';
import type { Scope, Value } from './expressions.ts';
import type { PortType, ResolvedParameter } from './signature.ts';

const SCOPE: Scope = {
  names: new Map<string, Value>([
    ['batch', { type: 'int', value: 2 }],
    ['num_heads', { type: 'int', value: 4 }],
    ['ratio', { type: 'float', value: 2 }],
    ['mode', { type: 'string', value: 'x' }],
  ]),
};

const INPUT: PortType = {
  dims: [{ size: 2, name: 'batch' }, { size: 6, name: 'patches' }, { size: 8 }],
  dtype: 'f32',
  flow: 'tensor',
};

function of(text: string, inputs: Record<string, PortType> = {}): string {
  const dims = resolveDims(text, SCOPE);
  const param: ResolvedParameter = { value: dimsText(dims), source: text, dims };
  return dimsOf(param, inputs)
    .map(({ size, name }) => (name === undefined ? String(size) : `${name} ${size}`))
    .join(' × ');
}

function fault(text: string, inputs: Record<string, PortType> = {}): string {
  try {
    of(text, inputs);
  } catch (error) {
    if (error instanceof ExpressionError) return `${error.position}: ${error.message}`;
    throw error;
  }
  throw new Error(`${text} has sizes`);
}

test.each([
  ['1, 2, 3', '1 × 2 × 3'],
  ['1, 2,', '1 × 2'],
  ['', ''],
  ['batch, heads=num_heads, num_heads * 2, -1', 'batch 2 × heads 4 × 8 × -1'],
  ['max(1, 2), (num_heads)', '2 × num_heads 4'],
])('%s', (text, expected) => {
  expect(of(text)).toBe(expected);
});

test('sizes of inputs, with their names where an item is just that', () => {
  const inputs = { input: INPUT };
  expect(of('input.shape[0], input.shape[-1] // num_heads, half=input.shape[1] // 2, input.shape[1]', inputs)).toBe(
    'batch 2 × 2 × half 3 × patches 6',
  );
  expect(fault('1, input.shape[3]', inputs)).toBe('15: input has 3 dimensions; there is no axis 3');
  expect(fault('1, other.shape[0]', inputs)).toBe('3: there is no input other with a shape');
});

test('the text of the value has numbers where they are known', () => {
  expect(dimsText(resolveDims('batch, input.shape[0] * num_heads, -1', SCOPE))).toBe(
    '2, input.shape[0] * num_heads, -1',
  );
});

test('types stay what they are until shapes are known', () => {
  expect(fault('input.shape[0] * ratio', { input: INPUT })).toBe('0: 4.0 is not a size; write int(…) or //');
  expect(of('input.shape[0] if mode == "x" else 9', { input: INPUT })).toBe('2');
});

test.each([
  ['1, , 2', '2: the expression is empty'],
  ['1, batch +', '10: expected expression after +'],
  ['1, a=bath', '5: unknown name bath; known are batch, num_heads, ratio, mode'],
  ['1, batch / 2', '3: 1.0 is not a size; write int(…) or //'],
  ['-2', '0: -2 is not a size'],
  ['input.shape[0] + unknown', '17: unknown name unknown; known are batch, num_heads, ratio, mode'],
])('%s fails at its place', (text, message) => {
  expect(fault(text)).toBe(message);
});

test('commas inside parentheses and brackets do not split', () => {
  expect(splitDims('max(1, 2), x.shape[1], 3').map(({ text, offset }) => `${offset}:${text.trim()}`)).toEqual([
    '0:max(1, 2)',
    '10:x.shape[1]',
    '22:3',
  ]);
});
