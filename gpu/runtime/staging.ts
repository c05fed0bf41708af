/** Reads buffers back through a ring of staging buffers, each used again once its bytes were taken. */

interface Slot {
  buffer: GPUBuffer;
  size: number;
  busy: Promise<void>;
}

/** Bytes of a slot at first; a larger read makes its slot grow. */
const FIRST_SIZE = 64 * 1024;

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
    const slot = this.#slot(byteLength);
    const before = slot.busy;
    const { promise, resolve } = Promise.withResolvers<void>();
    slot.busy = promise;
    await before;
    try {
      const buffer = this.#sized(slot, byteLength);
      const encoder = this.#device.createCommandEncoder();
      encode?.(encoder);
      encoder.copyBufferToBuffer(source, offset, buffer, 0, byteLength);
      this.#device.queue.submit([encoder.finish()]);
      await buffer.mapAsync(GPUMapMode.READ, 0, byteLength);
      const bytes = new Uint8Array(buffer.getMappedRange(0, byteLength).slice(0));
      buffer.unmap();
      return bytes;
    } finally {
      resolve();
    }
  }

  destroy(): void {
    for (const { buffer } of this.#slots) buffer.destroy();
    this.#slots.length = 0;
  }

  #slot(byteLength: number): Slot {
    const index = this.#next;
    this.#next = (this.#next + 1) % this.#count;
    return (this.#slots[index] ??= this.#makeSlot(Math.max(FIRST_SIZE, byteLength)));
  }

  #makeSlot(size: number): Slot {
    const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
    return { buffer: this.#device.createBuffer({ size, usage }), size, busy: Promise.resolve() };
  }

  #sized(slot: Slot, byteLength: number): GPUBuffer {
    if (slot.size < byteLength) {
      slot.buffer.destroy();
      const { buffer, size } = this.#makeSlot(byteLength);
      slot.buffer = buffer;
      slot.size = size;
    }
    return slot.buffer;
  }
}
