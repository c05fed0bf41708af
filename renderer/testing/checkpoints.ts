/** For tests: checkpoints in memory, as a shell gives them. */
import { createHash } from 'node:crypto';
import { bytesSource, formatSafetensors } from '../../graph/formats/safetensors.ts';
import type { PickedCheckpoint } from '../platform/platform.ts';
import { joined } from '../../export/joined.ts';

export type Weights = ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>;

export function checkpointOf(name: string, weights: Weights): PickedCheckpoint {
  const tensors = Array.from(weights, ([path, { shape, data }]) => ({
    name: path,
    dtype: 'F32' as const,
    shape,
    bytes: new Uint8Array(data.slice().buffer),
  }));
  return checkpointFile(name, joined(formatSafetensors(tensors)));
}

/** Whatever its bytes are. */
export function checkpointFile(name: string, bytes: Uint8Array<ArrayBuffer>): PickedCheckpoint {
  const source = bytesSource(bytes);
  return {
    name,
    path: name,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    byteLength: bytes.byteLength,
    read: async (begin, end) => (await source.read(begin, end)).slice(),
  };
}
