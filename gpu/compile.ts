/** From a graph to a plan: fuse, schedule, place in memory, write the shaders. The last stage before the runtime. */
import type { Kernel, MatmulKernel } from './ir/kernel.ts';
import { valueKeys } from './ir/key.ts';
import type { FloatStorage, Halves } from './ir/storage.ts';
import { fitsTexels, texelBytes, texelsKey } from './texels.ts';
import { elementCount, type DType, type Graph, type TensorType, type ValueId } from './ir/types.ts';
import { recordOf } from './ops/infer.ts';
import { formatNeed, LimitError } from './limits.ts';
import { mergeCommonSubexpressions } from './passes/common-subexpressions.ts';
import { fuse } from './passes/fuse.ts';
import { chooseHalves } from './passes/halves.ts';
import { toKernelOps } from './passes/kernel-ops.ts';
import { planArena, type ArenaPlan } from './passes/memory.ts';
import { takePartialSums, type PartialSums } from './passes/partial-sums.ts';
import { arenaStep, schedule, type Keep, type Schedule } from './passes/schedule.ts';
import { joinSiblings } from './passes/siblings.ts';
import { joinStages } from './passes/stages.ts';
import { splitKernel, type KernelPart } from './passes/split.ts';
import {
  storedBytes,
  type Access,
  type DispatchStep,
  type Place,
  type Plan,
  type PlanLeaf,
  type PlanOutput,
  type PlanShader,
  type Stored,
  type Tuning,
} from './plan.ts';
import type { DeviceLimits } from './runtime/types.ts';
import { chooseParts, chooseTile, whyNoSiblings } from './wgsl/matmul/choose.ts';
import { generateKernel } from './wgsl/generate.ts';
import type { KernelContext } from './wgsl/program-text.ts';
import { GROUPS_PER_ROW_WORD, type GeneratedKernel } from './wgsl/shader.ts';

export interface CompileOptions {
  readonly limits: DeviceLimits;
  readonly tuning: Tuning;
  /** What stays in the pool for the next run: outputs and taps, or also what leaves a module. */
  readonly keep: Keep;
  /** Paths of instances whose results are kept as well. */
  readonly keepPaths?: readonly string[];
  /** What floats are in memory; f32 unless given. */
  readonly storage?: FloatStorage;
  /** Whether the adapter's shaders have f16 (`DeviceInfo.shaderF16`): without it, of the floats weights alone are stored so. */
  readonly shaderF16?: boolean;
}

const BYTES_PER_ELEMENT = { f32: 4, f16: 2 } as const satisfies Record<FloatStorage, number>;
const EMPTY_BYTES = 16;

/**
 * Makes a plan of a graph.
 * @throws {LimitError} if a value or a grid does not fit the adapter, naming it and both sizes.
 * @throws {FusionError | WgslError} if an op has no kernel.
 */
