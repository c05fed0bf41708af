/** The best device that there is: a GPU, or the float64 reference evaluator, with the reason why. */
import type { Tuning } from '../../gpu/plan.ts';
import { NoAdapterError } from '../../gpu/runtime/errors.ts';
import type { Device } from './device.ts';
import { openGpuDevice } from './gpu-device.ts';
import { messageOf } from './message-of.ts';
import { createReferenceDevice } from './reference-device.ts';

export interface OpenedDevice {
  readonly device: Device;
  /** Why it is not a GPU; null if it is one. */
  readonly notice: string | null;
}

/**
 * @param tuning What was measured in former sessions.
 * @param onLost Told when the device is lost, with the adapter's words.
 */
export async function openDevice(tuning: Tuning | null, onLost: (message: string) => void): Promise<OpenedDevice> {
  try {
    // Browsers without WebGPU, and pages that may not use it, have no `gpu`, whatever its type says.
    const gpu = navigator.gpu as GPU | undefined;
    if (!gpu) throw new NoAdapterError();
    return { device: await openGpuDevice(gpu, tuning, onLost), notice: null };
  } catch (error) {
    return { device: createReferenceDevice(), notice: noticeOf(error) };
  }
}

function noticeOf(error: unknown): string {
  const why =
    error instanceof NoAdapterError ? 'There is no WebGPU adapter' : `The GPU cannot be used: ${messageOf(error)}`;
  return `${why}. The graph is computed on the CPU, in float64, which is exact and slow.`;
}
