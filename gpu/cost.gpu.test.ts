/** What compiling, editing and running again may cost: pipelines, dispatches, steps that run anew, memory. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FULL } from '../scripts/effort.ts';
import { compile } from './compile.ts';
import type { Graph } from './ir/types.ts';
import type { Plan } from './plan.ts';
import type { Engine } from './runtime/engine.ts';
import { openTestEngine } from './testing/on-gpu.ts';
import { vitGraph, vitLeaf } from './testing/vit-graph.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.dispose());

const DEEP_VIT = { batch: 1, imageSize: 32, patchSize: 8, width: 48, depth: 12, heads: 4 };
const SMALL_VIT = { ...DEEP_VIT, depth: 2 };
/** Of a block of the ViT. */
const MOST_DISPATCHES = 9;
const MOST_PIPELINES = 12;
/** Of the process: 60 KiB for each of a full run's; what is collected is not given back at once. */
const MOST_GROWTH = 48 * 2 ** 20;

/** A plan as the application makes it: what leaves a module is kept. */
function planOf(graph: Graph): Plan {
  return compile(graph, { limits: engine.info.limits, tuning: engine.tuning, keep: 'modules' });
}

test('a ViT of 12 blocks has few pipelines, and each block few dispatches', () => {
  const { shaders, steps } = planOf(vitGraph(DEEP_VIT));
  expect(shaders.length).toBeLessThanOrEqual(MOST_PIPELINES);
  for (let block = 0; block < DEEP_VIT.depth; block++) {
    const own = steps.filter(({ origins }) => origins.some((origin) => origin.startsWith(`blocks.${block}.`)));
    expect(own.length).toBeGreaterThan(0);
    expect(own.length).toBeLessThanOrEqual(MOST_DISPATCHES);
  }
});

test('a changed hyperparameter of the last block runs no more than two blocks anew', async () => {
  const graph = vitGraph(DEEP_VIT);
  const last = `blocks.${DEEP_VIT.depth - 1}.attention`;
  const operations = graph.operations.map((operation) => {
    if (operation.op !== 'attention' || operation.origin !== last) return operation;
    return { ...operation, attributes: { ...operation.attributes, scale: 0.5 } };
  });
  expect(operations).not.toEqual(graph.operations);
  const first = await engine.run({ plan: planOf(graph), leaf: vitLeaf });
  expect(first.stepsRun).toBe(first.stepsTotal);
  const before = (await engine.read('features')).data;
  const { stepsRun } = await engine.run({ plan: planOf({ ...graph, operations }), leaf: vitLeaf });
  expect(stepsRun).toBeGreaterThan(0);
  expect(stepsRun).toBeLessThanOrEqual(2 * MOST_DISPATCHES);
  expect((await engine.read('features')).data).not.toEqual(before);
});

test('runs, reads and previews leave nothing behind', { timeout: 600_000 }, async () => {
  const { live, restore } = watchBuffers();
  const fresh = await openTestEngine();
  const plan = planOf(vitGraph(SMALL_VIT));
  const once = async (): Promise<void> => {
    fresh.forgetResults();
    const { stepsRun, stepsTotal } = await fresh.run({ plan, leaf: vitLeaf });
    expect(stepsRun).toBe(stepsTotal);
    await fresh.read('features');
    await fresh.preview('features', { index: [0], maxSide: 8, view: 'matrix' });
  };
  const held = () => ({ buffers: live.size, bytes: [...live.values()].reduce((sum, size) => sum + size, 0) });
  const total = FULL ? 1000 : 100;
  // Rings and caches fill in the first runs.
  const settled = total / 5;
  for (let run = 0; run < settled; run++) await once();
  const [start, resident] = [held(), await residentBytes()];
  expect(start.buffers).toBeGreaterThan(0);
  for (let run = settled; run < total; run++) await once();
  expect(held()).toEqual(start);
  const grown = (await residentBytes()) - resident;
  expect(grown).toBeLessThan(MOST_GROWTH);
  fresh.dispose();
  restore();
});

/** Turns of the event loop after which what was collected has been taken back by the device, too. */
const TURNS = 10;

/** Memory of the process without garbage. */
async function residentBytes(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let turn = 0; turn < TURNS; turn++) {
    collect();
    await new Promise(setImmediate);
  }
  return process.memoryUsage.rss();
}

/** The buffers that were made and not destroyed, with their bytes. Not by spies, which hold on to whatever they saw. */
function watchBuffers(): { readonly live: ReadonlyMap<GPUBuffer, number>; readonly restore: () => void } {
  const live = new Map<GPUBuffer, number>();
  const create = Reflect.get(GPUDevice.prototype, 'createBuffer');
  const destroy = Reflect.get(GPUBuffer.prototype, 'destroy');
  Object.assign(GPUDevice.prototype, {
    createBuffer: function (this: GPUDevice, descriptor: GPUBufferDescriptor) {
      const buffer = create.call(this, descriptor);
      live.set(buffer, descriptor.size);
      return buffer;
    },
  });
  Object.assign(GPUBuffer.prototype, {
    destroy: function (this: GPUBuffer) {
      live.delete(this);
      return destroy.call(this);
    },
  });
  const restore = (): void => {
    Object.assign(GPUDevice.prototype, { createBuffer: create });
    Object.assign(GPUBuffer.prototype, { destroy });
  };
  return { live, restore };
}