export function compile(source: Graph, options: CompileOptions): Plan {
  const { limits, tuning, keep, keepPaths = [], storage = 'f32', shaderF16 } = options;
  // Two values of one key would be one buffer of the pool, bound twice.
  const graph = mergeCommonSubexpressions(toKernelOps(source, limits.maxStorageBuffersPerShaderStage));
  const fused = fuse(graph, { maxBuffers: limits.maxStorageBuffersPerShaderStage });
  const halves = chooseHalves(graph, storage, shaderF16 ? 'f16' : 'pairs');
  const workload = fused.kernels.reduce((sum, { flops }) => sum + flops, 0);
  const whole = schedule(fused, keep, new Set(keepPaths));
  const partsFor = ({ core }: MatmulKernel) => chooseParts(core, chooseTile(core, tuning, workload, halves));
  const partial = takePartialSums(
    whole,
    partsFor,
    1 + graph.types.keys().reduce((most, value) => Math.max(most, value), 0),
  );
  const memory = memoryOf(graph, partial.values, halves);
  const { type, bytesOf } = memory;
  const most = {
    maxBuffers: limits.maxStorageBuffersPerShaderStage,
    elements: (value: ValueId): number => elementCount(type(value).shape),
  };
  const joined = joinSiblings(partial.schedule, {
    ...most,
    bytes: bytesOf,
    maxBytes: limits.maxStorageBufferBindingSize,
    whyNotWorth: ({ core }) => whyNoSiblings(chooseTile(core, tuning, workload, halves)),
  });
  const scheduled = joinStages(joined, {
    ...most,
    maxShared: limits.maxComputeWorkgroupStorageSize / BYTES_PER_ELEMENT.f32,
  });
  const origins = new Map(graph.operations.flatMap(({ results, origin }) => results.map((value) => [value, origin])));
  const stored = [...scheduled.kept, ...scheduled.temporaries, ...leavesOf(graph).map(({ value }) => value)];
  for (const value of stored) checkSize(type(value), bytesOf(value), origins.get(value)!, limits);
  const arena = placeTemporaries(scheduled, memory, limits);
  const keys = new Map(valueKeys(graph, halves.values));
  for (const [value, { of }] of partial.values) {
    keys.set(value, `parts of ${keys.get(of)!}`);
    origins.set(value, origins.get(of)!);
  }
  const placeOf = (value: ValueId): Place => {
    const at = arena.places.get(value);
    if (at) return { kind: 'arena', ...at, ...memory.stored(value) };
    return { kind: 'pool', key: keys.get(value)!, byteLength: bytesOf(value), ...memory.stored(value) };
  };
  const shaders = new ShaderTable();
  const context: DispatchContext = { placeOf, keys, memory, limits };
  const weights = leavesOf(graph).flatMap(({ value, leaf }) => (leaf.kind === 'weight' ? [value] : []));
  const texels = new Set(weights.filter((value) => fitsTexels(type(value)) && !halves.values.has(value)));
  const writing: KernelContext = { elementwise: elementwiseOf, halves, texels, traits: tuning.traits };
  const steps = scheduled.kernels.flatMap((kernel) => {
    const tile = chooseTile(kernel.core, tuning, workload, halves);
    return partsOf(kernel, context).map((part): DispatchStep => {
      const whole = { ...writing, texels: without(texels, part.windows) };
      let generated = generateKernel(part.kernel, tile, whole);
      if (buffersOf(generated) > limits.maxStorageBuffersPerShaderStage) {
        generated = generateKernel(part.kernel, tile, { ...writing, texels: new Set(), oneBuffer: true });
      }
      return dispatchOf(part, generated, shaders.add(generated, kernel.label), context);
    });
  });
  const outputs = graph.outputs.map(({ name, kind, value }): PlanOutput => {
    const source = fused.outputs.get(value)!;
    return { name, kind, key: keys.get(source)!, type: type(value), place: placeOf(source) };
  });
  const read = new Set([...steps.flatMap(({ reads }) => reads), ...outputs.map(({ key }) => key)]);
  const leaves = leavesOf(graph).flatMap(({ value, leaf }): PlanLeaf[] => {
    const key = keys.get(value)!;
    const found = { ...leaf, key, type: type(value), ...memory.stored(value) };
    const texels = { ...found, key: texelsKey(key), texels: true } as const;
    if (!read.has(texels.key)) return [found];
    return read.has(key) ? [found, texels] : [texels];
  });
  return {
    shaders: shaders.shaders,
    steps,
    leaves,
    outputs,
    arena: arena.buffers,
    memory: {
      arenaBytes: arena.buffers.reduce((sum, size) => sum + size, 0),
      livePeakBytes: arena.livePeakBytes,
      weightBytes: leaves.reduce((sum, leaf) => sum + (leaf.kind === 'weight' ? leafBytes(leaf) : 0), 0),
      keptBytes: [...scheduled.kept].reduce((sum, value) => sum + bytesOf(value), 0),
    },
    flops: workload,
  };
}

/** A part of a value cannot be bound as a texture. */
function without(values: ReadonlySet<ValueId>, windows: KernelPart['windows']): ReadonlySet<ValueId> {
  return windows.size === 0 ? values : new Set([...values].filter((value) => !windows.has(value)));
}

function leafBytes({ type, storage, texels }: PlanLeaf): number {
  const bytes = storedBytes(type.shape, storage) || EMPTY_BYTES;
  return texels ? texelBytes(bytes) : bytes;
}

