/** What every WebGPU adapter grants without being asked: https://www.w3.org/TR/webgpu/#limits */
import type { DeviceLimits } from '../../gpu/runtime/types.ts';

export const WEB_LIMITS: DeviceLimits = {
  maxStorageBufferBindingSize: 128 * 2 ** 20,
  maxBufferSize: 256 * 2 ** 20,
  maxComputeWorkgroupsPerDimension: 65_535,
  maxStorageBuffersPerShaderStage: 8,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupStorageSize: 16_384,
  minStorageBufferOffsetAlignment: 256,
};
