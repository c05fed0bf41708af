/** WebGPU in Node, by Dawn through the `webgpu` package. */

/** Where opened instances stay referenced: when one is collected, its devices go with it and the process dies. */
const OPENED = Symbol.for('patchbay.opened-gpus');

/** Set to 1 it asks for subgroup matrices, which Dawn counts among its unsafe APIs. */
export const MATRICES_VARIABLE = 'PATCHBAY_SUBGROUP_MATRICES';

/**
 * Opens Dawn and defines WebGPU's constants (`GPUBufferUsage` …) globally, as browsers do. The driver is chosen by the
 * environment (`VK_DRIVER_FILES`), which is read anew at each call.
 */
export async function openNodeGpu(): Promise<GPU> {
  const { create, globals } = await import('webgpu');
  Object.assign(globalThis, globals);
  // Browsers make the clock coarse so that pages learn less; whoever runs Node may know how long a kernel takes.
  const options = ['disable-dawn-features=timestamp_quantization'];
  if (process.env[MATRICES_VARIABLE] === '1') options.push('enable-dawn-features=allow_unsafe_apis');
  const gpu = create(options);
  const holder = globalThis as { [OPENED]?: GPU[] };
  (holder[OPENED] ??= []).push(gpu);
  return gpu;
}