/** Shaders by text, each once. */
class ShaderTable {
  readonly shaders: PlanShader[] = [];
  readonly #index = new Map<string, number>();

  add({ wgsl, workgroupSize }: GeneratedKernel, label: string): number {
    const known = this.#index.get(wgsl);
    if (known !== undefined) return known;
    this.#index.set(wgsl, this.shaders.length);
    return this.shaders.push({ wgsl, label, workgroupSize }) - 1;
  }
}

/** What the values of a graph are in memory. */
interface Memory {
  readonly type: (value: ValueId) => TensorType;
  readonly stored: (value: ValueId) => Stored;
  /** An empty value still has a buffer of one vector, because WebGPU binds none that is smaller. */
  readonly bytesOf: (value: ValueId) => number;
  readonly bytesPerElement: (value: ValueId) => number;
}

function memoryOf(graph: Graph, partial: PartialSums['values'], halves: Halves): Memory {
  const type = (value: ValueId): TensorType => graph.types.get(value) ?? partial.get(value)!.type;
  const storageOf = (value: ValueId): FloatStorage => (halves.values.has(value) ? 'f16' : 'f32');
  return {
    type,
    stored: (value) => (halves.values.has(value) ? { storage: 'f16' } : {}),
    bytesOf: (value) => storedBytes(type(value).shape, storageOf(value)) || EMPTY_BYTES,
    bytesPerElement: (value) => BYTES_PER_ELEMENT[storageOf(value)],
  };
}

interface DispatchContext {
  readonly keys: ReadonlyMap<ValueId, string>;
  readonly limits: DeviceLimits;
  readonly placeOf: (value: ValueId) => Place;
  readonly memory: Memory;
}

/** The kernel, or several that do its work, so that every binding is within the adapter's limit. */
function partsOf(
  kernel: Kernel,
  { memory: { type, bytesOf, bytesPerElement }, limits }: DispatchContext,
): KernelPart[] {
  const parts = splitKernel(kernel, {
    maxElements: (value) => Math.floor(limits.maxStorageBufferBindingSize / bytesPerElement(value)),
    alignment: (value) => limits.minStorageBufferOffsetAlignment / bytesPerElement(value),
    elements: (value) => Math.max(elementCount(type(value).shape), 1),
  });
  if (Array.isArray(parts)) return parts;
  const { dtype, shape } = type(parts.value);
  const { needed, there } = formatNeed(bytesOf(parts.value), limits.maxStorageBufferBindingSize);
  throw new LimitError(
    `${kernel.label} reads or writes all of a ${dtype}[${shape.join(', ')}] at once, which takes ${needed}; the adapter binds ${there}`,
    kernel.origins[0] ?? '',
  );
}

/** Textures have a limit of their own, which no kernel comes near. */
function buffersOf({ bindings }: GeneratedKernel): number {
  return bindings.filter(({ access }) => access !== 'texels').length;
}

