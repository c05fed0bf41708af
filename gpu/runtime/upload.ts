/** Brings leaves' bytes into the pool, in chunks, so that no single call holds the thread or the staging memory for long. */
import { BYTES_PER_TEXEL, TEXEL_ROW_BYTES, texelSize } from '../texels.ts';
import { storedBytes, type PlanLeaf } from '../plan.ts';
import { LARGEST_HALF, toHalves, type Overflow } from './half.ts';
import type { Memory } from './pool.ts';

export const CHUNK_BYTES = 16 * 2 ** 20;

/**
 * Writes a leaf's bytes into its buffer or texture, floats rounded where they are stored as halves.
 * @returns what a person has to know of its numbers: those that are too large for halves.
 * @throws {RangeError} if there are more or fewer than its type needs.
 */
export async function uploadLeaf(
  device: GPUDevice,
  memory: Memory,
  leaf: PlanLeaf,
  bytes: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const { type, storage } = leaf;
  const needed = storedBytes(type.shape);
  if (bytes.byteLength !== needed) {
    throw new RangeError(
      `${leaf.kind} ${leaf.name} has ${bytes.byteLength} bytes, its type ${type.dtype}[${type.shape.join(', ')}] takes ${needed}`,
    );
  }
  let overflow: Overflow | null = null;
  for (let at = 0; at < needed; at += CHUNK_BYTES) {
    signal?.throwIfAborted();
    const size = Math.min(CHUNK_BYTES, needed - at);
    if ('texture' in memory) writeTexels(device.queue, memory.texture, at, bytes.subarray(at, at + size));
    else if (storage === 'f16') {
      const chunk = halvesOf(bytes.subarray(at, at + size));
      overflow = together(overflow, chunk.overflow);
      device.queue.writeBuffer(memory.buffer, at / 2, chunk.halves);
    } else device.queue.writeBuffer(memory.buffer, at, bytes as Uint8Array<ArrayBuffer>, at, size);
    if (needed > CHUNK_BYTES) await device.queue.onSubmittedWorkDone();
  }
  return overflow ? warningOf(leaf, overflow) : undefined;
}

/** @param at First byte, of a row of texels; what follows are whole rows, but for the last one. */
function writeTexels(queue: GPUQueue, texture: GPUTexture, at: number, bytes: Uint8Array): void {
  const { width } = texelSize(bytes.byteLength);
  const rows = Math.floor(bytes.byteLength / TEXEL_ROW_BYTES);
  const rest = (bytes.byteLength % TEXEL_ROW_BYTES) / BYTES_PER_TEXEL;
  const data = bytes as Uint8Array<ArrayBuffer>;
  const first = at / TEXEL_ROW_BYTES;
  const layout = { bytesPerRow: TEXEL_ROW_BYTES };
  if (rows > 0) queue.writeTexture({ texture, origin: [0, first] }, data, layout, [width, rows]);
  if (rest === 0) return;
  const offset = rows * TEXEL_ROW_BYTES;
  queue.writeTexture({ texture, origin: [0, first + rows] }, data, { ...layout, offset }, [rest, 1]);
}

/** In whole words: after an odd number of halves there is one more. */
function halvesOf(bytes: Uint8Array): { halves: Uint16Array<ArrayBuffer>; overflow: Overflow | null } {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  const words = new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 4);
  const halves = new Uint16Array(2 * Math.ceil(words.length / 2));
  return { halves, overflow: toHalves(words, halves) };
}

function together(one: Overflow | null, other: Overflow | null): Overflow | null {
  if (!one || !other) return one ?? other;
  return { count: one.count + other.count, largest: Math.max(one.largest, other.largest) };
}

function warningOf({ kind, name, type }: PlanLeaf, { count, largest }: Overflow): string {
  const all = type.shape.reduce((product, size) => product * size, 1);
  return `${kind} ${name}: ${count} of its ${all} numbers are too large for f16 (${largest}; it ends at ${LARGEST_HALF}) and became infinite; store floats in f32`;
}
