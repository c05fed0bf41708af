/**
 * Values that outlive a run, by key: leaves, outputs, taps and results of modules. The pool has a budget in bytes; what
 * costs least to have again goes first (keep-order.ts), and what the current run needs never goes.
 */
import { formatMemory, formatNeed, SMALLER } from '../limits.ts';
import { texelBytes, texelSize } from '../texels.ts';
import type { ValueKey } from '../plan.ts';
import { MemoryError } from './errors.ts';
import { KeepOrder } from './keep-order.ts';

/** What holds the numbers of a key. */
export type Memory = { readonly buffer: GPUBuffer } | { readonly texture: GPUTexture };

interface Entry {
  readonly memory: Memory;
  readonly byteLength: number;
  /** False while it waits for its numbers. */
  filled: boolean;
}

/** What a run wants of the pool for a value. */
export interface Wanted {
  /** What a person knows it by. */
  readonly name: string;
  readonly byteLength: number;
  /** As a texture. */
  readonly texels?: true | undefined;
  /** To have it again once it is gone (recompute.ts). */
  readonly work: number;
}

export class Pool {
  readonly budget: number;
  readonly #device: GPUDevice;
  readonly #entries = new Map<ValueKey, Entry>();
  readonly #order = new KeepOrder();
  #bytes = 0;

  constructor(device: GPUDevice, budget: number) {
    this.#device = device;
    this.budget = budget;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Whether the numbers of this key are there. */
  has(key: ValueKey): boolean {
    return this.#entries.get(key)?.filled === true;
  }

  /** What holds the numbers of a key, which counts as used now. */
  use(key: ValueKey): Memory | undefined {
    this.#order.use(key);
    return this.#entries.get(key)?.memory;
  }

  markFilled(key: ValueKey): void {
    const entry = this.#entries.get(key);
    if (entry) entry.filled = true;
  }

  /**
   * Makes room for all of `wanted` at once and reserves it; nothing in `wanted` or `pinned` is dropped for it.
   * @throws {MemoryError} before anything is taken, if they exceed the budget together; or if the adapter has no room.
   */
  async reserve(wanted: ReadonlyMap<ValueKey, Wanted>, pinned: ReadonlySet<ValueKey>): Promise<void> {
    const missing = [...wanted].filter(([key]) => !this.#entries.has(key));
    const needed = missing.reduce((sum, [, value]) => sum + takenBytes(value), 0);
    const held = [...this.#entries].filter(([key]) => wanted.has(key) || pinned.has(key));
    const kept = held.reduce((sum, [, entry]) => sum + entry.byteLength, 0);
    if (kept + needed > this.budget) {
      const largest = [...wanted.values()].reduce((most, one) => (one.byteLength > most.byteLength ? one : most));
      const words = formatNeed(kept + needed, this.budget);
      throw new MemoryError(
        `The run needs ${words.needed} at once for weights, inputs and what is kept of it, the most of it for ${largest.name} (${formatMemory(largest.byteLength)}); there may be ${words.there} of these. ${SMALLER} Floats that are stored as float16 take half.`,
      );
    }
    for (const key of this.#order.inOrder()) {
      if (this.#bytes + needed <= this.budget) break;
      if (wanted.has(key) || pinned.has(key)) continue;
      this.#order.evict(key);
      this.drop(key);
    }
    this.#device.pushErrorScope('out-of-memory');
    for (const [key, value] of missing) {
      this.#take(key, value);
      this.#order.add(key, value.work, value.byteLength);
    }
    const failure = await this.#device.popErrorScope();
    if (!failure) return;
    for (const [key] of missing) this.drop(key);
    throw new MemoryError(`the adapter has no room for ${formatMemory(needed)} more: ${failure.message}. ${SMALLER}`);
  }

  drop(key: ValueKey): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    this.#order.delete(key);
    this.#bytes -= entry.byteLength;
    destroy(entry.memory);
  }

  /** Drops buffers that were reserved and never got their numbers. */
  dropUnfilled(): void {
    for (const [key, entry] of this.#entries) if (!entry.filled) this.drop(key);
  }

  keepOnly(keys: ReadonlySet<ValueKey>): void {
    for (const key of this.#entries.keys()) if (!keys.has(key)) this.drop(key);
  }

  clear(): void {
    for (const key of this.#entries.keys()) this.drop(key);
  }

  #take(key: ValueKey, value: Wanted): void {
    const byteLength = takenBytes(value);
    const memory = value.texels ? this.#texture(key, value.byteLength) : this.#buffer(key, byteLength);
    this.#entries.set(key, { memory, byteLength, filled: false });
    this.#bytes += byteLength;
  }

  #buffer(label: ValueKey, size: number): Memory {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    return { buffer: this.#device.createBuffer({ size, usage, label }) };
  }

  #texture(label: ValueKey, byteLength: number): Memory {
    const usage = GPUTextureUsage.TEXTURE_BINDING | GPUTextureUsage.COPY_DST;
    const size = texelSize(byteLength);
    return { texture: this.#device.createTexture({ size, format: 'rgba32float', usage, label }) };
  }
}

function destroy(memory: Memory): void {
  if ('buffer' in memory) memory.buffer.destroy();
  else memory.texture.destroy();
}

function takenBytes({ byteLength, texels }: Wanted): number {
  return texels ? texelBytes(byteLength) : padded(byteLength);
}

/** Shaders may read a buffer as vectors of 16 bytes. */
function padded(byteLength: number): number {
  return Math.max(Math.ceil(byteLength / 16) * 16, 16);
}
