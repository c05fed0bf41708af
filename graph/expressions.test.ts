import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../scripts/effort.ts';
import { ExpressionError, parseExpression } from './expression-syntax.ts';
import { describeValue, evaluate, namesIn, usesShapes, type Scope, type Value } from './expressions.ts';
import cases from './testing/python-expressions.json' with { type: 'json' };

const SCOPE: Scope = {
  names: new Map<string, Value>([
    ['embed_dim', { type: 'int', value: 768 }],
    ['num_heads', { type: 'int', value: 12 }],
    ['mlp_ratio', { type: 'float', value: 4 }],
    ['zero', { type: 'int', value: 0 }],
    ['bias', { type: 'bool', value: true }],
    ['mode', { type: 'string', value: 'gelu' }],
  ]),
  shapes: new Map([['input', [2, 196, 768]]]),
};

function show(text: string, scope = SCOPE): string {
  return describeValue(evaluate(text, scope));
}

function fault(text: string, scope = SCOPE): string {
  try {
    evaluate(text, scope);
  } catch (error) {
    if (error instanceof ExpressionError) return `${error.position}: ${error.message}`;
    throw error;
  }
  throw new Error(`${text} has a value`);
}

const PYTHON_TYPES = { int: 'int', float: 'float', bool: 'bool', str: 'string' } as const;

test.each(cases as { text: string; type?: keyof typeof PYTHON_TYPES; value?: unknown; error?: string }[])(
  'as Python: $text',
  ({ text, type, value, error }) => {
    if (error !== undefined) expect(() => evaluate(text, SCOPE)).toThrow(ExpressionError);
    else expect(evaluate(text, SCOPE)).toEqual({ type: PYTHON_TYPES[type!], value });
  },
);

test.each([
  ['embed_dim // num_heads', '64'],
  ['int(embed_dim * mlp_ratio)', '3072'],
  ['(embed_dim // num_heads) ** -0.5', '0.125'],
  ['-2 ** 2', '-4'],
  ['2 ** 3 ** 2', '512'],
  ['not 1 == 2', 'True'],
  ['1 < 2 < 3 < 3', 'False'],
  ['round(2.5)', '2'],
  ['round(3.5)', '4'],
  ['round(1234, -2)', '1200'],
  ['-7 // 2', '-4'],
  ['7 % -3', '-2'],
  ['min(3, 1.0)', '1.0'],
  ['"a" + \'b\'', "'ab'"],
  ['input.shape[-1] // num_heads', '64'],
  ['1 if bias else 2', '1'],
])('%s is %s', (text, value) => {
  expect(show(text)).toBe(value);
});

test.each([
  ['', '0: the expression is empty'],
  ['embed_dim +', '11: expected expression after +'],
  ['(1 + 2', '6: unclosed ('],
  ['embed_dim 2', '10: an operator is missing before this'],
  ['2 * unknown', '4: unknown name unknown; known are embed_dim, num_heads, mlp_ratio, zero, bias, mode'],
  ['1 / zero', '4: division by zero'],
  ["num_heads * 'a'", "12: * needs numbers; 'a' is a string"],
  ['min(1 2)', '6: a comma is missing before this'],
  ['sqrt(2)', '0: unknown function sqrt; there are int, float, min, max, round, abs'],
  ['int(1, 2)', '0: int() takes 1 argument, not 2'],
  ['input.shape[3]', '12: input has 3 dimensions; there is no axis 3'],
  ['other.shape[0]', '0: there is no input other with a shape'],
  ['input.size', '0: only an input has parts: `input.shape[0]`'],
  ['012', '0: a whole number does not start with 0'],
  ['lambda', '0: `lambda` cannot stand here'],
  ['a ? 1 : 2', '2: unexpected "?"'],
  ['1 if 2', '6: `else` is missing: write `a if condition else b`'],
  ['1 + not 2', '4: `not` needs parentheses here'],
  ['2 ** 64', '0: the result is too large'],
  ['(-8) ** 0.5', '1: a negative number has no real power with a fraction'],
  ['[1]', '0: this is not part of an expression'],
  ['1, 2', '3: an operator is missing before this'],
  ['$x', '0: "$x" is not a name'],
])('%s fails at its place', (text, message) => {
  expect(fault(text)).toBe(message);
});

test('a shape is not known where there are no inputs', () => {
  expect(fault('input.shape[0]', { names: new Map() })).toBe('0: the shape of an input is not known here');
});

test('names are listed once, functions and inputs are none', () => {
  const expression = parseExpression('int(a * b) + (a if c else input.shape[d])');
  expect(namesIn(expression)).toEqual(['a', 'b', 'c', 'd']);
  expect(usesShapes(expression)).toBe(true);
  expect(usesShapes(parseExpression('a // b'))).toBe(false);
});

test('any text has a value or an ExpressionError with a position in it', () => {
  const piece = fc.constantFrom(
    '(',
    ')',
    '[',
    ']',
    '-',
    'not ',
    '**',
    '//',
    'a',
    '1',
    '.',
    ',',
    ' if ',
    ' else ',
    '"',
    '?',
    '\\',
    'and',
    '\n',
    '1e',
    '0x',
    '__proto__',
    'constructor',
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.array(piece, { maxLength: 80 }).map((pieces) => pieces.join('')),
  );
  fc.assert(
    fc.property(text, (source) => {
      try {
        expect(evaluate(source, SCOPE)).toHaveProperty('type');
      } catch (error) {
        expect(error).toBeInstanceOf(ExpressionError);
        const { position } = error as ExpressionError;
        expect(position).toBeGreaterThanOrEqual(0);
        expect(position).toBeLessThanOrEqual(source.length);
      }
    }),
    { numRuns: runs(1000) },
  );
});

test.each([
  '('.repeat(499),
  '-'.repeat(500),
  'not '.repeat(125),
  '1' + ' ** 1'.repeat(99),
  `1${' if 1 else 1'.repeat(40)}`,
])('deep nesting ends in a value or an ExpressionError: %#', (text) => {
  try {
    evaluate(text, SCOPE);
  } catch (error) {
    expect(error).toBeInstanceOf(ExpressionError);
  }
});
