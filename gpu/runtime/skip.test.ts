import { expect, test } from 'vitest';
import type { Plan, PlanOutput, Step } from '../plan.ts';
import { neededSteps, wantedOutputs } from './skip.ts';

const place = (key: string) => ({ kind: 'pool', key, byteLength: 4 }) as const;
const step = (reads: string[], writes: string[]): Step => {
  return { kind: 'clear', place: place(writes[0]!), reads, writes, origins: [], label: '' };
};
const output = (key: string): PlanOutput => {
  return { name: key, kind: 'output', key, type: { dtype: 'f32', shape: [] }, place: place(key) };
};

/** x → a → b → out, a → c → tap; w is read by b and by nobody else. */
const PLAN: Plan = {
  shaders: [],
  steps: [step(['x'], ['a']), step(['a', 'w'], ['b']), step(['a'], ['c']), step(['b'], ['out']), step(['c'], ['tap'])],
  leaves: ['x', 'w'].map((key) => ({ kind: 'input', name: key, key, type: { dtype: 'f32', shape: [] } })),
  outputs: [output('out'), output('tap')],
  arena: [],
  memory: { arenaBytes: 0, livePeakBytes: 0, weightBytes: 0, keptBytes: 0 },
  flops: 0,
};

const needed = (names: string[], held: string[]) => {
  const { steps, leaves } = neededSteps(PLAN, wantedOutputs(PLAN, names), (key) => held.includes(key));
  return [steps, [...leaves].sort()];
};

test('everything, where nothing is held', () => {
  expect(needed(['out', 'tap'], [])).toEqual([
    [0, 1, 2, 3, 4],
    ['w', 'x'],
  ]);
});

test('only what leads to what is wanted', () => {
  expect(needed(['tap'], [])).toEqual([[0, 2, 4], ['x']]);
});

test('nothing behind a value that is held', () => {
  expect(needed(['out', 'tap'], ['out', 'c'])).toEqual([[4], []]);
  expect(needed(['out', 'tap'], ['out', 'tap'])).toEqual([[], []]);
});

test('a held value that nobody wants saves nothing', () => {
  expect(needed(['out'], ['tap', 'c'])).toEqual([
    [0, 1, 3],
    ['w', 'x'],
  ]);
});

test('a value that another plan kept, but this one has in its arena, is computed', () => {
  const arena = { kind: 'arena', buffer: 0, offset: 0, byteLength: 4 } as const;
  const [a, b, ...rest] = PLAN.steps;
  const plan: Plan = { ...PLAN, steps: [a!, { ...b!, place: arena } as Step, ...rest] };
  const { steps } = neededSteps(plan, wantedOutputs(plan, ['out']), (key) => key === 'b' || key === 'a');
  expect(steps).toEqual([1, 3]);
});

test('a name that the plan does not have', () => {
  expect(() => wantedOutputs(PLAN, ['out', 'other'])).toThrow('no output or tap named other');
});
