/** Profiles and ceilings of this machine's adapter. Times are compared with each other alone: the machine has others' work, too. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { measureCeilings } from './ceilings.ts';
import { compile } from './compile.ts';
import { profilePlan } from './profile.ts';
import type { Engine } from './runtime/engine.ts';
import { openTestEngine } from './testing/on-gpu.ts';
import { vitGraph, vitLeaf } from './testing/vit-graph.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.dispose());

const SMALL_VIT = { batch: 1, imageSize: 32, patchSize: 8, width: 64, depth: 2, heads: 4 };

function smallPlan() {
  return compile(vitGraph(SMALL_VIT), { limits: engine.info.limits, tuning: engine.tuning, keep: 'outputs' });
}

test('ceilings are positive, and of the same adapter the highest that was measured', async () => {
  const ceilings = await measureCeilings(engine);
  expect(ceilings.adapter).toBe(engine.fingerprint);
  expect(ceilings.flopsPerSecond).toBeGreaterThan(0);
  expect(ceilings.bytesPerSecond).toBeGreaterThan(0);
  // No machine adds slower than it copies numbers of four bytes by tenfold, nor a million times faster.
  const ratio = ceilings.flopsPerSecond / ceilings.bytesPerSecond;
  expect(ratio).toBeGreaterThan(0.025);
  expect(ratio).toBeLessThan(1e6);
  const high = { ...ceilings, flopsPerSecond: 1e18, bytesPerSecond: 1e18 };
  expect(await measureCeilings(engine, high)).toEqual(high);
  const low = { ...ceilings, flopsPerSecond: 1, bytesPerSecond: 1 };
  const raised = await measureCeilings(engine, low);
  expect(Math.min(raised.flopsPerSecond, raised.bytesPerSecond)).toBeGreaterThan(1);
  const other = await measureCeilings(engine, { ...high, adapter: 'another' });
  expect(Math.max(other.flopsPerSecond, other.bytesPerSecond)).toBeLessThan(1e18);
});

test('measuring ends where nobody waits', async () => {
  await expect(measureCeilings(engine, null, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
});

test('the times of instances sum up to the whole, and no work is lost', async () => {
  const plan = smallPlan();
  // What is kept of a run before is computed again.
  await engine.run({ plan, leaf: vitLeaf });
  const ceilings = { adapter: engine.fingerprint, flopsPerSecond: 1e12, bytesPerSecond: 1e11 };
  const { profile } = await profilePlan(engine, { plan, leaf: vitLeaf }, ceilings);
  expect(profile.runs).toBeGreaterThanOrEqual(1);
  expect(profile.milliseconds).toBeGreaterThan(0);
  const sum = (of: (work: (typeof profile.works)[0]) => number) =>
    profile.works.reduce((all, work) => all + of(work), 0);
  expect(sum(({ milliseconds }) => milliseconds)).toBeCloseTo(profile.milliseconds);
  expect(sum(({ flops }) => flops) / plan.flops).toBeCloseTo(1);
  const bytes = plan.steps.reduce((all, step) => all + (step.kind === 'dispatch' ? step.bytes : 0), 0);
  expect(sum(({ bytes }) => bytes) / bytes).toBeCloseTo(1);
  for (const { milliseconds, boundBy } of profile.works)
    expect(boundBy!.compute + boundBy!.memory + boundBy!.neither).toBeCloseTo(milliseconds);
  expect(new Set(profile.works.map(({ path }) => path))).toEqual(new Set(plan.steps.flatMap(({ origins }) => origins)));
});

test('a profile leaves the values of the run', async () => {
  const plan = smallPlan();
  await engine.run({ plan, leaf: vitLeaf });
  const before = await engine.read('features');
  await profilePlan(engine, { plan, leaf: vitLeaf }, null);
  expect(await engine.read('features')).toEqual(before);
  const { stepsRun } = await engine.run({ plan, leaf: vitLeaf });
  expect(stepsRun).toBe(0);
});
