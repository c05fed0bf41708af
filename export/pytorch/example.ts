/** example.safetensors: the inputs that the graph has, and what it computes from them in float64. */
import { runPasses } from '../../gpu/passes/pipeline.ts';
import { runReference } from '../../gpu/reference.ts';
import { formatSafetensors, type NamedTensor } from '../../graph/formats/safetensors.ts';
import { graphCost } from '../../nodes/cost.ts';
import { lower } from '../../nodes/lower.ts';
import type { ExportSource, LeafWords } from '../target.ts';
import type { Forward } from './forward.ts';

/** Floating point operations that the float64 evaluator does in about two minutes; the notebook's models take a tenth. */
const MOST_WORK = 1e11;

/** Whether the example gets outputs: every input has values, and they can be computed in reasonable time. */
export function hasOutputs({ sources, tree, inference }: ExportSource, { inputs }: Forward): boolean {
  return inputs.every(({ port }) => sources.keys.has(port)) && graphCost(tree, inference).flops <= MOST_WORK;
}

export async function* examplePieces(source: ExportSource, forward: Forward): AsyncIterable<Uint8Array> {
  const tensors: NamedTensor[] = [];
  for (const { port, type } of forward.inputs) {
    // A text that does not fit has no ids; run.py then asks for them.
    if (!source.sources.keys.has(port)) continue;
    const shape = type!.dims.map(({ size }) => size);
    tensors.push({ name: `input/${port}`, shape, ...encode(await source.leaf('input', port), type!.dtype) });
  }
  if (hasOutputs(source, forward)) tensors.push(...(await computeOutputs(source)));
  yield* formatSafetensors(tensors);
}

async function computeOutputs({
  tree,
  inference,
  weights,
  sources,
  leaf,
}: ExportSource): Promise<readonly NamedTensor[]> {
  const { graph } = lower(tree, inference, { weights: weights.recipes, sources: sources.keys });
  const { outputs } = await runReference(runPasses(graph), ({ kind, name }) => leaf(kind, name));
  return Array.from(outputs, ([name, { shape, data }]) => {
    const values = Float64Array.from(data);
    return { name: `output/${name}`, dtype: 'F64' as const, shape, bytes: new Uint8Array(values.buffer) };
  });
}

function encode(words: LeafWords, dtype: 'f32' | 'i32' | 'bool'): Pick<NamedTensor, 'dtype' | 'bytes'> {
  if (dtype === 'bool') return { dtype: 'BOOL', bytes: Uint8Array.from(words) };
  return { dtype: dtype === 'i32' ? 'I32' : 'F32', bytes: bytesOf(words) };
}

export function bytesOf(words: LeafWords): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}
