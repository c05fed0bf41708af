/** onnxruntime-web on WebGPU: its native provider, compiled to WebAssembly. */
import { env, InferenceSession, Tensor } from 'onnxruntime-web/webgpu';
import glueUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import binaryUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import { findAdapter } from '../../../gpu/runtime/device.ts';
import { adapterTitle } from '../adapter-title.ts';
import { UnsupportedError, type Engine } from '../engine.ts';
import { onnxEngine } from './onnx.ts';

/** @throws {UnsupportedError} where there is no adapter. */
export async function openOnnxWebWebgpu(): Promise<Engine> {
  const adapter = await findAdapter(navigator.gpu);
  if (!adapter) throw new UnsupportedError('there is no WebGPU adapter');
  const { href } = globalThis.location;
  env.wasm.wasmPaths = { mjs: new URL(glueUrl, href).href, wasm: new URL(binaryUrl, href).href };
  return onnxEngine({
    library: { InferenceSession, Tensor },
    options: { executionProviders: ['webgpu'] },
    device: adapterTitle(adapter),
    software: adapter.software,
  });
}
