/** How engines are opened in a worker of Chromium. */
import type { Openers } from '../engine.ts';
import type { ScriptEngine } from './registry.ts';

export const CHROMIUM_ENGINES: Openers<ScriptEngine<'chromium'>> = {
  patchbay: async () => (await import('./patchbay.ts')).openPatchbay(navigator.gpu, false),
  'patchbay-tuned': async () => (await import('./patchbay.ts')).openPatchbay(navigator.gpu, true),
  'patchbay-cpu': async () => (await import('./patchbay-cpu-web.ts')).openPatchbayCpu(),
  'ort-web-webgpu': async () => (await import('./onnx-web-webgpu.ts')).openOnnxWebWebgpu(),
  'ort-web-wasm': async () => (await import('./onnx-web-wasm.ts')).openOnnxWebWasm(),
  'jax-js': async () => (await import('./jax.ts')).openJax(),
  tfjs: async () => (await import('./tfjs.ts')).openTfjs(),
};
