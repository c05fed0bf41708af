/** WebGPU in Node, by Dawn through the `webgpu` package. */

/**
 * Opens Dawn and defines WebGPU's constants (`GPUBufferUsage` …) globally, as browsers do. The driver is chosen by the
 * environment (`VK_DRIVER_FILES`). Keep the result referenced for as long as a device of it lives: when it is
 * collected, its devices go with it and the process dies.
 */
export async function openNodeGpu(): Promise<GPU> {
  const { create, globals } = await import('webgpu');
  Object.assign(globalThis, globals);
  return create([]);
}
