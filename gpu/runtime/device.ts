/** The WebGPU device: asked for with the adapter's own limits, described, and asked for again when it is lost. */
import type { AdapterTraits, SubgroupMatrix } from '../plan.ts';
import { NoAdapterError } from './errors.ts';
import type { DeviceInfo, DeviceLimits } from './types.ts';

export interface Device {
  readonly device: GPUDevice;
  readonly info: DeviceInfo;
  /** Adapter and driver, for what is measured once per adapter. */
  readonly fingerprint: string;
  readonly traits: AdapterTraits;
  readonly timestamps: boolean;
  /**
   * Whoever waits for the device keeps a core busy: Dawn in Node asks for events in a loop for as long as a promise of
   * its is pending, and a software adapter would rather have that core.
   */
  readonly waitsBusily: boolean;
  /** True from the moment of the loss; every awaited call may fail then. */
  isLost(): boolean;
  /** The first error that WebGPU reported since the last call and that no call was there to receive. */
  takeFault(): string | undefined;
}

const LIMITS = [
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBuffersPerShaderStage',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupStorageSize',
  'minStorageBufferOffsetAlignment',
] as const satisfies readonly (keyof DeviceLimits)[];

/** What is made use of where the adapter has it. */
const FEATURES = ['timestamp-query', 'shader-f16', 'subgroups'] as const satisfies readonly GPUFeatureName[];

/**
 * Matrices of subgroups are experimental, and so far nobody could run our kernels for them on a real GPU. Adapters have them
 * where unsafe APIs are allowed, as somebody did who wants them: in Node by a variable (`openNodeGpu`), in a browser by its
 * flag. In Electron on Linux they are because WebGPU itself is one there, which asks for nothing.
 */
const MATRICES = 'chromium-experimental-subgroup-matrix';

/** What the types of WebGPU do not know yet. */
interface MatricesInfo {
  readonly subgroupMatrixConfigs?: Iterable<{
    readonly componentType: string;
    readonly resultComponentType: string;
    readonly M: number;
    readonly N: number;
    readonly K: number;
  }>;
}

/** Adapters that compute on the CPU, by words in their description. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|basic render|software/i;

/** What an adapter tells of itself before a device is asked for. */
export interface AdapterFacts {
  readonly name: string;
  readonly software: boolean;
  /** Adapter and driver. */
  readonly fingerprint: string;
}

/** The adapter that a device would be asked of; null if there is none. */
export async function findAdapter(gpu: GPU): Promise<AdapterFacts | null> {
  const adapter = await requestAdapter(gpu);
  return adapter && adapterFacts(adapter.info);
}

function requestAdapter(gpu: GPU): Promise<GPUAdapter | null> {
  return gpu.requestAdapter({ powerPreference: 'high-performance' });
}

/** By an adapter's own words. */
export function adapterFacts(info: GPUAdapterInfo): AdapterFacts {
  const { vendor, architecture, device, description } = info;
  const kernels = !isElectron() && matricesOf(info).length > 0 ? ['subgroup matrices'] : [];
  const fingerprint = [vendor, architecture, device, description, ...kernels].join('|');
  return { name: deviceName(info), software: isSoftware(info), fingerprint };
}

/**
 * @param restrict Smaller limits than the adapter's, to plan for weaker machines (and to test).
 * @throws {NoAdapterError} if there is no adapter.
 */
export async function requestDevice(gpu: GPU, restrict: Partial<DeviceLimits> = {}): Promise<Device> {
  const adapter = await requestAdapter(gpu);
  if (!adapter) throw new NoAdapterError();
  const timestamps = adapter.features.has('timestamp-query');
  const shaderF16 = adapter.features.has('shader-f16');
  const subgroups = adapter.features.has('subgroups') && gpu.wgslLanguageFeatures.has('subgroup_id');
  const matrices = !isElectron() && subgroups && adapter.features.has(MATRICES) ? matricesOf(adapter.info) : [];
  const device = await adapter.requestDevice({
    requiredLimits: Object.fromEntries(LIMITS.map((name) => [name, adapter.limits[name]])),
    requiredFeatures: [
      ...FEATURES.filter((feature) => adapter.features.has(feature)),
      ...(matrices.length > 0 ? [MATRICES as string as GPUFeatureName] : []),
    ],
  });
  let lost = false;
  let fault: string | undefined;
  device.addEventListener('uncapturederror', ({ error }) => (fault ??= error.message));
  void device.lost.then(() => (lost = true));
  const limits = Object.fromEntries(LIMITS.map((name) => [name, device.limits[name]])) as Record<
    keyof DeviceLimits,
    number
  >;
  const { name, software, fingerprint } = adapterFacts(adapter.info);
  return {
    device,
    info: { kind: 'gpu', name, software, limits: { ...limits, ...restrict }, shaderF16 },
    fingerprint,
    traits: {
      software,
      subgroups,
      subgroupSize: subgroups ? fixedSubgroupSize(adapter.info) : 0,
      ...(matrices.length > 0 && { matrices }),
    },
    timestamps,
    waitsBusily: navigator.userAgent.startsWith('Node.js'),
    isLost: () => lost,
    takeFault: () => {
      const taken = fault;
      fault = undefined;
      return taken;
    },
  };
}

function isElectron(): boolean {
  return navigator.userAgent.includes('Electron/');
}

/** Those of floats whose sums are f32. */
function matricesOf(info: GPUAdapterInfo): SubgroupMatrix[] {
  const { subgroupMatrixConfigs = [] } = info as MatricesInfo;
  return [...subgroupMatrixConfigs].flatMap(({ componentType, resultComponentType, M, N, K }): SubgroupMatrix[] => {
    if (resultComponentType !== 'f32' || (componentType !== 'f32' && componentType !== 'f16')) return [];
    return [{ operands: componentType, rows: M, columns: N, depth: K }];
  });
}

function fixedSubgroupSize({ subgroupMinSize, subgroupMaxSize }: GPUAdapterInfo): number {
  return subgroupMinSize === subgroupMaxSize ? subgroupMinSize : 0;
}

function isSoftware(info: GPUAdapterInfo): boolean {
  const { isFallbackAdapter } = info as { isFallbackAdapter?: boolean };
  return (
    isFallbackAdapter === true ||
    SOFTWARE.test(`${info.vendor} ${info.architecture} ${info.device} ${info.description}`)
  );
}

function deviceName(info: GPUAdapterInfo): string {
  const name =
    info.description || [info.vendor, info.architecture].filter((part) => part).join(' ') || 'WebGPU adapter';
  if (!isSoftware(info)) return name;
  return /swiftshader/i.test(`${info.architecture} ${info.description}`)
    ? 'SwiftShader (software)'
    : `${name} (software)`;
}
