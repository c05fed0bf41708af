import { expect, test } from 'vitest';
import type { Value } from './expressions.ts';
import {
  buildShape,
  describePattern,
  describeShape,
  matchPattern,
  MAX_RANK,
  parsePattern,
  PatternError,
  type Bindings,
} from './patterns.ts';
import type { Dimension } from './problems.ts';

/** `batch:2 3 embed_dim:8` */
function dims(text: string): Dimension[] {
  return text
    .split(' ')
    .filter((part) => part !== '')
    .map((part) => {
      const [name, size] = part.includes(':') ? part.split(':') : [undefined, part];
      return name === undefined ? { size: Number(size) } : { size: Number(size), name };
    });
}

function bindings(params: Record<string, number | readonly [number, string]> = {}): Bindings {
  const entries = Object.entries(params).map(([name, given]) => {
    const [size, label] = typeof given === 'number' ? [given] : given;
    const value: Value = { type: Number.isInteger(size) ? 'int' : 'float', value: size };
    return [name, label === undefined ? { value } : { value, label }] as const;
  });
  return { params: new Map(entries), sizes: new Map() };
}

function match(pattern: string, shape: string, bound = bindings()): string {
  const result = matchPattern(parsePattern(pattern), dims(shape), bound);
  return result.ok ? describeShape(result.dims) : `no: ${result.failure.reason}`;
}

function build(pattern: string, bound: Bindings): string {
  const result = buildShape(parsePattern(pattern), bound);
  return result.ok ? describeShape(result.dims) : `no: ${result.message}`;
}

test.each([
  ['batch patches embed_dim', '2 5 8', 'batch 2 × patches 5 × embed_dim 8'],
  ['batch patches embed_dim', 'b:2 5 8', 'b 2 × patches 5 × embed_dim 8'],
  ['... in_features', 'batch:2 5 8', 'batch 2 × 5 × in_features 8'],
  ['... in_features', '8', 'in_features 8'],
  ['...', '', 'a scalar'],
  ['batch ... last', '1 2 3 4', 'batch 1 × 2 × 3 × last 4'],
  ['side side', '4 4', 'side 4 × side 4'],
  ['side side', '4 5', 'no: axis 1 is 5, not side 4'],
  ['3 n', '3 7', '3 × n 7'],
  ['3 n', '4 7', 'no: axis 0 is 4, not 3'],
  ['h (h // 2)', '8 4', 'h 8 × 4'],
  ['h half=(h // 2)', '8 4', 'h 8 × half 4'],
  ['h (h // 2)', '8 5', 'no: axis 1 is 5, not h // 2 4'],
  ['a b', '1 2 3', 'no: 2 dimensions are wanted, 3 came'],
  ['a', '1 2 3', 'no: 1 dimension is wanted, 3 came'],
  ['... a b', '1', 'no: at least 2 dimensions are wanted, 1 came'],
  ['h (h // zero)', '8 4', 'no: h // zero: unknown name zero; known are h'],
  ['', '', 'a scalar'],
])('%s takes [%s] as %s', (pattern, shape, expected) => {
  expect(match(pattern, shape)).toBe(expected);
});

test('a parameter is a size that is known; its hyperparameter names the dimension', () => {
  expect(match('... in_features', '2 8', bindings({ in_features: [8, 'embed_dim'] }))).toBe('2 × embed_dim 8');
  expect(match('... in_features', '2 width:8', bindings({ in_features: 8 }))).toBe('2 × width 8');
  expect(match('... in_features', '2 9', bindings({ in_features: 8 }))).toBe('no: axis 1 is 9, not in_features 8');
  expect(match('... ratio', '2 9', bindings({ ratio: 0.5 }))).toBe('no: ratio is not a size');
  const failed = matchPattern(parsePattern('... in_features'), dims('2 w:9'), bindings({ in_features: 8 }));
  expect(failed).toMatchObject({ failure: { param: { name: 'in_features', came: { size: 9, name: 'w' } } } });
});

test('names are bound across inputs, and so is `...` beside other items', () => {
  const bound = bindings();
  expect(match('... queries head_dim', 'b:2 h:3 5 8', bound)).toBe('b 2 × h 3 × queries 5 × head_dim 8');
  expect(match('... keys head_dim', '2 3 7 8', bound)).toBe('2 × 3 × keys 7 × head_dim 8');
  expect(match('... keys value_dim', '2 4 7 8', bound)).toBe(
    'no: its leading dimensions are 2 × 4, those of another input b 2 × h 3',
  );
  expect(match('... keys value_dim', '2 3 6 8', bound)).toBe('no: axis 2 is 6, not keys 7');
  expect(match('...', '9 9', bound)).toBe('9 × 9');
  expect(build('... queries keys', bound)).toBe('b 2 × h 3 × queries 5 × keys 7');
});

test('outputs: parameters, bound names, expressions with and without a name', () => {
  const bound = bindings({ out_features: 6, patch: 4, embed_dim: [16, 'width'] });
  expect(match('batch channels height', 'batch:1 3 12', bound)).toBe('batch 1 × channels 3 × height 12');
  expect(build('batch (height // patch) rows=(height // patch) embed_dim out_features 7', bound)).toBe(
    'batch 1 × 3 × rows 3 × width 16 × out_features 6 × 7',
  );
  expect(build('unknown', bound)).toBe('no: nothing says how large unknown is');
  expect(build('...', bound)).toBe('no: nothing says what `...` is');
  expect(build('(height / patch)', bound)).toBe('no: height / patch is 3, not a size');
  expect(build('(patch - height)', bound)).toBe('no: patch - height is -8, not a size');
});

test('a pattern is described with the sizes that are known', () => {
  const bound = bindings({ in_features: 8 });
  expect(describePattern(parsePattern('... batch in_features (in_features // 2) 3'), bound)).toBe(
    '… × batch × in_features 8 × in_features // 2 4 × 3',
  );
  expect(describePattern(parsePattern(''), bound)).toBe('a scalar');
});

test.each([
  ['a, b', 1, '"," cannot stand in a shape'],
  ['... a ...', 6, '`...` may stand once'],
  ['(a', 2, '`)` is missing'],
  ['(a +)', 4, 'expected expression after +'],
  ['n=3', 2, '`(` must follow `=`'],
  ['12ab', 0, '"1" cannot stand in a shape'],
  ['99999999999999999999', 0, 'the size 99999999999999999999 is too large'],
  [Array.from({ length: MAX_RANK + 1 }, () => 'a').join(' '), 0, `a shape has at most ${MAX_RANK} dimensions`],
])('%s is no pattern', (text, position, message) => {
  try {
    parsePattern(text);
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(PatternError);
    expect(error).toMatchObject({ position, message });
  }
});