function dispatchOf(
  { kernel, windows }: KernelPart,
  generated: GeneratedKernel,
  shader: number,
  { placeOf, keys, memory: { bytesOf, bytesPerElement }, limits }: DispatchContext,
): DispatchStep {
  const { bindings, words, groups } = generated;
  const buffers = buffersOf(generated);
  if (buffers > limits.maxStorageBuffersPerShaderStage) {
    const message = `${kernel.label} binds ${buffers} buffers, the adapter ${limits.maxStorageBuffersPerShaderStage}`;
    throw new LimitError(message, kernel.origins[0] ?? '', 'Compute it on the CPU, or in steps of fewer inputs.');
  }
  const keyOf = (value: ValueId, access: Access): string => {
    return access === 'texels' ? texelsKey(keys.get(value)!) : keys.get(value)!;
  };
  const workgroups = grid(groups, limits.maxComputeWorkgroupsPerDimension, kernel);
  const uniforms = Uint32Array.from(words);
  uniforms[GROUPS_PER_ROW_WORD] = workgroups[0];
  const writes = new Set(bindings.flatMap(({ value, access }) => (access === 'write' ? [value] : [])));
  const reads = new Set(bindings.flatMap(({ value, access }) => (access === 'write' ? [] : [value])));
  const keysBy = (wanted: Access): string[] => {
    const bound = bindings.filter(({ access }) => access === wanted).map(({ value }) => keyOf(value, wanted));
    return [...new Set(bound)];
  };
  return {
    kind: 'dispatch',
    shader,
    bindings: bindings.map(({ value, access, window = windows.get(value) }) => {
      if (access === 'texels') {
        return { place: { kind: 'pool', key: keyOf(value, access), byteLength: bytesOf(value), texels: true }, access };
      }
      if (!window) return { place: placeOf(value), access };
      const size = bytesPerElement(value);
      // Bindings are whole words.
      const bytes = { offset: window.start * size, byteLength: Math.ceil((window.count * size) / 4) * 4 };
      return { place: placeOf(value), access, window: bytes };
    }),
    uniforms,
    workgroups,
    reads: [...keysBy('read'), ...keysBy('texels')],
    writes: keysBy('write'),
    flops: kernel.flops,
    bytes: [...reads, ...writes].reduce((sum, value) => sum + bytesOf(value), 0),
    origins: kernel.origins,
    shares: kernel.shares,
    operations: kernel.operations,
    stored: kernel.stores.map(({ value, why }) => ({ place: placeOf(value), why })),
    ...(kernel.apart !== undefined && { apart: kernel.apart }),
    label: kernel.label,
  };
}

/** Workgroups along x and y; a grid longer than one row may be goes on in the next. */
function grid(groups: number, limit: number, kernel: Kernel): [number, number, number] {
  if (groups <= limit) return [groups, 1, 1];
  const rows = Math.ceil(groups / limit);
  if (rows > limit)
    throw new LimitError(
      `${kernel.label} needs ${groups} workgroups, the adapter runs ${limit}²`,
      kernel.origins[0] ?? '',
    );
  return [Math.ceil(groups / rows), rows, 1];
}

function placeTemporaries({ kernels, temporaries }: Schedule, { bytesOf }: Memory, limits: DeviceLimits): ArenaPlan {
  const inArena = new Set(temporaries);
  return planArena(
    temporaries.map((value) => ({ value, byteLength: bytesOf(value) })),
    kernels.map((kernel) => arenaStep(kernel, inArena)),
    { alignment: limits.minStorageBufferOffsetAlignment, maxBufferSize: limits.maxBufferSize },
  );
}

interface LeafValue {
  readonly value: ValueId;
  readonly leaf: Omit<PlanLeaf, 'key' | 'type'>;
}

function leavesOf(graph: Graph): LeafValue[] {
  return graph.operations.flatMap(({ op, results, attributes, origin }): LeafValue[] => {
    const { wgsl } = recordOf(op);
    if (wgsl.kind !== 'leaf' || wgsl.leaf === 'constant' || wgsl.leaf === 'iota') return [];
    if (wgsl.leaf === 'literal') {
      const data = literalBytes(attributes['values'] as readonly number[], attributes['dtype'] as DType);
      return [{ value: results[0]!, leaf: { kind: wgsl.leaf, name: origin, data } }];
    }
    const name = String(attributes[wgsl.leaf === 'input' ? 'name' : 'path']);
    return [{ value: results[0]!, leaf: { kind: wgsl.leaf, name } }];
  });
}

function literalBytes(values: readonly number[], dtype: DType): Uint8Array {
  return new Uint8Array((dtype === 'f32' ? Float32Array.from(values) : Int32Array.from(values)).buffer);
}

function elementwiseOf(op: string) {
  const { wgsl } = recordOf(op);
  return wgsl.kind === 'expression' ? wgsl : undefined;
}

function checkSize(type: TensorType, size: number, origin: string, limits: DeviceLimits): void {
  if (size <= limits.maxBufferSize) return;
  const { needed, there } = formatNeed(size, limits.maxBufferSize);
  throw new LimitError(
    `a value of ${type.dtype}[${type.shape.join(', ')}] takes ${needed}; a buffer of the adapter holds ${there}`,
    origin,
  );
}
