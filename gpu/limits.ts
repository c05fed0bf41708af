/** What does not fit an adapter, said before the run. */
import type { DeviceLimits } from './runtime/types.ts';

/** What every WebGPU adapter grants without being asked: https://www.w3.org/TR/webgpu/#limits */
export const DEFAULT_LIMITS: DeviceLimits = {
  maxStorageBufferBindingSize: 128 * 2 ** 20,
  maxBufferSize: 256 * 2 ** 20,
  maxComputeWorkgroupsPerDimension: 65_535,
  maxStorageBuffersPerShaderStage: 8,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupStorageSize: 16_384,
  minStorageBufferOffsetAlignment: 256,
};

/** What a person may do about it. */
export const SMALLER = 'Make the batch or the sizes smaller.';

/** A tensor or grid that the adapter cannot take: what, how large, and the limit. */
export class LimitError extends Error {
  override readonly name = 'LimitError';
  /** Path of the node instance whose value it is. */
  readonly origin: string;

  constructor(message: string, origin: string, advice = SMALLER) {
    super(`${origin ? `${origin}: ` : ''}${message}. ${advice}`);
    this.origin = origin;
  }
}

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `20 bytes`, `1.5 MiB`, `6.0 GiB`. */
export function formatMemory(bytes: number): string {
  const unit = bytes > 0 ? Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10)) : 0;
  return `${unit === 0 ? bytes : (bytes / 1024 ** unit).toFixed(1)} ${UNITS[unit]!}`;
}

/** What is needed and what there is, exactly where rounding would make them the same. */
export function formatNeed(needed: number, there: number): { readonly needed: string; readonly there: string } {
  const [rough, limit] = [formatMemory(needed), formatMemory(there)];
  return rough === limit ? { needed: `${needed} bytes`, there: `${there} bytes` } : { needed: rough, there: limit };
}
