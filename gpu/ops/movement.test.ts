/** Movement against plain index arithmetic written anew here, on random shapes, empty ones included. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { add, constant, coordinateVariables, equal, less, modulo, variable } from '../ir/index-arithmetic.ts';
import { elementCount, rowMajorStrides, type Shape } from '../ir/types.ts';
import { evaluateOp, expectTensor, randomTensor } from '../testing/host.ts';
import { gather } from './movement.ts';
import type { HostTensor } from './record.ts';

const size = fc.integer({ min: 0, max: 5 });
const shapes = fc.array(size, { maxLength: 4 });

/** The tensor whose element at each place is what the function says. */
function fill(shape: Shape, at: (coordinates: readonly number[]) => number): HostTensor {
  const strides = rowMajorStrides(shape);
  const data = Float64Array.from({ length: elementCount(shape) }, (_, flat) =>
    at(shape.map((sizeOfAxis, axis) => Math.floor(flat / strides[axis]!) % sizeOfAxis)),
  );
  return { dtype: 'f32', shape, data };
}

function read({ data, shape }: HostTensor, coordinates: readonly number[]): number {
  const strides = rowMajorStrides(shape);
  return data[coordinates.reduce((position, coordinate, axis) => position + coordinate * strides[axis]!, 0)]!;
}

function check(op: string, inputs: HostTensor[], attributes: Parameters<typeof evaluateOp>[2], want: HostTensor): void {
  expectTensor(evaluateOp(op, inputs, attributes)[0]!, want, 0);
}

test('permute', () => {
  const cases = shapes.chain((shape) =>
    fc.tuple(fc.constant(shape), fc.shuffledSubarray([...shape.keys()], { minLength: shape.length })),
  );
  fc.assert(
    fc.property(cases, ([shape, axes]) => {
      const x = randomTensor(shape, 1);
      const result = axes.map((axis) => shape[axis]!);
      check(
        'permute',
        [x],
        { axes },
        fill(result, (at) =>
          read(
            x,
            shape.map((_, axis) => at[axes.indexOf(axis)]!),
          ),
        ),
      );
    }),
  );
});

test('reshape', () => {
  const x = randomTensor([4, 6, 5], 1);
  for (const shape of [[120], [2, 60], [5, 6, 4], [1, 24, 1, 5], [2, 2, 2, 3, 5]]) {
    check('reshape', [x], { shape }, { ...x, shape });
  }
  check('reshape', [randomTensor([0, 3], 1)], { shape: [7, 0] }, randomTensor([7, 0], 1));
  check('reshape', [randomTensor([1, 1], 1)], { shape: [] }, randomTensor([], 1));
});

test('expand', () => {
  const cases = fc.array(fc.tuple(fc.boolean(), size), { maxLength: 4 });
  fc.assert(
    fc.property(cases, (axes) => {
      const x = randomTensor(
        axes.map(([repeated, count]) => (repeated ? 1 : count)),
        2,
      );
      const shape = axes.map(([, count]) => count);
      check(
        'expand',
        [x],
        { shape },
        fill(shape, (at) =>
          read(
            x,
            at.map((i, axis) => (axes[axis]![0] ? 0 : i)),
          ),
        ),
      );
    }),
  );
});

test('slice, forwards and backwards', () => {
  const axis = fc.tuple(size, size, size, fc.constantFrom(1, 2, 3, -1, -2)).map(([total, one, other, step]) => {
    const [low, high] = [Math.min(one, other, total), Math.min(Math.max(one, other), total)];
    return step > 0 ? { total, start: low, stop: high, step } : { total, start: high - 1, stop: low - 1, step };
  });
  fc.assert(
    fc.property(fc.array(axis, { maxLength: 4 }), (axes) => {
      const x = randomTensor(
        axes.map(({ total }) => total),
        3,
      );
      const attributes = {
        starts: axes.map(({ start }) => start),
        stops: axes.map(({ stop }) => stop),
        steps: axes.map(({ step }) => step),
      };
      const shape = axes.map(({ start, stop, step }) => Math.max(0, Math.ceil((stop - start) / step)));
      const want = fill(shape, (at) =>
        read(
          x,
          at.map((i, dimension) => axes[dimension]!.start + i * axes[dimension]!.step),
        ),
      );
      check('slice', [x], attributes, want);
    }),
  );
});

test('pad', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(size, size, size), { maxLength: 4 }), (axes) => {
      const x = randomTensor(
        axes.map(([count]) => count),
        4,
      );
      const [before, after] = [axes.map(([, count]) => count), axes.map(([, , count]) => count)];
      const shape = axes.map(([count, front, back]) => front + count + back);
      const want = fill(shape, (at) => {
        const inside = at.map((i, axis) => i - before[axis]!);
        return inside.every((i, axis) => i >= 0 && i < x.shape[axis]!) ? read(x, inside) : -7;
      });
      check('pad', [x], { before, after, value: -7 }, want);
    }),
  );
});

