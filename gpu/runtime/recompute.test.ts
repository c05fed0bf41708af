import { expect, test } from 'vitest';
import type { Place, Plan, Step } from '../plan.ts';
import { recomputeWork } from './recompute.ts';

const pool = (key: string): Place => ({ kind: 'pool', key, byteLength: 4 });
const ARENA: Place = { kind: 'arena', buffer: 0, offset: 0, byteLength: 4 };

function dispatch(reads: string[], write: string, place: Place, flops: number): Step {
  const bindings = [{ place, access: 'write' as const }];
  const told = { origins: [], shares: [], operations: [], stored: [], label: '' };
  const rest = { shader: 0, uniforms: new Uint32Array(), ...told };
  return { kind: 'dispatch', ...rest, workgroups: [1, 1, 1], bindings, reads, writes: [write], flops, bytes: 0 };
}

function planOf(steps: Step[]): Plan {
  return {
    shaders: [],
    steps,
    leaves: [{ kind: 'weight', name: 'w', key: 'w', type: { dtype: 'f32', shape: [3, 5] } }],
    outputs: [],
    arena: [],
    memory: { arenaBytes: 0, livePeakBytes: 0, weightBytes: 0, keptBytes: 0 },
    flops: 0,
  };
}

test('a value takes the steps since what the pool holds, and no more', () => {
  const work = recomputeWork(
    planOf([
      dispatch(['w'], 'hidden', ARENA, 5e6),
      dispatch(['hidden'], 'kept', pool('kept'), 1e6),
      dispatch(['kept', 'hidden'], 'end', pool('end'), 2e6),
    ]),
  );
  expect(work.get('kept')).toBe(6e6 + 2000);
  expect(work.get('end')).toBe(7e6 + 2000);
});

test('a leaf takes what its bytes take, however it is used', () => {
  const work = recomputeWork(planOf([dispatch(['w'], 'y', pool('y'), 0)]));
  expect(work.get('w')).toBe(10 * 60);
});

test('a value in several parts takes all of them', () => {
  const part = dispatch([], 'y', pool('y'), 1e6);
  expect(recomputeWork(planOf([part, part, part])).get('y')).toBe(3e6 + 3000);
});
