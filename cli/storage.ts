/** What a call says of how floats lie in the GPU's memory. */
import type { FloatStorage } from '../gpu/ir/storage.ts';
import type { Call } from './command.ts';
import { UsageError } from './errors.ts';
import { STORAGE } from './flags.ts';

/** @throws {UsageError} if there is no such storage. */
export function storageOf(call: Call): FloatStorage {
  const storage = call.value(STORAGE) ?? 'f32';
  if (storage !== 'f32' && storage !== 'f16') throw new UsageError(`--storage ${storage}: there are f32 and f16`);
  return storage;
}
