/** Elementwise ops beyond what PyTorch's numbers in golden.test.ts say: integers, truth values, shapes, refusals. */
import { expect, test } from 'vitest';
import { elementCount } from '../ir/types.ts';
import { evaluateOp, expectTensor, randomTensor, tensor } from '../testing/host.ts';
import { OPS } from './registry.ts';
import { erf } from './special/erf.ts';

const SHAPES = [[], [1], [3], [63], [64], [65], [197], [257], [3, 5, 7], [0], [4, 0, 3]];
const elementwise = [...OPS.values()].filter(({ wgsl }) => wgsl.kind === 'expression');
const UNARY = [
  'neg',
  'abs',
  'exp',
  'log',
  'log1p',
  'sqrt',
  'rsqrt',
  'reciprocal',
  'tanh',
  'erf',
  'sigmoid',
  'relu',
  'gelu',
];
const BINARY = ['add', 'sub', 'mul', 'div', 'maximum', 'minimum', 'pow'];
const COMPARE = ['equal', 'not_equal', 'less', 'less_equal', 'greater', 'greater_equal'];

test('every elementwise op is tried here', () => {
  const tried = [...UNARY, ...BINARY, ...COMPARE, 'and', 'or', 'not', 'select', 'cast'];
  expect(elementwise.map(({ name }) => name).sort()).toEqual(tried.sort());
});

test.each([...UNARY, ...BINARY, ...COMPARE])('%s acts on each element alone, whatever the shape', (op) => {
  const operands = UNARY.includes(op) ? 1 : 2;
  for (const shape of SHAPES) {
    const inputs = Array.from({ length: operands }, (_, index) => randomTensor(shape, index));
    const [result] = evaluateOp(op, inputs);
    for (let i = 0; i < elementCount(shape); i += 31) {
      const [alone] = evaluateOp(
        op,
        inputs.map(({ data }) => tensor([], [data[i]!])),
      );
      expect(result!.data[i]).toEqual(alone!.data[0]);
    }
  }
});

test('integers wrap, and divide towards zero', () => {
  const i32 = (...numbers: number[]) => tensor([numbers.length], numbers, 'i32');
  const top = 2 ** 31 - 1;
  const apply = (op: string, ...inputs: ReturnType<typeof i32>[]) => [...evaluateOp(op, inputs)[0]!.data];
  expect(apply('add', i32(top, 5), i32(1, -7))).toEqual([-top - 1, -2]);
  expect(apply('sub', i32(-top, 5), i32(2, 7))).toEqual([top, -2]);
  expect(apply('mul', i32(top, 65_537), i32(2, 65_537))).toEqual([-2, 131_073]);
  expect(apply('div', i32(7, -7, 7, 5), i32(2, 2, -2, 0))).toEqual([3, -3, -3, 5]);
  expect(apply('neg', i32(0, -top - 1))).toEqual([0, -top - 1]);
  expect(apply('abs', i32(-3, -top - 1))).toEqual([3, -top - 1]);
  expect(apply('relu', i32(-3, 4))).toEqual([0, 4]);
});

test('comparisons follow IEEE: NaN equals nothing', () => {
  const a = tensor([4], [1, 2, Number.NaN, -0]);
  const b = tensor([4], [1, 3, Number.NaN, 0]);
  const results = Object.fromEntries(COMPARE.map((op) => [op, [...evaluateOp(op, [a, b])[0]!.data]]));
  expect(results).toEqual({
    equal: [1, 0, 0, 1],
    not_equal: [0, 1, 1, 0],
    less: [0, 1, 0, 0],
    less_equal: [1, 1, 0, 1],
    greater: [0, 0, 0, 0],
    greater_equal: [1, 0, 0, 1],
  });
  expect(evaluateOp('less', [a, b])[0]!.dtype).toBe('bool');
});

test('logic and choice', () => {
  const a = tensor([4], [0, 0, 1, 1], 'bool');
  const b = tensor([4], [0, 1, 0, 1], 'bool');
  expect([...evaluateOp('and', [a, b])[0]!.data]).toEqual([0, 0, 0, 1]);
  expect([...evaluateOp('or', [a, b])[0]!.data]).toEqual([0, 1, 1, 1]);
  expect([...evaluateOp('not', [b])[0]!.data]).toEqual([1, 0, 1, 0]);
  expect([...evaluateOp('equal', [a, b])[0]!.data]).toEqual([1, 0, 0, 1]);
  const [x, y] = [tensor([4], [1, 2, 3, 4]), tensor([4], [5, Number.NaN, 7, -Infinity])];
  expect([...evaluateOp('select', [a, x, y])[0]!.data]).toEqual([5, Number.NaN, 3, 4]);
});

