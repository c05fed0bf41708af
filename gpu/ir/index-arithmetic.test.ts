/** Simplified index arithmetic says the same numbers as plain arithmetic, and chains of movement end short. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../../scripts/effort.ts';
import { linearForm } from './affine.ts';
import {
  add,
  addConstant,
  and,
  assume,
  atLeast,
  boolean,
  constant,
  coordinateVariables,
  equal,
  flatten,
  floorDivide,
  less,
  modulo,
  multiply,
  or,
  subtract,
  unflatten,
  variable,
} from './index-arithmetic.ts';
import {
  evaluateCondition,
  evaluateIndex,
  printCondition,
  printIndex,
  rangeOf,
  type IndexCondition,
  type IndexExpression,
} from './index-expression.ts';

const SIZES: Readonly<Record<string, number>> = { a: 1, b: 2, c: 6, d: 30, e: 7 };

/** An expression as built, and the number that plain arithmetic gives. */
interface Pair {
  readonly index: IndexExpression;
  readonly plain: (values: ReadonlyMap<string, number>) => number;
}

const modulus = (x: number, divisor: number): number => x - divisor * Math.floor(x / divisor);
const divisors = fc.integer({ min: 1, max: 12 });
const integers = fc.integer({ min: -40, max: 40 });

const { pair } = fc.letrec<{ pair: Pair }>((tie) => ({
  pair: fc.oneof(
    { maxDepth: 6 },
    integers.map((value): Pair => ({ index: constant(value), plain: () => value })),
    fc
      .constantFrom(...Object.keys(SIZES))
      .map((name): Pair => ({ index: variable(name, SIZES[name]!), plain: (values) => values.get(name)! })),
    fc.tuple(tie('pair'), tie('pair')).map(([x, y]): Pair => {
      return { index: add(x.index, y.index), plain: (values) => x.plain(values) + y.plain(values) };
    }),
    fc.tuple(tie('pair'), tie('pair')).map(([x, y]): Pair => {
      return { index: subtract(x.index, y.index), plain: (values) => x.plain(values) - y.plain(values) };
    }),
    fc.tuple(tie('pair'), fc.integer({ min: -12, max: 12 })).map(([x, factor]): Pair => {
      return { index: multiply(x.index, factor), plain: (values) => x.plain(values) * factor };
    }),
    fc.tuple(tie('pair'), divisors).map(([x, divisor]): Pair => {
      return { index: floorDivide(x.index, divisor), plain: (values) => Math.floor(x.plain(values) / divisor) };
    }),
    fc.tuple(tie('pair'), divisors).map(([x, divisor]): Pair => {
      return { index: modulo(x.index, divisor), plain: (values) => modulus(x.plain(values), divisor) };
    }),
  ),
}));

const assignments = fc
  .record(
    Object.fromEntries(Object.entries(SIZES).map(([name, size]) => [name, fc.integer({ min: 0, max: size - 1 })])),
  )
  .map((values) => new Map(Object.entries(values)));

test('simplification changes no value, and every value lies in the range', () => {
  fc.assert(
    fc.property(pair, assignments, ({ index, plain }, values) => {
      const value = evaluateIndex(index, values);
      expect(value + 0).toBe(plain(values) + 0);
      const { minimum, maximum } = rangeOf(index);
      expect(value).toBeGreaterThanOrEqual(minimum);
      expect(value).toBeLessThanOrEqual(maximum);
    }),
    { numRuns: runs(3000) },
  );
});

test('conditions hold where plain comparisons do', () => {
  const compare = (
    build: (x: IndexExpression, y: IndexExpression) => IndexCondition,
    plain: (x: number, y: number) => boolean,
  ) =>
    fc.assert(
      fc.property(pair, pair, assignments, (x, y, values) => {
        expect(evaluateCondition(build(x.index, y.index), values)).toBe(plain(x.plain(values), y.plain(values)));
      }),
      { numRuns: runs(500) },
    );
  compare(less, (x, y) => x < y);
  compare(atLeast, (x, y) => x >= y);
  compare(equal, (x, y) => x === y);
  compare(
    (x, y) => and(less(x, y), less(y, constant(20))),
    (x, y) => x < y && y < 20,
  );
  compare(
    (x, y) => or(less(x, y), less(y, constant(20))),
    (x, y) => x < y || y < 20,
  );
});

