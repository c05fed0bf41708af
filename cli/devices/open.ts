/** Which device a call computes on. */
import type { FloatStorage } from '../../gpu/ir/storage.ts';
import { UsageError } from '../errors.ts';
import type { Device } from './device.ts';

/**
 * Opens the device of this name, the GPU where none is given. Loaded when it is opened: a GPU's driver is started by its
 * import.
 * @param storage What floats are in its memory; others than the GPU keep them as they compute.
 * @throws {UsageError} at once if there is no such device, or if it has no such storage.
 */
export function openDevice(name = 'gpu', storage: FloatStorage = 'f32'): () => Promise<Device> {
  if (storage !== 'f32' && name !== 'gpu') throw new UsageError(`--storage ${storage} is for --device gpu`);
  switch (name) {
    case 'gpu':
      return async () => (await import('./gpu.ts')).openGpuDevice(storage);
    case 'cpu':
      return async () => (await import('./cpu.ts')).openCpuDevice();
    case 'reference':
      return async () => (await import('./reference.ts')).openReferenceDevice();
    default:
      throw new UsageError(`--device ${name}: there are gpu, cpu and reference`);
  }
}
