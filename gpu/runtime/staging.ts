/** Reads buffers back through a ring of staging buffers, each used again once its bytes were taken. */

interface Slot {
  buffer: GPUBuffer;
  size: number;
  busy: Promise<void>;
}

/** Bytes of a slot at first; a larger read makes its slot grow, up to what is worth holding on to. */
const FIRST_SIZE = 64 * 1024;
const LARGEST_KEPT = 4 * 2 ** 20;

export class StagingRing {
  readonly #device: GPUDevice;
  readonly #slots: Slot[] = [];
  readonly #count: number;
  #next = 0;

  constructor(device: GPUDevice, count = 3) {
    this.#device = device;
    this.#count = count;
  }

  /** A copy of `byteLength` bytes of `source` from `offset`; what `encode` adds runs before the copy. */
  async read(
    source: GPUBuffer,
    offset: number,
    byteLength: number,
    encode?: (encoder: GPUCommandEncoder) => void,
  ): Promise<Uint8Array> {
    if (byteLength > LARGEST_KEPT) {
      const buffer = this.#makeBuffer(byteLength);
      try {
        return await this.#readThrough(buffer, source, offset, byteLength, encode);
      } finally {
        buffer.destroy();
      }
    }
    const slot = this.#slot(byteLength);
    const before = slot.busy;
    const { promise, resolve } = Promise.withResolvers<void>();
    slot.busy = promise;
    await before;
    try {
      return await this.#readThrough(this.#sized(slot, byteLength), source, offset, byteLength, encode);
    } finally {
      resolve();
    }
  }

  destroy(): void {
    for (const { buffer } of this.#slots) buffer.destroy();
    this.#slots.length = 0;
  }

  async #readThrough(
    buffer: GPUBuffer,
    source: GPUBuffer,
    offset: number,
    byteLength: number,
    encode: ((encoder: GPUCommandEncoder) => void) | undefined,
  ): Promise<Uint8Array> {
    const encoder = this.#device.createCommandEncoder();
    encode?.(encoder);
    encoder.copyBufferToBuffer(source, offset, buffer, 0, byteLength);
    this.#device.queue.submit([encoder.finish()]);
    await buffer.mapAsync(GPUMapMode.READ, 0, byteLength);
    const bytes = new Uint8Array(buffer.getMappedRange(0, byteLength).slice(0));
    buffer.unmap();
    return bytes;
  }

  #slot(byteLength: number): Slot {
    const index = this.#next;
    this.#next = (this.#next + 1) % this.#count;
    const size = Math.max(FIRST_SIZE, byteLength);
    return (this.#slots[index] ??= { buffer: this.#makeBuffer(size), size, busy: Promise.resolve() });
  }

  #sized(slot: Slot, byteLength: number): GPUBuffer {
    if (slot.size < byteLength) {
      slot.buffer.destroy();
      slot.buffer = this.#makeBuffer(byteLength);
      slot.size = byteLength;
    }
    return slot.buffer;
  }

  #makeBuffer(size: number): GPUBuffer {
    return this.#device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  }
}
