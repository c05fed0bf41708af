/**
 * A plan: what the runtime executes, as plain data that can be posted to a worker and printed. Steps over
 * buffers, WGSL sources, uniforms, and where every value lives.
 */
import type { KernelOperation } from './ir/kernel.ts';
import type { FloatStorage } from './ir/storage.ts';
import { elementCount, type Shape, type TensorType } from './ir/types.ts';

/** A recipe's hash: the same key always means the same numbers, in this plan or another. */
export type ValueKey = string;

/** What the elements of a stored value are in memory. */
export interface Stored {
  /** Absent: what its dtype says, four bytes each. */
  readonly storage?: 'f16';
}

/**
 * Where a value lives: in the arena (overwritten when its life ends), or in the pool under its key (kept, budgeted), there
 * as a buffer or as a texture (gpu/texels.ts).
 */
export type Place = Stored &
  (
    | { readonly kind: 'arena'; readonly buffer: number; readonly offset: number; readonly byteLength: number }
    | { readonly kind: 'pool'; readonly key: ValueKey; readonly byteLength: number; readonly texels?: true }
  );

/** Bytes of elements as they are stored, in whole words. */
export function storedBytes(shape: Shape, storage: FloatStorage = 'f32'): number {
  const count = elementCount(shape);
  return storage === 'f16' ? 4 * Math.ceil(count / 2) : 4 * count;
}

/** A leaf whose bytes the runtime asks for, by key, when the pool lacks it; one that is wanted both ways is two leaves. */
export interface PlanLeaf extends Stored {
  readonly kind: 'input' | 'weight' | 'literal';
  /** Input's name, weight's state_dict path, or the literal's origin. */
  readonly name: string;
  readonly key: ValueKey;
  readonly type: TensorType;
  /** Wanted as a texture. */
  readonly texels?: true;
  /** Bytes of a literal. */
  readonly data?: Uint8Array;
}

export interface Binding {
  readonly place: Place;
  /** The part of the place that is bound, in bytes from its start; absent: all of it. */
  readonly window?: { readonly offset: number; readonly byteLength: number };
  readonly access: Access;
}

/** How a shader has what is bound: `texels` reads a texture. */
export type Access = 'read' | 'texels' | 'write';

export interface DispatchStep {
  readonly kind: 'dispatch';
  /** Index into `Plan.shaders`. */
  readonly shader: number;
  /** Bindings 0… of group 0, after the uniform at group 1 binding 0. */
  readonly bindings: readonly Binding[];
  /** Words of the uniform block; words 0–2 are the first workgroup's id, so that a dispatch can be split. */
  readonly uniforms: Uint32Array;
  readonly workgroups: readonly [number, number, number];
  /** Keys of the values that this step reads and writes: what the runtime skips by. */
  readonly reads: readonly ValueKey[];
  readonly writes: readonly ValueKey[];
  readonly flops: number;
  readonly bytes: number;
  /** Instances whose work this is (a fused kernel has several). */
  readonly origins: readonly string[];
  /** What part of the work is each origin's, by FLOPs; sums to 1. */
  readonly shares: readonly number[];
  /** What is fused into it, in order. */
  readonly operations: readonly KernelOperation[];
  /** Why what it writes has a buffer of its own. */
  readonly stored: readonly StoredValue[];
  /** Why it is not one with the dispatch before it, though both multiply the same left matrix. */
  readonly apart?: string;
  readonly label: string;
}

export interface StoredValue {
  readonly place: Place;
  readonly why: readonly string[];
}

export interface CopyStep {
  readonly kind: 'copy';
  readonly from: Place;
  readonly to: Place;
  readonly byteLength: number;
  readonly reads: readonly ValueKey[];
  readonly writes: readonly ValueKey[];
  readonly origins: readonly string[];
  readonly label: string;
}

export interface ClearStep {
  readonly kind: 'clear';
  readonly place: Place;
  readonly reads: readonly ValueKey[];
  readonly writes: readonly ValueKey[];
  readonly origins: readonly string[];
  readonly label: string;
}

export type Step = DispatchStep | CopyStep | ClearStep;

export interface PlanOutput {
  /** Output name or tap path. */
  readonly name: string;
  readonly kind: 'output' | 'tap';
  readonly key: ValueKey;
  readonly type: TensorType;
  readonly place: Place;
}

export interface PlanShader {
  readonly wgsl: string;
  readonly label: string;
  readonly workgroupSize: readonly [number, number, number];
}

/**
 * Which kernels suit an adapter and driver, as measured on it. Plain data that the app stores; `emptyTuning` serves
 * until something was measured.
 */
export interface Tuning {
  /** Adapter and driver that it was measured on; empty where nothing was. */
  readonly adapter: string;
  /** Name of the matmul tile (gpu/wgsl/matmul/tiles.ts) per class of shapes, and apart for right matrices stored as f16. */
  readonly matmul: Readonly<Record<string, string>>;
  /** What the tiles of each class were timed by; absent: it is not known. */
  readonly clocks?: Readonly<Record<string, Clock>>;
  /** What decides where nothing was measured; absent: nothing is known of the adapter. */
  readonly traits?: AdapterTraits;
}

/**
 * How times come about: by the device's own `timestamps`, or by the host's clock around `submissions` that it waits for, which
 * counts the way there and back.
 */
export type Clock = 'timestamps' | 'submissions';

/** What an adapter tells of itself, and which kernels it can run. */
export interface AdapterTraits {
  /** The CPU computes. */
  readonly software: boolean;
  /** Shaders can add up within subgroups, and know which subgroup of the workgroup is theirs. */
  readonly subgroups: boolean;
  /** Invocations of a subgroup where all have the same number; 0 where that is not known. */
  readonly subgroupSize: number;
  /** What a subgroup multiplies at once, the preferred first; absent: nothing. */
  readonly matrices?: readonly SubgroupMatrix[];
}

/** A product of two small matrices, added to a third of f32, as the invocations of a subgroup compute it together. */
export interface SubgroupMatrix {
  /** What the elements of the two are. */
  readonly operands: FloatStorage;
  readonly rows: number;
  readonly columns: number;
  /** Columns of the left one, rows of the right one. */
  readonly depth: number;
}

export interface Plan {
  /** Keys of kept values that nobody wants once it has run. */
  readonly spent?: readonly ValueKey[];
  readonly shaders: readonly PlanShader[];
  readonly steps: readonly Step[];
  readonly leaves: readonly PlanLeaf[];
  readonly outputs: readonly PlanOutput[];
  /** Byte length of each arena buffer. */
  readonly arena: readonly number[];
  readonly memory: {
    /** Sum of `arena`. */
    readonly arenaBytes: number;
    /** The largest sum of arena values alive at one step: what no arena can go below. */
    readonly livePeakBytes: number;
    readonly weightBytes: number;
    /** Outputs, taps and kept values in the pool. */
    readonly keptBytes: number;
  };
  readonly flops: number;
}