test('casts truncate, saturate and test for zero', () => {
  const x = tensor([6], [-2.7, 2.7, 3e9, -3e9, Number.NaN, 0]);
  const cast = (to: string, from = x) => [...evaluateOp('cast', [from], { dtype: to })[0]!.data];
  expect(cast('i32')).toEqual([-2, 2, 2 ** 31 - 1, -(2 ** 31), 0, 0]);
  expect(cast('bool')).toEqual([1, 1, 1, 1, 1, 0]);
  expect(cast('f32')).toEqual([...x.data]);
  expect(cast('f32', tensor([2], [0, 1], 'bool'))).toEqual([0, 1]);
  expect(() => cast('f64')).toThrow('attribute dtype is "f64", not of kind dtype');
});

test('erf is exact to 1e-15 relative at published values', () => {
  // Abramowitz and Stegun, table 7.1, to the last place of float64.
  const published: readonly (readonly [number, number])[] = [
    [0.1, 0.1124629160182849],
    [0.5, 0.5204998778130465],
    [1, 0.8427007929497149],
    [1.5, 0.9661051464753108],
    [2, 0.9953222650189527],
    [3, 0.9999779095030014],
    [4, 0.9999999845827421],
    [5, 0.9999999999984626],
  ];
  for (const [x, value] of published) {
    expect(Math.abs(erf(x) / value - 1)).toBeLessThan(1e-15);
    expect(erf(-x)).toBe(-erf(x));
  }
  expect(erf(1e-300)).toBeCloseTo(1e-300 * (2 / Math.sqrt(Math.PI)), 310);
  expect([erf(0), erf(7), erf(-Infinity), erf(Number.NaN)]).toEqual([0, 1, -1, Number.NaN]);
});

test.each([
  ['add', [tensor([2], [1, 2]), tensor([3], [1, 2, 3])], 'a is f32[2], b is f32[3]; they must be equal'],
  ['add', [tensor([1], [1]), tensor([1], [1], 'i32')], 'a is f32[1], b is i32[1]; they must be equal'],
  ['add', [tensor([1], [1])], 'takes a, b; got 1 operands'],
  ['exp', [tensor([1], [1], 'i32')], 'x is i32, wanted f32 or f16'],
  ['not', [tensor([1], [1])], 'x is f32, wanted bool'],
  ['select', [tensor([1], [1]), tensor([1], [1]), tensor([1], [1])], 'condition is f32, wanted bool'],
  ['select', [tensor([2], [1, 0], 'bool'), tensor([1], [1]), tensor([1], [1])], 'condition is bool[2], wanted [1]'],
])('%s refuses what does not fit', (op, inputs, message) => {
  expect(() => evaluateOp(op, inputs)).toThrow(message);
});

test('leaves hold what they say', () => {
  const evaluate = (op: string, attributes: Parameters<typeof evaluateOp>[2]) => evaluateOp(op, [], attributes)[0]!;
  expectTensor(evaluate('constant', { value: 2.5, dtype: 'f32', shape: [2, 2] }), tensor([2, 2], [2.5, 2.5, 2.5, 2.5]));
  expectTensor(evaluate('literal', { values: [1, 0], dtype: 'bool', shape: [2] }), tensor([2], [1, 0], 'bool'));
  expectTensor(evaluate('iota', { axis: 0, dtype: 'i32', shape: [2, 2] }), tensor([2, 2], [0, 0, 1, 1], 'i32'));
  expectTensor(evaluate('iota', { axis: 1, dtype: 'f32', shape: [2, 3] }), tensor([2, 3], [0, 1, 2, 0, 1, 2]));
  expectTensor(evaluate('iota', { axis: 1, dtype: 'f32', shape: [0, 3] }), tensor([0, 3], []));
  expect(() => evaluate('constant', { value: 0.5, dtype: 'i32', shape: [] })).toThrow('0.5 is no i32');
  expect(() => evaluate('constant', { value: 2, dtype: 'bool', shape: [] })).toThrow('2 is no bool');
  expect(() => evaluate('literal', { values: [1], dtype: 'f32', shape: [2] })).toThrow('has 1 values for 2 elements');
  expect(() => evaluate('input', { name: 'x', key: 'k', dtype: 'f32', shape: [] })).toThrow('has no value of its own');
});
