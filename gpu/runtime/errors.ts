/** What can go wrong at run time, each with its own class, so that callers can tell them apart. */

/** No WebGPU adapter: the caller may offer the float64 reference instead. */
export class NoAdapterError extends Error {
  override readonly name = 'NoAdapterError';

  constructor() {
    super(
      'no WebGPU adapter: install a Vulkan, Metal or Direct3D 12 driver, or compute on the CPU (--device reference)',
    );
  }
}

/** What the run needs at once is more than the budget or the adapter gives. */
export class MemoryError extends Error {
  override readonly name = 'MemoryError';
}

/** The device was lost, asked for again, and lost again. */
export class DeviceLostError extends Error {
  override readonly name = 'DeviceLostError';
}

/** A value that is asked for is not there: no such name in the last plan, or dropped from the pool since. */
export class ValueGoneError extends Error {
  override readonly name = 'ValueGoneError';
}

/** WebGPU refused something: a fault of the generated code or of this runtime, with the adapter's own words. */
export class DeviceFault extends Error {
  override readonly name = 'DeviceFault';
}
