/** A plan made ready on a device: the pipelines of the steps it runs, arena and uniform buffer, and bind groups that are made once. */
import type { CopyStep, DispatchStep, Place, Plan } from '../plan.ts';
import { formatMemory, SMALLER } from '../limits.ts';
import { MemoryError } from './errors.ts';
import { accessPatterns, type Pipeline, type Pipelines } from './pipelines.ts';
import type { Memory, Pool } from './pool.ts';
import { MAX_PIECES, type Piece } from './pieces.ts';
import type { SubmissionTimer } from './timestamps.ts';

/** Offsets of uniform blocks are multiples of this on every adapter. */
const UNIFORM_ALIGNMENT = 256;
interface BoundStep {
  readonly group: GPUBindGroup;
  readonly held: readonly Memory[];
}

export class PreparedPlan {
  readonly plan: Plan;
  readonly #device: GPUDevice;
  readonly #pool: Pool;
  readonly #pipelines: Pipelines;
  /** By shader; those of steps that were never needed are not compiled. */
  readonly #compiled = new Map<number, Pipeline>();
  readonly #arena: readonly { readonly buffer: GPUBuffer }[];
  readonly #uniforms: GPUBuffer;
  readonly #uniformGroup: GPUBindGroup;
  /** Bytes between the uniform blocks of two pieces. */
  readonly #blockStride: number;
  readonly #bound = new Map<number, BoundStep>();

