/** Opens the device that was chosen; where it cannot be had, the next best, with the reason why. */
import type { Tuning } from '../../gpu/plan.ts';
import { findAdapter, type AdapterFacts } from '../../gpu/runtime/device.ts';
import { NoAdapterError } from '../../gpu/runtime/errors.ts';
import type { DeviceChoice, DeviceVerdict } from '../stores/remembered-device.ts';
import type { Device } from './device.ts';
import { openGpuDevice } from './gpu-device.ts';
import { messageOf } from './message-of.ts';
import { createReferenceDevice } from './reference-device.ts';

export interface DeviceRequest {
  readonly choice: DeviceChoice;
  /** What was measured in former sessions: kernels, and which device is faster. */
  readonly tuning: Tuning | null;
  readonly verdict: DeviceVerdict | null;
  /** Told when the GPU is lost, with the adapter's words. */
  readonly onLost: (message: string) => void;
}

export interface OpenedDevice {
  readonly device: Device;
  /** Why it is not what was asked for; null if it is. */
  readonly notice: string | null;
  /** The software adapter that nothing is known of beside the CPU, which was taken in its place. */
  readonly unmeasured: string | null;
  /** The adapter that was not waited for; null if it turns out that there is none. */
  readonly late?: Promise<Adapter | null>;
}

export type Adapter = Pick<AdapterFacts, 'fingerprint' | 'software'>;

/** What there is to be opened, and how. */
export interface Devices {
  /** Null, or NoAdapterError, where there is none. */
  adapter(): Promise<Adapter | null>;
  /** @throws {NoAdapterError} where there is none; what the driver throws. */
  gpu(tuning: Tuning | null, onLost: (message: string) => void): Promise<Device>;
  /** @throws {OnnxRuntimeError} where WebAssembly or its binary cannot be had. */
  cpu(): Promise<Device>;
}

/** Those of this browser. */
export const DEVICES: Devices = {
  adapter: async () => findAdapter(gpuOf()),
  gpu: async (tuning, onLost) => openGpuDevice(gpuOf(), tuning, onLost),
  cpu: async () => {
    // Loaded when it is needed: whoever has a GPU never downloads it.
    const { openCpuDevice } = await import('./cpu-device.ts');
    return openCpuDevice();
  },
};

export async function openDevice(request: DeviceRequest, devices: Devices): Promise<OpenedDevice> {
  switch (request.choice) {
    case 'automatic':
      return openFastest(request, devices);
    case 'gpu':
      return openGpu(request, devices);
    case 'cpu':
      return openCpu(null, devices);
    case 'reference':
      return { device: createReferenceDevice(), notice: null, unmeasured: null };
    default:
      return request.choice satisfies never;
  }
}

/**
 * A GPU tells of itself sooner; a software adapter takes its time to come into being, for which the first values of a
 * session need not wait.
 */
export const PATIENCE_MILLISECONDS = 300;

/**
 * A real GPU without a question; a software adapter only where it was measured to be faster than the CPU itself. Where
 * none was faster before, the CPU begins without an adapter that is late.
 */
async function openFastest(request: DeviceRequest, devices: Devices): Promise<OpenedDevice> {
  const asked = devices.adapter().catch(() => null);
  const adapter = request.verdict?.faster === 'gpu' ? await asked : await orLate(asked);
  if (adapter === LATE) return { ...(await openCpu(null, devices)), late: asked };
  if (adapter === null || isFaster(adapter, request.verdict)) return openGpu(request, devices);
  const opened = await openCpu(null, devices);
  return { ...opened, unmeasured: isUnmeasured(adapter, opened, request.verdict) ? adapter.fingerprint : null };
}

/** Whether the adapter computes faster than the CPU, as far as that is known. */
export function isFaster({ software, fingerprint }: Adapter, verdict: DeviceVerdict | null): boolean {
  return !software || (verdict?.adapter === fingerprint && verdict.faster === 'gpu');
}

/** Whether the CPU computes in the place of a software adapter, and nobody knows which of the two is faster. */
export function isUnmeasured(
  { fingerprint }: Adapter,
  { device }: OpenedDevice,
  verdict: DeviceVerdict | null,
): boolean {
  return device.info.kind === 'cpu' && verdict?.adapter !== fingerprint;
}

const LATE = Symbol('late');

async function orLate<T>(asked: Promise<T>): Promise<T | typeof LATE> {
  const { promise, resolve } = Promise.withResolvers<typeof LATE>();
  const timer = setTimeout(() => resolve(LATE), PATIENCE_MILLISECONDS);
  const first = await Promise.race([asked, promise]);
  clearTimeout(timer);
  return first;
}

async function openGpu({ tuning, onLost }: DeviceRequest, devices: Devices): Promise<OpenedDevice> {
  try {
    return { device: await devices.gpu(tuning, onLost), notice: null, unmeasured: null };
  } catch (error) {
    const why =
      error instanceof NoAdapterError ? 'There is no WebGPU adapter' : `The GPU cannot be used: ${messageOf(error)}`;
    return openCpu(why, devices);
  }
}

/**
 * The CPU: ONNX Runtime, or where that cannot be had, the evaluator in float64.
 * @param why It is not what was asked for; null if it is.
 */
export async function openCpu(why: string | null, devices: Devices): Promise<OpenedDevice> {
  try {
    const notice = why && `${why}. The graph is computed on the CPU, by ONNX Runtime.`;
    return { device: await devices.cpu(), notice, unmeasured: null };
  } catch (error) {
    const both = [...(why ? [why] : []), `ONNX Runtime cannot be used: ${messageOf(error)}`].join('. ');
    const notice = `${both}. The graph is computed on the CPU, in float64, which is exact and slow.`;
    return { device: createReferenceDevice(), notice, unmeasured: null };
  }
}

/** @throws {NoAdapterError} in browsers without WebGPU, and on pages that may not use it, whatever the type says. */
function gpuOf(): GPU {
  const gpu = navigator.gpu as GPU | undefined;
  if (!gpu) throw new NoAdapterError();
  return gpu;
}
