/** Random graphs, fused as fusion likes, against the ops' own evaluation. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FULL, runs } from '../scripts/effort.ts';
import type { Graph, GraphOutput } from './ir/types.ts';
import type { Tuning } from './plan.ts';
import type { Engine } from './runtime/engine.ts';
import { boundedGraph, CANCELLED, choices as someChoices } from './testing/bounded-graphs.ts';
import { evaluateGraph, numbersOf, openTestEngine, relativeError, runOnGpu } from './testing/on-gpu.ts';
import { vitGraph, vitLeaf } from './testing/vit-graph.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.dispose());

/** What is chosen on a GPU of which nothing was measured. */
const GPU_KERNELS: Tuning = { adapter: '', matmul: {}, traits: { software: false, subgroups: true, subgroupSize: 32 } };

test.each([
  { batch: 3, imageSize: 35, patchSize: 7, width: 65, depth: 1, heads: 5 },
  { batch: 2, imageSize: 28, patchSize: 4, width: 64, depth: 2, heads: 1 },
  ...(FULL ? [{ batch: 1, imageSize: 48, patchSize: 8, width: 96, depth: 4, heads: 6 }] : []),
])('a vision transformer of batch $batch, width $width, $heads heads, with every attention tapped', async (sizes) => {
  const graph = vitGraph(sizes, true);
  const leaves: Record<string, Float64Array> = {};
  for (const { op, attributes, results } of graph.operations) {
    if (op !== 'input' && op !== 'weight') continue;
    const name = String(attributes['name'] ?? attributes['path']);
    const type = graph.types.get(results[0]!)!;
    leaves[name] = numbersOf(type, await vitLeaf({ kind: op, name, key: name, type }));
  }
  const got = await runOnGpu(engine, graph, leaves);
  const asOnGpu = await runOnGpu(engine, graph, leaves, { tuning: GPU_KERNELS });
  for (const [name, want] of evaluateGraph(graph, leaves)) {
    expect(got.get(name)!.shape).toEqual(want.shape);
    expect(relativeError(got.get(name)!, want)).toBeLessThan(1e-6);
    expect(relativeError(asOnGpu.get(name)!, want)).toBeLessThan(1e-6);
  }
});

/** The same graph with values looked at, each of which is stored; with all of them each op has a kernel of its own. */
function lookedAt(graph: Graph, isWanted: (value: number) => boolean = () => true): Graph {
  const values = graph.operations.filter(({ inputs }) => inputs.length > 0).flatMap(({ results }) => results);
  const taps = values.filter(isWanted).map((value): GraphOutput => ({ name: `value ${value}`, kind: 'tap', value }));
  return { ...graph, outputs: [...graph.outputs, ...taps] };
}

test('random graphs compute what their ops do, fused, each op by itself, and some values looked at', async () => {
  await fc.assert(
    fc.asyncProperty(someChoices, fc.constantFrom(4, 8), fc.nat(6), async (choices, buffers, seventh) => {
      const { graph, leaves } = boundedGraph(choices);
      const limits = { ...engine.info.limits, maxStorageBuffersPerShaderStage: buffers };
      const got = await runOnGpu(engine, graph, leaves, { limits });
      const again = await runOnGpu(engine, graph, leaves, { limits });
      const asOnGpu = await runOnGpu(engine, graph, leaves, { limits, tuning: GPU_KERNELS });
      const apart = await runOnGpu(engine, lookedAt(graph), leaves, { limits });
      // Neither as few values as there can be, nor all: what is in which buffer is not the same.
      const partly = lookedAt(graph, (value) => (value * value + seventh) % 7 < 3);
      const seen = await runOnGpu(engine, partly, leaves, { limits });
      for (const [name, want] of evaluateGraph(partly, leaves)) {
        expect(relativeError(seen.get(name)!, want, CANCELLED)).toBeLessThan(5e-6);
      }
      for (const [name, want] of evaluateGraph(graph, leaves)) {
        expect(got.get(name)!.shape).toEqual(want.shape);
        expect(again.get(name)!.data).toEqual(got.get(name)!.data);
        const error = relativeError(got.get(name)!, want, CANCELLED);
        const errorApart = relativeError(apart.get(name)!, want, CANCELLED);
        expect(Math.max(error, errorApart)).toBeLessThan(5e-6);
        expect(relativeError(asOnGpu.get(name)!, want, CANCELLED)).toBeLessThan(5e-6);
        expect(error).toBeLessThanOrEqual(2 * errorApart + 5e-7);
      }
    }),
    { numRuns: runs(30), seed: 20_261 },
  );
});
