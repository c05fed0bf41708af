/** Brings leaves' bytes into the pool, in chunks, so that no single call holds the thread or the staging memory for long. */
import type { PlanLeaf } from '../plan.ts';

export const CHUNK_BYTES = 16 * 2 ** 20;

/**
 * Writes a leaf's bytes into its buffer.
 * @throws {RangeError} if there are more or fewer than its type needs.
 */
export async function uploadLeaf(
  device: GPUDevice,
  buffer: GPUBuffer,
  leaf: PlanLeaf,
  bytes: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<void> {
  const needed = leaf.type.shape.reduce((product, size) => product * size, 1) * 4;
  if (bytes.byteLength !== needed) {
    throw new RangeError(
      `${leaf.kind} ${leaf.name} has ${bytes.byteLength} bytes, its type ${leaf.type.dtype}[${leaf.type.shape.join(', ')}] takes ${needed}`,
    );
  }
  for (let at = 0; at < needed; at += CHUNK_BYTES) {
    signal?.throwIfAborted();
    const size = Math.min(CHUNK_BYTES, needed - at);
    device.queue.writeBuffer(buffer, at, bytes as Uint8Array<ArrayBuffer>, at, size);
    if (needed > CHUNK_BYTES) await device.queue.onSubmittedWorkDone();
  }
}
