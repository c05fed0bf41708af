/** What this machine has of memory, as far as a browser tells. */
import type { MemoryLimit } from '../../gpu/memory-need.ts';

/** GiB: browsers round memory to a power of two, and say no more than this of larger machines. */
const TOLD_AT_MOST = 8;

/** No bound where nothing is told, or where it is the most that is ever told. */
export function machineMemory(from: object = navigator): MemoryLimit {
  const told = 'deviceMemory' in from ? Number(from.deviceMemory) : TOLD_AT_MOST;
  return { bytes: told < TOLD_AT_MOST ? told * 2 ** 30 : Number.POSITIVE_INFINITY, of: 'this machine' };
}
