/** How engines are opened in Node. */
import { availableParallelism } from 'node:os';
import { OnnxEngine } from '../../../export/onnx/run/engine.ts';
import { openSession } from '../../../export/onnx/run/session.ts';
import { openNodeGpu } from '../../../gpu/runtime/node-gpu.ts';
import type { Openers } from '../engine.ts';
import type { ScriptEngine } from './registry.ts';

export const NODE_ENGINES: Openers<ScriptEngine<'node'>> = {
  patchbay: async () => (await import('./patchbay.ts')).openPatchbay(await openNodeGpu(), false),
  'patchbay-tuned': async () => (await import('./patchbay.ts')).openPatchbay(await openNodeGpu(), true),
  'patchbay-cpu': async () => {
    const { patchbayCpu } = await import('./patchbay-cpu.ts');
    const { InferenceSession, Tensor } = await import('onnxruntime-node');
    // As the command line's `--device cpu` cuts it.
    const open = (model: Uint8Array) => openSession({ InferenceSession, Tensor }, model);
    return patchbayCpu(new OnnxEngine({ open, cut: 'whole' }), availableParallelism());
  },
  'ort-node-webgpu': async () => (await import('./onnx-node.ts')).openOnnxNodeWebgpu(),
  'ort-node-cpu': async () => (await import('./onnx-node.ts')).openOnnxNodeCpu(),
  'jax-js': async () => {
    await asInBrowsers();
    return (await import('./jax.ts')).openJax();
  },
  tfjs: async () => {
    await asInBrowsers();
    return (await import('./tfjs.ts')).openTfjs();
  },
};

/** Libraries for browsers find WebGPU at `navigator.gpu`. */
async function asInBrowsers(): Promise<void> {
  Object.defineProperty(globalThis.navigator, 'gpu', { value: await openNodeGpu(), configurable: true });
}
