/** WebGPU in Node, by Dawn through the `webgpu` package. */

/** Where opened instances stay referenced: when one is collected, its devices go with it and the process dies. */
const OPENED = Symbol.for('patchbay.opened-gpus');

/**
 * Opens Dawn and defines WebGPU's constants (`GPUBufferUsage` …) globally, as browsers do. The driver is chosen by the
 * environment (`VK_DRIVER_FILES`), which is read anew at each call.
 */
export async function openNodeGpu(): Promise<GPU> {
  const { create, globals } = await import('webgpu');
  Object.assign(globalThis, globals);
  // Browsers make the clock coarse so that pages learn less; whoever runs Node may know how long a kernel takes.
  const gpu = create(['disable-dawn-features=timestamp_quantization']);
  const holder = globalThis as { [OPENED]?: GPU[] };
  (holder[OPENED] ??= []).push(gpu);
  return gpu;
}
