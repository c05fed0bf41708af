/** Measures what an engine's adapter can do at most: float32 arithmetic, and bytes to and from memory. */
import type { DispatchStep, Place, Plan } from './plan.ts';
import type { Engine } from './runtime/engine.ts';

/** Plain data that the app stores. */
export interface Ceilings {
  /** Adapter and driver that it was measured on. */
  readonly adapter: string;
  /** Of multiply-adds that read no memory; each counts as two. */
  readonly flopsPerSecond: number;
  /** Of copying a buffer that no cache holds; reading and writing count both. */
  readonly bytesPerSecond: number;
}

/** One submission that is shorter says little: sending it takes its time, too. */
const SHORTEST_MS = 8;
const REPEATS = 3;
const GROWTH = 4;
/** Rounds of a kernel, and copies in a submission, which has no room for more. */
const MOST_ROUNDS = 4 ** 10;
const MOST_COPIES = 64;

/** Chains of multiply-adds that wait for nobody but themselves, of four numbers each. */
const CHAINS = 8;
const FLOPS_PER_ROUND = CHAINS * 4 * 2;
const ARITHMETIC_GROUPS = 1024;
const ARITHMETIC_GROUP_SIZE = 64;
const COPY_GROUP_SIZE = 256;
const VECTOR_BYTES = 16;
/** Larger than the caches; the smaller one where a CPU computes, whose cores share one cache. */
const COPY_BYTES = { software: 2 ** 25, hardware: 2 ** 27 };

/**
 * What arithmetic and copying reach on this engine's adapter, the best of a few short runs: tens of milliseconds on a GPU, some
 * hundreds on a software adapter. What is `known` of the same adapter counts where it is higher: a machine that has other work
 * reaches less.
 * @throws the signal's reason if it is aborted.
 */
export async function measureCeilings(
  engine: Engine,
  known: Ceilings | null = null,
  signal?: AbortSignal,
): Promise<Ceilings> {
  const before = known?.adapter === engine.fingerprint ? known : { flopsPerSecond: 0, bytesPerSecond: 0 };
  let { flopsPerSecond } = before;
  // Adapters differ in which of the two they have an instruction for.
  for (const spelling of ['fused', 'apart'] as const) {
    const rate = await bestRate(engine, (rounds) => arithmeticPlan(spelling, rounds), MOST_ROUNDS, signal);
    flopsPerSecond = Math.max(flopsPerSecond, rate);
  }
  const bytes = copyBytes(engine);
  const copied = await bestRate(engine, (copies) => copyPlan(bytes, copies), MOST_COPIES, signal);
  const bytesPerSecond = Math.max(before.bytesPerSecond, copied);
  return { adapter: engine.fingerprint, flopsPerSecond, bytesPerSecond };
}

interface Workload {
  readonly plan: Plan;
  /** FLOPs or bytes. */
  readonly work: number;
}

/** Work a second, with as much of it as makes the measurement long enough. */
async function bestRate(
  engine: Engine,
  workloadOf: (scale: number) => Workload,
  most: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  for (let scale = 1; ; scale *= GROWTH) {
    const { plan, work } = workloadOf(scale);
    const measure = async (repeats: number): Promise<number> => {
      return (await engine.measure(plan, { leaf: noLeaf, repeats, signal })).submissions;
    };
    const once = await measure(1);
    if (once < SHORTEST_MS && scale < most) continue;
    const best = Math.min(once, await measure(REPEATS));
    return (1000 * work) / best;
  }
}

function noLeaf(): Promise<Uint8Array> {
  return Promise.reject(new Error('what measures an adapter has no leaves'));
}

const UNIFORMS = `struct Sizes { first_x: u32, first_y: u32, first_z: u32, rounds: u32 }
@group(1) @binding(0) var<uniform> sizes: Sizes;
`;

