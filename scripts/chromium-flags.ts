/** How tests and benches start Chromium. */

/** WebGPU through SwiftShader's Vulkan, and nothing that reaches for the network. */
export const CHROMIUM_FLAGS: string[] = [
  '--no-sandbox',
  '--no-first-run',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--enable-unsafe-webgpu',
  '--enable-features=Vulkan',
  '--use-webgpu-adapter=swiftshader',
  '--use-vulkan=swiftshader',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--ignore-gpu-blocklist',
  '--enable-gpu',
];

/**
 * As tests start it. They look at what is on the screen, not at how soon it is there: drawing the page on SwiftShader too would
 * take half of their time, and the cores from what they compute.
 */
export const TEST_FLAGS: string[] = [...CHROMIUM_FLAGS, '--disable-gpu-rasterization', '--disable-gpu-compositing'];
