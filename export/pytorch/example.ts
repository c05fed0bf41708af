/** example.safetensors: the inputs that the graph has, and what it computes from them in float64. */
import { formatSafetensors, type NamedTensor } from '../../graph/formats/safetensors.ts';
import { graphCost } from '../../nodes/cost.ts';
import { referenceOutputs } from '../reference-outputs.ts';
import type { ExportSource, LeafWords } from '../target.ts';
import type { Forward } from './forward.ts';
import type { GenerationLoop } from './loop.ts';

/** Floating point operations that the float64 evaluator does in about two minutes; the notebook's models take a tenth. */
const MOST_WORK = 1e11;

/** Weights that it may hold, at 8 bytes each; a table can be large and take no work. */
const MOST_PARAMETERS = 2e8;

/** Whether the example gets outputs: every input has values, and they can be computed in reasonable time. */
export function hasOutputs({ sources, tree, inference }: ExportSource, { inputs }: Forward): boolean {
  const { flops, parameters } = graphCost(tree, inference);
  const isLight = flops <= MOST_WORK && parameters <= MOST_PARAMETERS;
  return isLight && inputs.every(({ port }) => sources.keys.has(port));
}

/** @param loop of generate.py, whose prompt is beside the inputs: their ids without padding. */
export async function* examplePieces(
  source: ExportSource,
  forward: Forward,
  loop: GenerationLoop | undefined,
): AsyncIterable<Uint8Array> {
  const tensors: NamedTensor[] = [];
  for (const { port, type } of forward.inputs) {
    // A text that does not fit has no ids; run.py then asks for them.
    if (!source.sources.keys.has(port)) continue;
    const shape = type!.dims.map(({ size }) => size);
    tensors.push({ name: `input/${port}`, shape, ...encode(await source.leaf('input', port), type!.dtype) });
  }
  if (loop?.prompt) {
    const shape = [loop.prompt.length, loop.prompt[0]?.length ?? 0];
    tensors.push({ name: `prompt/${loop.ids.port}`, shape, ...encode(Int32Array.from(loop.prompt.flat()), 'i32') });
  }
  if (hasOutputs(source, forward)) tensors.push(...(await computeOutputs(source)));
  yield* formatSafetensors(tensors);
}

async function computeOutputs(source: ExportSource): Promise<readonly NamedTensor[]> {
  return Array.from(await referenceOutputs(source), ([name, { shape, data }]) => {
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
