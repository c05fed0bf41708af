/** ONNX Runtime as WebAssembly with SIMD and threads: its library and binary come with the application, when they are first needed. */
import { env, InferenceSession, Tensor } from 'onnxruntime-web/wasm';
import glueUrl from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import binaryUrl from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import { openSession, type OnnxSession } from '../../export/onnx/run/session.ts';

/** Beyond these, threads wait for memory and for each other. */
const MOST_THREADS = 16;

export interface WebRuntime {
  readonly threads: number;
  /** Whether the page may share memory between threads; otherwise there is one. */
  readonly isolated: boolean;
  /** Loads a model from its bytes. */
  readonly open: (model: Uint8Array) => Promise<OnnxSession>;
}

/** Once in a thread; the binary is loaded with the first model. */
export function startOnnxRuntime(): WebRuntime {
  const isolated = globalThis.crossOriginIsolated;
  const threads = isolated ? threadsFor(navigator.hardwareConcurrency) : 1;
  env.logLevel = 'error';
  env.wasm.wasmPaths = { mjs: here(glueUrl), wasm: here(binaryUrl) };
  env.wasm.numThreads = threads;
  // Sessions are many and small: memory that each would keep for itself is given back after a run.
  const options: InferenceSession.SessionOptions = {
    executionProviders: ['wasm'],
    enableCpuMemArena: false,
    enableMemPattern: false,
  };
  return { threads, isolated, open: (model) => openSession({ InferenceSession, Tensor }, model, options) };
}

/** The cores that there are: of many, every second is taken for the same core's other half. */
export function threadsFor(concurrency: number): number {
  return Math.max(Math.min(concurrency, 2), Math.min(Math.ceil(concurrency / 2), MOST_THREADS));
}

function here(url: string): string {
  return new URL(url, globalThis.location.href).href;
}
