/** Steps folded into instances, and what bounds them. */
import { expect, test } from 'vitest';
import type { Ceilings } from './ceilings.ts';
import type { Step } from './plan.ts';
import { BOUND_FROM, boundOf, foldSteps, raise, reachOf } from './profile.ts';

/** A GFLOP and 100 MB in a millisecond. */
const CEILINGS: Ceilings = { adapter: 'a', flopsPerSecond: 1e12, bytesPerSecond: 1e11 };

function dispatch(origins: readonly string[], shares: readonly number[], flops: number, bytes: number): Step {
  return {
    kind: 'dispatch',
    shader: 0,
    bindings: [],
    uniforms: new Uint32Array(4),
    workgroups: [1, 1, 1],
    reads: [],
    writes: [],
    flops,
    bytes,
    origins,
    shares,
    operations: [],
    stored: [],
    label: origins.join('+'),
  };
}

const CLEAR: Step = {
  kind: 'clear',
  place: { kind: 'arena', buffer: 0, offset: 0, byteLength: 4 },
  reads: [],
  writes: [],
  origins: ['a', 'b'],
  label: 'clear',
};

test('nothing folds into nothing', () => {
  expect(foldSteps({ steps: [] }, new Map(), CEILINGS)).toEqual([]);
  expect(foldSteps({ steps: [dispatch(['a'], [1], 1, 1)] }, new Map(), CEILINGS)).toEqual([]);
});

test('a fused kernel is shared out, a repeated origin is one, and the sums stay', () => {
  const steps = [
    dispatch(['b'], [1], 8e8, 1e6),
    dispatch(['a', 'b'], [0.75, 0.25], 4e8, 8e7),
    CLEAR,
    dispatch(['c'], [1], 0, 0),
  ];
  const works = foldSteps(
    { steps },
    new Map([
      [0, 1],
      [1, 2],
      [2, 0.5],
      [3, 4],
    ]),
    CEILINGS,
  );
  expect(works.map(({ path }) => path)).toEqual(['b', 'a', 'c']);
  expect(works[0]).toEqual({
    path: 'b',
    milliseconds: 1 + 0.5 + 0.25,
    flops: 9e8,
    bytes: 2.1e7,
    dispatches: 2,
    boundBy: { compute: 1, memory: 0.5, neither: 0.25 },
  });
  expect(works[1]).toMatchObject({ milliseconds: 1.75, flops: 3e8, dispatches: 1 });
  expect(works[2]).toMatchObject({ flops: 0, bytes: 0, boundBy: { compute: 0, memory: 0, neither: 4 } });
  expect(works.reduce((sum, { milliseconds }) => sum + milliseconds, 0)).toBeCloseTo(7.5);
});

test('without ceilings nothing is said of bounds', () => {
  const [work] = foldSteps({ steps: [dispatch(['a'], [1], 1, 1)] }, new Map([[0, 1]]), null);
  expect(work!.boundBy).toBeNull();
});

test.each([
  ['compute', 9e8, 1e6, 1],
  ['memory', 1e6, 9e7, 1],
  // As near to both: arithmetic, as more memory would not help.
  ['compute', 5e8, 5e7, 1],
  ['neither', 1e6, 1e5, 1],
  ['neither', 0, 0, 1],
  ['compute', BOUND_FROM * 1e9, 0, 1],
  ['neither', BOUND_FROM * 1e9, 0, 1.01],
  ['neither', 1e9, 1e9, 0],
] as const)('%s: %d FLOP and %d bytes in %d ms', (bound, flops, bytes, milliseconds) => {
  expect(boundOf({ flops, bytes }, milliseconds, CEILINGS)).toBe(bound);
});

test('a cache gives more than memory can', () => {
  expect(reachOf({ flops: 0, bytes: 3e8 }, 1, CEILINGS)).toEqual({ compute: 0, memory: 3 });
});

test('a kernel that computes faster than the ceiling raises it, unless it is too short to tell', () => {
  const steps = [dispatch(['a'], [1], 4e9, 9e9), dispatch(['b'], [1], 9e9, 0), CLEAR];
  const times = new Map([
    [0, 2],
    [1, 0.4],
    [2, 1],
  ]);
  expect(raise(CEILINGS, { steps }, times, 0)).toEqual({ ...CEILINGS, flopsPerSecond: 2e12 });
  expect(raise(CEILINGS, { steps }, times, 0.3)).toEqual(CEILINGS);
});