function arithmeticPlan(spelling: 'fused' | 'apart', rounds: number): Workload {
  const chains = Array.from({ length: CHAINS }, (_, index) => `a${index}`);
  const step = (chain: string): string =>
    spelling === 'fused' ? `${chain} = fma(${chain}, factor, term);` : `${chain} = ${chain} * factor + term;`;
  const wgsl = `${UNIFORMS}@group(0) @binding(0) var<storage, read_write> result: array<f32>;
@compute @workgroup_size(${ARITHMETIC_GROUP_SIZE})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let factor = vec4f(0.5 + 0.0625 * f32(id.x & 7u));
  let term = vec4f(f32(id.x & 3u));
${chains.map((chain, index) => `  var ${chain} = term + ${index}.0;`).join('\n')}
  for (var round = 0u; round < sizes.rounds; round++) {
${chains.map((chain) => `    ${step(chain)}`).join('\n')}
  }
  result[id.x] = dot(${chains.join(' + ')}, vec4f(1.0));
}
`;
  const invocations = ARITHMETIC_GROUPS * ARITHMETIC_GROUP_SIZE;
  const place: Place = { kind: 'arena', buffer: 0, offset: 0, byteLength: invocations * 4 };
  const work = invocations * FLOPS_PER_ROUND * rounds;
  const dispatch: DispatchStep = {
    ...dispatchOf('arithmetic', [ARITHMETIC_GROUPS, 1, 1], rounds),
    bindings: [{ place, access: 'write' }],
    flops: work,
    bytes: place.byteLength,
  };
  return { work, plan: planOf([place.byteLength], wgsl, ARITHMETIC_GROUP_SIZE, [dispatch]) };
}

function copyBytes({ info }: Engine): number {
  const { maxStorageBufferBindingSize, maxBufferSize, maxComputeWorkgroupsPerDimension } = info.limits;
  const most = Math.min(
    info.software ? COPY_BYTES.software : COPY_BYTES.hardware,
    maxStorageBufferBindingSize,
    maxBufferSize,
    maxComputeWorkgroupsPerDimension * COPY_GROUP_SIZE * VECTOR_BYTES,
  );
  return most - (most % (COPY_GROUP_SIZE * VECTOR_BYTES));
}

/** To and fro between two buffers. */
function copyPlan(byteLength: number, copies: number): Workload {
  const wgsl = `@group(0) @binding(0) var<storage, read> before: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> after: array<vec4f>;
${UNIFORMS}@compute @workgroup_size(${COPY_GROUP_SIZE})
fn main(@builtin(global_invocation_id) id: vec3u) {
  after[id.x] = before[id.x + sizes.first_x];
}
`;
  const places = [0, 1].map((buffer): Place => ({ kind: 'arena', buffer, offset: 0, byteLength }));
  const steps = Array.from({ length: copies }, (_, index): DispatchStep => {
    const [from, to] = index % 2 === 0 ? [places[0]!, places[1]!] : [places[1]!, places[0]!];
    return {
      ...dispatchOf('copying', [byteLength / VECTOR_BYTES / COPY_GROUP_SIZE, 1, 1], 0),
      bindings: [
        { place: from, access: 'read' },
        { place: to, access: 'write' },
      ],
      flops: 0,
      bytes: 2 * byteLength,
    };
  });
  return { work: 2 * byteLength * copies, plan: planOf([byteLength, byteLength], wgsl, COPY_GROUP_SIZE, steps) };
}

function dispatchOf(label: string, workgroups: DispatchStep['workgroups'], rounds: number) {
  const uniforms = new Uint32Array([0, 0, 0, rounds]);
  const origins = { origins: [`measuring ${label}`], shares: [1], operations: [], stored: [] };
  return { kind: 'dispatch', shader: 0, uniforms, workgroups, reads: [], writes: [], label, ...origins } as const;
}

function planOf(arena: readonly number[], wgsl: string, groupSize: number, steps: readonly DispatchStep[]): Plan {
  const arenaBytes = arena.reduce((sum, bytes) => sum + bytes, 0);
  return {
    shaders: [{ wgsl, label: steps[0]!.label, workgroupSize: [groupSize, 1, 1] }],
    steps,
    leaves: [],
    outputs: [],
    arena,
    memory: { arenaBytes, livePeakBytes: arenaBytes, weightBytes: 0, keptBytes: 0 },
    flops: steps.reduce((sum, { flops }) => sum + flops, 0),
  };
}
