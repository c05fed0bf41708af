/** Which device a call computes on. */
import { UsageError } from '../errors.ts';
import type { Device } from './device.ts';

/**
 * Opens the device of this name, the GPU where none is given. Loaded when it is opened: a GPU's driver is started by its
 * import.
 * @throws {UsageError} at once if there is no such device.
 */
export function openDevice(name = 'gpu'): () => Promise<Device> {
  switch (name) {
    case 'gpu':
      return async () => (await import('./gpu.ts')).openGpuDevice();
    case 'cpu':
      return async () => (await import('./cpu.ts')).openCpuDevice();
    case 'reference':
      return async () => (await import('./reference.ts')).openReferenceDevice();
    default:
      throw new UsageError(`--device ${name}: there are gpu, cpu and reference`);
  }
}