  private constructor(plan: Plan, device: GPUDevice, pool: Pool, pipelines: Pipelines, arena: readonly GPUBuffer[]) {
    this.plan = plan;
    this.#device = device;
    this.#pool = pool;
    this.#pipelines = pipelines;
    this.#arena = arena.map((buffer) => ({ buffer }));
    const block = Math.max(4, ...plan.steps.map((step) => (step.kind === 'dispatch' ? step.uniforms.byteLength : 0)));
    this.#blockStride = Math.ceil(block / UNIFORM_ALIGNMENT) * UNIFORM_ALIGNMENT;
    this.#uniforms = device.createBuffer({
      label: 'uniforms',
      size: this.#blockStride * MAX_PIECES,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
    this.#uniformGroup = device.createBindGroup({
      layout: pipelines.uniformLayout,
      entries: [{ binding: 0, resource: { buffer: this.#uniforms, size: this.#blockStride } }],
    });
  }

  /**
   * Takes the arena.
   * @throws {MemoryError} if the adapter has no room for it.
   */
  static async prepare(plan: Plan, device: GPUDevice, pipelines: Pipelines, pool: Pool): Promise<PreparedPlan> {
    device.pushErrorScope('out-of-memory');
    const arena = plan.arena.map((size, index) => {
      const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
      return device.createBuffer({ label: `arena ${index}`, size, usage });
    });
    const failure = await device.popErrorScope();
    if (failure) {
      for (const buffer of arena) buffer.destroy();
      throw new MemoryError(
        `the adapter has no room for what is computed on the way, ${formatMemory(plan.memory.arenaBytes)} at once: ${failure.message}. ${SMALLER}`,
      );
    }
    return new PreparedPlan(plan, device, pool, pipelines, arena);
  }

  /**
   * Compiles what these steps need and is not compiled yet, in parallel; steps must be compiled before they are encoded.
   * @param onCompiled Called after each.
   * @throws {DeviceFault} if a shader does not compile.
   */
  async compile(steps: readonly number[], onCompiled: () => void = () => undefined): Promise<void> {
    const patterns = accessPatterns(this.plan);
    const shaders = new Set(steps.flatMap((index) => shaderOf(this.plan.steps[index]!)));
    await Promise.all(
      Array.from(shaders, async (shader) => {
        this.#compiled.set(shader, await this.#pipelines.get(this.plan.shaders[shader]!, patterns[shader]!));
        onCompiled();
      }),
    );
  }

  /** Encodes pieces, at most MAX_PIECES, in order; those that a timer writes timestamps for begin a pass of their own. */
  encode(pieces: readonly Piece[], timer?: SubmissionTimer): GPUCommandBuffer {
    this.#writeUniforms(pieces);
    const encoder = this.#device.createCommandEncoder();
    let pass: GPUComputePassEncoder | undefined;
    const endPass = (): void => {
      pass?.end();
      pass = undefined;
    };
    for (const [index, piece] of pieces.entries()) {
      const step = this.plan.steps[piece.step]!;
      if (step.kind !== 'dispatch') {
        endPass();
        this.#encodeTransfer(encoder, step);
        continue;
      }
      const timestampWrites = timer?.writes(index);
      if (timestampWrites) endPass();
      pass ??= encoder.beginComputePass(timestampWrites && { timestampWrites });
      const { pipeline } = this.#compiled.get(step.shader)!;
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, this.#bindGroup(piece.step, step));
      pass.setBindGroup(1, this.#uniformGroup, [index * this.#blockStride]);
      pass.dispatchWorkgroups(...piece.size);
    }
    endPass();
    timer?.resolve(encoder);
    return encoder.finish();
  }

  destroy(): void {
    for (const { buffer } of this.#arena) buffer.destroy();
    this.#uniforms.destroy();
  }

  /** Queue operations keep their order, so the next submission may write over these blocks. */
  #writeUniforms(pieces: readonly Piece[]): void {
    const words = new Uint32Array((pieces.length * this.#blockStride) / 4);
    for (const [index, { step, first }] of pieces.entries()) {
      const at = (index * this.#blockStride) / 4;
      const planned = this.plan.steps[step]!;
      if (planned.kind !== 'dispatch') continue;
      words.set(planned.uniforms, at);
      words.set(first, at);
    }
    this.#device.queue.writeBuffer(this.#uniforms, 0, words);
  }

  #encodeTransfer(encoder: GPUCommandEncoder, step: Exclude<Plan['steps'][number], DispatchStep>): void {
    if (step.kind === 'copy') this.#encodeCopy(encoder, step);
    else encoder.clearBuffer(this.#bufferOf(step.place), offsetOf(step.place), step.place.byteLength);
  }

  #encodeCopy(encoder: GPUCommandEncoder, { from, to, byteLength }: CopyStep): void {
    encoder.copyBufferToBuffer(this.#bufferOf(from), offsetOf(from), this.#bufferOf(to), offsetOf(to), byteLength);
  }

  /** Made once, and again only where something of the pool was replaced since. */
  #bindGroup(index: number, step: DispatchStep): GPUBindGroup {
    const held = step.bindings.map(({ place }) => this.#memoryOf(place));
    const known = this.#bound.get(index);
    if (known && known.held.every((memory, binding) => memory === held[binding])) return known.group;
    const group = this.#device.createBindGroup({
      layout: this.#compiled.get(step.shader)!.storageLayout,
      entries: step.bindings.map(({ place, window }, binding) => {
        const memory = held[binding]!;
        if ('texture' in memory) return { binding, resource: memory.texture.createView() };
        const offset = offsetOf(place) + (window?.offset ?? 0);
        const size = window?.byteLength ?? place.byteLength;
        return { binding, resource: { buffer: memory.buffer, offset, size } };
      }),
    });
    this.#bound.set(index, { group, held });
    return group;
  }

  #memoryOf(place: Place): Memory {
    const memory = place.kind === 'arena' ? this.#arena[place.buffer] : this.#pool.use(place.key);
    if (memory) return memory;
    throw new MemoryError(`${place.kind === 'pool' ? place.key : 'the arena'} was not reserved before the run`);
  }

  /** @throws {MemoryError} for what is held as a texture: transfers go between buffers. */
  #bufferOf(place: Place): GPUBuffer {
    const memory = this.#memoryOf(place);
    if ('buffer' in memory) return memory.buffer;
    throw new MemoryError('a texture has no bytes to transfer');
  }
}

function shaderOf(step: Plan['steps'][number]): number[] {
  return step.kind === 'dispatch' ? [step.shader] : [];
}

function offsetOf(place: Place): number {
  return place.kind === 'arena' ? place.offset : 0;
}
