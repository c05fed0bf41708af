/** What a run gives: a line per tensor, and a .safetensors file. */
import { formatSafetensors } from '../graph/formats/safetensors.ts';
import { namedTensor } from '../export/values.ts';
import type { ComputedTensor } from '../export/values.ts';
import { writeAtomically } from './write-files.ts';

/** Name, shape, and what tells one tensor from another at a glance. */
export function describeTensors(tensors: readonly ComputedTensor[]): string[] {
  const rows = tensors.map((tensor) => [tensor.name, `[${tensor.type.shape.join(', ')}]`, summarise(tensor.data)]);
  const widths = [0, 1].map((column) => Math.max(0, ...rows.map((row) => row[column]!.length)));
  return rows.map(([name, shape, summary]) => `${name!.padEnd(widths[0]!)}  ${shape!.padEnd(widths[1]!)}  ${summary}`);
}

/** Mean and standard deviation in two passes, over finite values. */
function summarise(data: ComputedTensor['data']): string {
  const finite = Array.from(data).filter(Number.isFinite);
  if (finite.length === 0) return data.length === 0 ? 'empty' : `${data.length} values, none finite`;
  if (data.length === 1) return `${data[0]}`;
  let [sum, min, max] = [0, Infinity, -Infinity];
  for (const value of finite) {
    sum += value;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  const mean = sum / finite.length;
  const variance = finite.reduce((total, value) => total + (value - mean) ** 2, 0) / finite.length;
  const text = `mean ${mean.toFixed(6)}  std ${Math.sqrt(variance).toFixed(6)}  min ${min.toFixed(6)}  max ${max.toFixed(6)}`;
  return finite.length === data.length ? text : `${text}  (${data.length - finite.length} not finite)`;
}

/** A weight by its `state_dict` path. */
export interface SavedWeight {
  readonly path: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/**
 * Writes outputs and taps under their names, and weights under `weight/<path>`.
 * @throws {UserError} where the file cannot be written.
 */
export async function writeResults(
  file: string,
  tensors: readonly ComputedTensor[],
  weights: readonly SavedWeight[],
  metadata: Readonly<Record<string, string>>,
): Promise<void> {
  const all = tensors.map(namedTensor);
  for (const { path, shape, data } of weights)
    all.push({ name: `weight/${path}`, dtype: 'F32', shape, bytes: bytesOf(data) });
  await writeAtomically(file, formatSafetensors(all, metadata));
}

function bytesOf(data: ComputedTensor['data']): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
