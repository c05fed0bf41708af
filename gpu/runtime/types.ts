/** What a device offers to the rest, whether it is a GPU or the float64 evaluator. Plain data, fit for postMessage. */
import type { Clock, Plan, PlanLeaf, ValueKey } from '../plan.ts';

export interface DeviceInfo {
  readonly kind: 'gpu' | 'cpu' | 'reference';
  /** What the status bar shows: `SwiftShader (software)`, `NVIDIA RTX 4070`, `ONNX Runtime, 2 threads`, `float64`. */
  readonly name: string;
  /** True where the CPU computes: for a software adapter too. */
  readonly software: boolean;
  readonly limits: DeviceLimits;
  /** Shaders can load and store f16; absent: no. */
  readonly shaderF16?: boolean;
}

export interface DeviceLimits {
  readonly maxStorageBufferBindingSize: number;
  readonly maxBufferSize: number;
  readonly maxComputeWorkgroupsPerDimension: number;
  readonly maxStorageBuffersPerShaderStage: number;
  readonly maxComputeInvocationsPerWorkgroup: number;
  readonly maxComputeWorkgroupStorageSize: number;
  readonly minStorageBufferOffsetAlignment: number;
}

/** What every run reports as it goes; `done` of `total` in FLOP-weighted steps. */
export interface Progress {
  readonly done: number;
  readonly total: number;
}

export interface RunRequest {
  readonly plan: Plan;
  /** Fetches a leaf's bytes (f32 or i32, row-major, little-endian) when the pool lacks its key. */
  readonly leaf: (leaf: PlanLeaf) => Promise<Uint8Array>;
  /** Names of the outputs and taps that are wanted; absent: all. */
  readonly wanted?: readonly string[];
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** Measure each step (timestamp queries where the adapter has them, awaited submissions otherwise). */
  readonly profile?: boolean;
  /** Compute every step, those too whose results are kept. */
  readonly fresh?: boolean;
}

/** How long each step of a run took. */
export interface StepTimes {
  /** By step of the plan; a dispatch that was cut into pieces is their sum. What only moves bytes has no clock of its own. */
  readonly milliseconds: ReadonlyMap<number, number>;
  /** `submissions`: there are no timestamps; each was sent alone and waited for, which counts as its time. */
  readonly clock: Clock;
  /** What all times are multiples of, in milliseconds: browsers make the clock coarse. 0 where it is not known. */
  readonly tick: number;
}

export interface RunReport {
  readonly milliseconds: number;
  readonly stepsTotal: number;
  readonly stepsRun: number;
  /** Milliseconds per origin path; a fused kernel's time is divided among its origins by FLOPs. */
  readonly timings: ReadonlyMap<string, number>;
  /** Where the request asked to profile. */
  readonly steps?: StepTimes;
  readonly pool: { readonly bytes: number; readonly budget: number };
  /** What a person has to know of the numbers that were brought to the device, for this run or one before; absent: nothing. */
  readonly warnings?: readonly string[];
}

/** What of a tensor is looked at. Leading dimensions are fixed by `index`, the last two (or one) are shown. */
export interface PreviewSpec {
  /** Indices of the leading axes, clamped to the shape; missing ones are 0. */
  readonly index: readonly number[];
  /** Longest side of the thumbnail, at most 64 (or up to 256 for an opened preview). */
  readonly maxSide: number;
  /**
   * `matrix`: the last two axes. `image`: the last three axes as channels, height, width. `grid`: the axis before the
   * last as a square grid of patches, averaged over the last; where `index` fixes every axis but the last, the last
   * axis itself as that grid, unreduced (one row of attention). A first position beyond the square (a class token) is
   * left out.
   */
  readonly view: 'matrix' | 'image' | 'grid';
}

export interface Preview {
  readonly key: ValueKey;
  readonly shape: readonly number[];
  readonly statistics: {
    readonly count: number;
    readonly mean: number;
    readonly standardDeviation: number;
    readonly min: number;
    readonly max: number;
    readonly nonFinite: number;
  };
  /** 64 bins between min and max over finite values. */
  readonly histogram: Uint32Array;
  readonly thumbnail: {
    readonly width: number;
    readonly height: number;
    /** 1, or 3 for images. */
    readonly channels: number;
    /** 8-bit codes: min maps to 0 and max to 255 of this slice; row-major, channels last. */
    readonly codes: Uint8Array;
    readonly min: number;
    readonly max: number;
  };
}
