/**
 * The same Vision Transformer (width 768, 224 pixels, depth 3: 8.7 GFLOP) on our devices and in ONNX Runtime as anybody
 * would run it, run by run in turn, so that whatever else the machine does meets all. Prints medians, ratios to ONNX
 * Runtime of the medians and of the fastest runs, and how far the results are apart.
 *
 *   VK_DRIVER_FILES=/usr/lib/chromium/vk_swiftshader_icd.json node bench/side-by-side.ts [runs] [--cpu]
 *
 * `--cpu` leaves the GPU out.
 */
import { setTimeout } from 'node:timers/promises';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { buildModel } from '../export/onnx/build.ts';
import { encodeModel } from '../export/onnx/encode.ts';
import { OnnxEngine } from '../export/onnx/run/engine.ts';
import { openSession } from '../export/onnx/run/session.ts';
import { compile } from '../gpu/compile.ts';
import type { Graph, Operation, TensorType } from '../gpu/ir/types.ts';
import { Engine } from '../gpu/runtime/engine.ts';
import { openNodeGpu } from '../gpu/runtime/node-gpu.ts';
import { relativeError } from '../gpu/testing/on-gpu.ts';
import { NOTEBOOK_SIZES, vitGraph, vitLeaf } from '../gpu/testing/vit-graph.ts';

interface Contender {
  readonly name: string;
  /** One run, from the inputs to the result on the host. */
  readonly run: () => Promise<Float32Array>;
}

const PAUSE_MILLISECONDS = 60;

const runs = Number(process.argv[2] ?? 7);
const withGpu = !process.argv.includes('--cpu');
const graph = vitGraph(NOTEBOOK_SIZES);
const leaves = new Map<string, TensorType>(
  graph.operations
    .filter(({ op }) => op === 'input' || op === 'weight')
    .map(({ attributes, results }) => [
      String(attributes['name'] ?? attributes['path']),
      graph.types.get(results[0]!)!,
    ]),
);

const contenders = [await onnxRuntime(), await onCpu(), ...(withGpu ? [await onGpu()] : [])];
const times = contenders.map((): number[] => []);
const results: Float32Array[] = [];
for (let run = 0; run <= runs; run++) {
  for (const [index, contender] of contenders.entries()) {
    // Threads of the run before spin for a moment, and would take a core from this one.
    await setTimeout(PAUSE_MILLISECONDS);
    const start = performance.now();
    results[index] = await contender.run();
    // The first run of each compiles and uploads.
    if (run > 0) times[index]!.push(performance.now() - start);
  }
}
const [theirs] = times;
for (const [index, { name }] of contenders.entries()) {
  const sorted = times[index]!.toSorted((a, b) => a - b);
  const spread = `${sorted[0]!.toFixed(0)} … ${sorted.at(-1)!.toFixed(0)} ms`;
  const ratio = median(sorted) / median(theirs!);
  const fastest = sorted[0]! / Math.min(...theirs!);
  const apart = relativeError({ data: results[index]! }, { data: results[0]! }).toExponential(1);
  console.log(
    `${name.padEnd(34)} median ${median(sorted).toFixed(0).padStart(6)} ms (${spread}), ${ratio.toFixed(2)} × ONNX Runtime (fastest ${fastest.toFixed(2)} ×), off by ${apart}`,
  );
}
process.exit(0);

/** As the command line's `--device cpu`: another key of the input each time, so that only weights are kept. */
async function onCpu(): Promise<Contender> {
  const engine = new OnnxEngine({
    open: (model) => openSession({ InferenceSession, Tensor }, model),
    cut: 'whole',
  });
  const picture = { kind: 'input', name: 'pixel_values', key: '', type: leaves.get('pixel_values')! } as const;
  const pixels = new Float32Array((await vitLeaf(picture)).buffer);
  let run = 0;
  return {
    name: 'Patchbay, CPU',
    run: async () => {
      const fresh: Graph = { ...graph, operations: graph.operations.map((operation) => renewed(operation, run)) };
      run++;
      const { tensors } = await engine.run(fresh, async ({ kind, name }) => {
        // The picture is there already, as it is for ONNX Runtime.
        if (name === 'pixel_values') return pixels;
        const { buffer } = await vitLeaf({ kind, name, key: name, type: leaves.get(name)! });
        return new Float32Array(buffer);
      });
      return tensors[0]!.data as Float32Array;
    },
  };
}

function renewed(operation: Operation, run: number): Operation {
  if (operation.op !== 'input') return operation;
  return { ...operation, attributes: { ...operation.attributes, key: `pixels ${run}` } };
}

async function onGpu(): Promise<Contender> {
  const engine = await Engine.create(await openNodeGpu());
  const plan = compile(graph, { limits: engine.info.limits, tuning: engine.tuning, keep: 'outputs' });
  return {
    name: `Patchbay, ${engine.info.name}`,
    run: async () => {
      engine.forgetResults();
      await engine.run({ plan, leaf: vitLeaf });
      const { data } = await engine.read('features');
      return new Float32Array(data.buffer, data.byteOffset, data.byteLength / 4);
    },
  };
}

async function onnxRuntime(): Promise<Contender> {
  const model = buildModel(graph, { integers: 'i32', tapsAreOutputs: false });
  const bytesOf = (kind: 'input' | 'weight', name: string): Promise<Uint8Array> =>
    vitLeaf({ kind, name, key: name, type: leaves.get(name)! });
  const pieces: Uint8Array[] = [];
  const encoding = encodeModel(model, { name: 'vit' }, (path) => bytesOf('weight', path));
  for await (const piece of encoding) pieces.push(piece);
  const session = await InferenceSession.create(Buffer.concat(pieces), { logSeverityLevel: 4 });
  const { buffer } = await bytesOf('input', 'pixel_values');
  const pixels = new Tensor('float32', new Float32Array(buffer), leaves.get('pixel_values')!.shape);
  return {
    name: 'ONNX Runtime, CPU',
    run: async () => {
      const { features } = await session.run({ pixel_values: pixels });
      return features!.data as Float32Array;
    },
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
