/** What devices share that compute graphs, not plans, in this thread's memory. */
import { elementCount, type Graph } from '../../gpu/ir/types.ts';
import type { DeviceLimits } from '../../gpu/runtime/types.ts';
import type { Program } from './device.ts';

/** Memory is the only limit, and the machine's own. */
export const NO_LIMITS: DeviceLimits = {
  maxStorageBufferBindingSize: Number.MAX_SAFE_INTEGER,
  maxBufferSize: Number.MAX_SAFE_INTEGER,
  maxComputeWorkgroupsPerDimension: Number.MAX_SAFE_INTEGER,
  maxStorageBuffersPerShaderStage: Number.MAX_SAFE_INTEGER,
  maxComputeInvocationsPerWorkgroup: Number.MAX_SAFE_INTEGER,
  maxComputeWorkgroupStorageSize: Number.MAX_SAFE_INTEGER,
  minStorageBufferOffsetAlignment: 1,
};

export function graphOf(program: Program): Graph {
  if (program.kind !== 'graph') throw new TypeError('what computes on the CPU runs graphs, not plans');
  return program.graph;
}

/** Bytes of the weights, in float32. */
export function weightBytes({ operations, types }: Graph): number {
  const weights = operations.filter(({ op }) => op === 'weight').map(({ results }) => types.get(results[0]!)!);
  return weights.reduce((sum, { shape }) => sum + Float32Array.BYTES_PER_ELEMENT * elementCount(shape), 0);
}