test('unflatten and flatten undo each other', () => {
  const shape = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 4 });
  fc.assert(
    fc.property(shape, (sizes) => {
      const coordinates = coordinateVariables(sizes);
      expect(unflatten(flatten(coordinates, sizes), sizes).map(printIndex)).toEqual(coordinates.map(printIndex));
      const count = sizes.reduce((product, size) => product * size, 1);
      const position = variable('p', count);
      expect(printIndex(flatten(unflatten(position, sizes), sizes))).toBe(printIndex(position));
    }),
  );
});

test.each([
  // Heads split off and moved: [1, 196, 12, 64] permuted to [1, 12, 196, 64], read from [196, 768].
  [
    'split heads',
    () => {
      const [, head, row, column] = coordinateVariables([1, 12, 196, 64]);
      return flatten(unflatten(flatten([row!, head!, column!], [196, 12, 64]), [196, 768]), [196, 768]);
    },
    '((i2*768 + i1*64) + i3)',
  ],
  // A patch's pixel: [14, 14, 3, 16, 16] from [3, 14, 16, 14, 16].
  [
    'patch pixels',
    () => {
      const patch = variable('patch', 196);
      const pixel = variable('pixel', 768);
      const [y, x] = unflatten(patch, [14, 14]);
      const [c, dy, dx] = unflatten(pixel, [3, 16, 16]);
      return flatten([c!, y!, dy!, x!, dx!], [3, 14, 16, 14, 16]);
    },
    '(((((pixel // 256)*50176 + (patch // 14)*3584) + ((pixel // 16) % 16)*224) + (patch % 14)*16) + (pixel % 16))',
  ],
  [
    'a quotient of a small remainder',
    () => floorDivide(add(multiply(variable('x', 9), 10), variable('y', 10)), 20),
    '(x // 2)',
  ],
  ['nested divisions', () => floorDivide(floorDivide(variable('x', 900), 6), 5), '(x // 30)'],
  ['a remainder of a remainder', () => modulo(modulo(variable('x', 900), 60), 6), '(x % 6)'],
  ['a known quotient', () => floorDivide(addConstant(variable('x', 6), 60), 6), '10'],
  ['like terms', () => subtract(multiply(variable('x', 6), 3), multiply(variable('x', 6), 2)), 'x'],
  ['an assumption that is known', () => assume(variable('x', 6), 6), 'x'],
])('%s', (_, build, text) => {
  expect(printIndex(build())).toBe(text);
});

test('equal sums are equal texts', () => {
  const [x, y] = [variable('x', 6), variable('y', 6)];
  expect(printIndex(add(addConstant(y, 2), multiply(x, 3)))).toBe(printIndex(add(multiply(x, 3), addConstant(y, 2))));
});

test('known conditions become truth values', () => {
  const x = variable('x', 6);
  expect(less(x, constant(6))).toEqual(boolean(true));
  expect(less(addConstant(x, 6), x)).toEqual(boolean(false));
  expect(atLeast(x, constant(0))).toEqual(boolean(true));
  expect(equal(addConstant(x, 1), x)).toEqual(boolean(false));
  expect(equal(x, x)).toEqual(boolean(true));
  expect(printCondition(and(less(x, constant(3)), boolean(true)))).toBe('x < 3');
});

test('an assumption narrows what follows from it', () => {
  const moved = assume(addConstant(variable('x', 20), -4), 8);
  expect(rangeOf(moved)).toEqual({ minimum: 0, maximum: 7 });
  expect(printIndex(floorDivide(moved, 8))).toBe('0');
  expect(printIndex(modulo(moved, 8))).toBe('(x + -4)');
});

test('the linear form of an expression looks through assumptions and stops at divisions', () => {
  const x = variable('x', 20);
  const form = linearForm(addConstant(multiply(assume(addConstant(x, -4), 8), 3), 1));
  expect(form).toEqual({ factors: new Map([['x', 3]]), constant: -11 });
  expect(linearForm(floorDivide(x, 3))).toBeUndefined();
});

test('a variable without a value is an error', () => {
  expect(() => evaluateIndex(variable('x', 2), new Map())).toThrow(RangeError);
});
