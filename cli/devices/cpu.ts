/** `--device cpu`: ONNX Runtime on the CPU, over the same IR: what computes well where there is no GPU. */
import { buildModel } from '../../export/onnx/build.ts';
import { encodeModel } from '../../export/onnx/encode.ts';
import type { OnnxModel } from '../../export/onnx/model.ts';
import { valueKeys } from '../../gpu/ir/key.ts';
import { elementCount, type Graph, type ValueId } from '../../gpu/ir/types.ts';
import { rewrite } from '../../gpu/passes/rewrite.ts';
import type { ValueKey } from '../../gpu/plan.ts';
import { UserError } from '../errors.ts';
import { formatBytes, formatMilliseconds } from '../numbers.ts';
import { openOnnxSession, type NamedWords } from '../onnx-runtime.ts';
import type { Computed, ComputedTensor, Device, LeafData, LeafReader } from './device.ts';

/** A message of Protocol Buffers, which a model in memory is, ends at 2 GiB. */
const LARGEST_MODEL = 2 ** 31 - 2 ** 26;

export function openCpuDevice(): Device {
  const weights = new Map<ValueKey, LeafData>();
  let kept = new Map<ValueKey, ComputedTensor>();
  return {
    compute: async (graph, leaf, wanted) => {
      const keys = valueKeys(graph);
      const rest = fromKept(graph, keys, kept);
      const begin = performance.now();
      const model = buildModel(rest, { integers: 'i32', tapsAreOutputs: true });
      const bytes = await encode(model, weightReader(graph, keys, weights, leaf));
      const session = await openOnnxSession(bytes);
      const loaded = performance.now();
      try {
        const inputs = await feeds(model, rest, kept, leaf);
        const started = performance.now();
        const results = await session.run(
          inputs,
          model.outputs.map(({ name }) => name),
        );
        const ended = performance.now();
        const tensors = results.map((result, index) => ({ ...result, name: model.outputs[index]!.of }));
        kept = new Map(graph.outputs.map(({ value }, index) => [keys.get(value)!, tensors[index]!]));
        return {
          tensors: tensors.filter(({ name }) => wanted === undefined || wanted.includes(name)),
          stats: statsOf(model, bytes, ended - started, loaded - begin),
        };
      } finally {
        await session.dispose();
      }
    },
    dispose: () => {
      weights.clear();
      kept.clear();
    },
  };
}

function statsOf(model: OnnxModel, bytes: Uint8Array, milliseconds: number, loading: number): Computed['stats'] {
  return [
    ['device', 'CPU, ONNX Runtime'],
    ['time', `${formatMilliseconds(milliseconds)} (and ${formatMilliseconds(loading)} to make and load the model)`],
    ['nodes', String(model.nodes.length)],
    ['model', formatBytes(bytes.byteLength)],
  ];
}

const KEPT = 'kept/';

/** The graph with what a former run gave as inputs, named by their keys; what only led to them goes with the dead code. */
function fromKept(
  graph: Graph,
  keys: ReadonlyMap<ValueId, ValueKey>,
  kept: ReadonlyMap<ValueKey, ComputedTensor>,
): Graph {
  if (kept.size === 0) return graph;
  return rewrite(graph, ({ op, attributes, results }, inputs, builder) => {
    const emitted = builder.emitAll(op, inputs, attributes);
    return results.map((result, index) => {
      const key = keys.get(result)!;
      const tensor = kept.get(key);
      if (!tensor || op === 'input' || op === 'weight') return emitted[index]!;
      const { dtype, shape } = tensor.type;
      return builder.emit('input', [], { name: `${KEPT}${key}`, key, dtype, shape });
    });
  });
}

/** Weights by path, drawn or read once for as long as the device is open. */
function weightReader(
  { operations }: Graph,
  keys: ReadonlyMap<ValueId, ValueKey>,
  weights: Map<ValueKey, LeafData>,
  leaf: LeafReader,
): (path: string) => Promise<Uint8Array> {
  const byPath = new Map(
    operations
      .filter(({ op }) => op === 'weight')
      .map(({ attributes, results }) => [attributes['path'], keys.get(results[0]!)!]),
  );
  return async (path) => {
    const key = byPath.get(path)!;
    const data = weights.get(key) ?? (await leaf('weight', path));
    weights.set(key, data);
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  };
}

async function feeds(
  model: OnnxModel,
  { operations, types }: Graph,
  kept: ReadonlyMap<ValueKey, ComputedTensor>,
  leaf: LeafReader,
): Promise<NamedWords[]> {
  const typeOf = new Map(
    operations
      .filter(({ op }) => op === 'input')
      .map(({ attributes, results }) => [attributes['name'], types.get(results[0]!)!]),
  );
  const words: NamedWords[] = [];
  for (const { of, name } of model.inputs) {
    const known = kept.get(of.slice(KEPT.length));
    const data = of.startsWith(KEPT) && known ? known.data : await leaf('input', of);
    words.push({ name, type: typeOf.get(of)!, data });
  }
  return words;
}

/** @throws {UserError} where the weights are more than a model in memory holds. */
async function encode(model: OnnxModel, read: (path: string) => Promise<Uint8Array>): Promise<Uint8Array> {
  const weights = model.initializers.filter(({ from }) => from.kind === 'weight');
  const size = weights.reduce((sum, { dims }) => sum + elementCount(dims) * Float32Array.BYTES_PER_ELEMENT, 0);
  if (size > LARGEST_MODEL) {
    throw new UserError(
      `the weights are ${formatBytes(size)}; ONNX Runtime takes ${formatBytes(LARGEST_MODEL)} in memory: compute with --device gpu`,
    );
  }
  const pieces: Uint8Array[] = [];
  for await (const piece of encodeModel(model, { name: 'graph' }, read)) pieces.push(piece);
  return Buffer.concat(pieces);
}
