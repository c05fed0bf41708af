/** Part of a stored value, brought back as what it was computed as: halves become float32. */
import type { PlanOutput } from '../plan.ts';
import { fromHalves } from './half.ts';
import type { Slice } from './slice.ts';
import type { StagingRing } from './staging.ts';

/** The bytes of `count` elements from `offset` on, four each. */
export async function readElements(
  staging: StagingRing,
  buffer: GPUBuffer,
  { place }: PlanOutput,
  { offset, count }: Pick<Slice, 'offset' | 'count'>,
): Promise<Uint8Array> {
  if (place.storage !== 'f16') return staging.read(buffer, offset * 4, count * 4);
  // Whole words are copied; the first half of one may be another element's.
  const before = offset % 2;
  const bytes = await staging.read(buffer, (offset - before) * 2, 4 * Math.ceil((before + count) / 2));
  const { buffer: copied, byteOffset } = bytes;
  return new Uint8Array(fromHalves(new Uint16Array(copied, byteOffset + 2 * before, count)).buffer);
}