test('concat', () => {
  const cases = fc.tuple(
    fc.array(size, { minLength: 1, maxLength: 3 }),
    fc.nat(2),
    fc.array(size, { minLength: 1, maxLength: 4 }),
  );
  fc.assert(
    fc.property(cases, ([shape, anyAxis, parts]) => {
      const axis = anyAxis % shape.length;
      const inputs = parts.map((count, seed) => randomTensor(shape.with(axis, count), seed));
      const total = parts.reduce((sum, count) => sum + count, 0);
      const want = fill(shape.with(axis, total), (at) => {
        let i = at[axis]!;
        let part = 0;
        while (i >= parts[part]!) i -= parts[part++]!;
        return read(inputs[part]!, at.with(axis, i));
      });
      check('concat', inputs, { axis }, want);
    }),
  );
});

test('a rule that no box says is followed element by element', () => {
  const x = randomTensor([5, 3], 5);
  const [row, column] = coordinateVariables([5, 3]);
  const rolled = gather([x], [5, 3], [{ operand: 0, coordinates: [modulo(add(row!, constant(2)), 5), column!] }], 0);
  expect([...rolled]).toEqual([...x.data.slice(6), ...x.data.slice(0, 6)]);
  const diagonal = gather(
    [x],
    [5, 3],
    [{ operand: 0, coordinates: [row!, column!], condition: equal(row!, column!) }],
    -1,
  );
  expectTensor(
    { ...x, data: diagonal },
    fill([5, 3], ([i, j]) => (i === j ? read(x, [i!, j!]) : -1)),
    0,
  );
});

test('of overlapping sources the first counts', () => {
  const [x, y] = [randomTensor([4], 6), randomTensor([4], 7)];
  const i = variable('i0', 4);
  const sources = [
    { operand: 0, coordinates: [i], condition: less(i, constant(2)) },
    { operand: 1, coordinates: [i], condition: less(i, constant(3)) },
  ];
  expect([...gather([x, y], [4], sources, 9)]).toEqual([x.data[0], x.data[1], y.data[2], 9]);
});

test('a source that never counts is never read', () => {
  const sources = [{ operand: 0, coordinates: [], condition: less(constant(1), constant(0)) }];
  expect([...gather([randomTensor([], 1)], [], sources, 9)]).toEqual([9]);
});

test('a million elements move at once', () => {
  const x = randomTensor([100, 100, 100], 8);
  const [moved] = evaluateOp('permute', [x], { axes: [2, 1, 0] });
  expect(moved!.data[7 * 10_000 + 20 * 100 + 3]).toBe(read(x, [3, 20, 7]));
  const [reshaped] = evaluateOp('reshape', [x], { shape: [1000, 1000] });
  expect(reshaped!.data).toBe(x.data);
  const [expanded] = evaluateOp('expand', [randomTensor([1000, 1], 9)], { shape: [1000, 1000] });
  expect(expanded!.data[999_999]).toBe(randomTensor([1000, 1], 9).data[999]);
});

test.each<[string, readonly Shape[], Record<string, number | readonly number[]>, string]>([
  ['reshape', [[2, 3]], { shape: [4] }, 'f32[2,3] has 6 elements, [4] has 4'],
  ['reshape', [[2, 3]], { shape: [-6] }, 'not of kind shape'],
  ['permute', [[2, 3]], { axes: [0, 0] }, 'axes [0,0] are no permutation'],
  ['permute', [[2, 3]], { axes: [0] }, 'axes has 1 entries for the 2 dimensions of f32[2,3]'],
  ['expand', [[2, 3]], { shape: [4, 3] }, 'f32[2,3] does not expand to [4,3]: only sizes of 1 do'],
  ['slice', [[4]], { starts: [0], stops: [5], steps: [1] }, 'dimension 0 is read at 4, its size is 4'],
  ['slice', [[4]], { starts: [1], stops: [-2], steps: [-1] }, 'dimension 0 is read below 0'],
  ['slice', [[4]], { starts: [0], stops: [4], steps: [0] }, 'step of dimension 0 is 0'],
  ['pad', [[4]], { before: [-1], after: [0], value: 0 }, 'margins must not be negative'],
  [
    'concat',
    [
      [2, 3],
      [2, 4],
    ],
    { axis: 0 },
    'operand 1 is f32[2,4], operand 0 is f32[2,3]; they may differ along axis 0 only',
  ],
  ['concat', [], { axis: 0 }, 'takes at least one operand'],
])('%s refuses what does not fit', (op, inputs, attributes, message) => {
  expect(() =>
    evaluateOp(
      op,
      inputs.map((shape) => randomTensor(shape, 0)),
      attributes,
    ),
  ).toThrow(message);
});
