/** onnxruntime-web on the CPU, with a thread for each core, more than it takes by itself. */
import { env, InferenceSession, Tensor } from 'onnxruntime-web/wasm';
import glueUrl from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import binaryUrl from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import type { Engine } from '../engine.ts';
import { onnxEngine } from './onnx.ts';

/** Beyond these, threads wait for each other. */
const MOST_THREADS = 16;

export async function openOnnxWebWasm(): Promise<Engine> {
  const { href } = globalThis.location;
  const threads = globalThis.crossOriginIsolated ? Math.min(navigator.hardwareConcurrency, MOST_THREADS) : 1;
  env.wasm.wasmPaths = { mjs: new URL(glueUrl, href).href, wasm: new URL(binaryUrl, href).href };
  env.wasm.numThreads = threads;
  return onnxEngine({
    library: { InferenceSession, Tensor },
    options: { executionProviders: ['wasm'] },
    device: `WebAssembly, ${threads} threads`,
    software: true,
  });
}
