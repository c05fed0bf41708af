/** What this machine has of memory, or the container has that this process is in. */
import { totalmem } from 'node:os';
import type { MemoryLimit } from '../../gpu/memory-need.ts';

export function machineMemory(): MemoryLimit {
  const [whole, allowed] = [totalmem(), process.constrainedMemory()];
  return { bytes: allowed > 0 ? Math.min(whole, allowed) : whole, of: 'this machine' };
}
