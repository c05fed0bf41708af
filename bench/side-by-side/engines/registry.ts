/** All engines, in the order of the report. How each is opened stands in the table of its host. */
import type { EngineRecord, Host } from '../engine.ts';

export const ENGINES = [
  { name: 'patchbay', title: 'Patchbay', hosts: ['node', 'chromium'], in: 'script', packages: [] },
  {
    name: 'patchbay-tuned',
    title: 'Patchbay, tuned',
    hosts: ['node', 'chromium'],
    in: 'script',
    packages: [],
    optional: true,
  },
  { name: 'patchbay-cpu', title: 'Patchbay, CPU', hosts: ['node', 'chromium'], in: 'script', packages: [] },
  {
    name: 'ort-node-webgpu',
    title: 'ONNX Runtime (Node), webgpu',
    hosts: ['node'],
    in: 'script',
    packages: ['onnxruntime-node'],
  },
  {
    name: 'ort-node-cpu',
    title: 'ONNX Runtime (Node), cpu',
    hosts: ['node'],
    in: 'script',
    packages: ['onnxruntime-node'],
  },
  {
    name: 'ort-web-webgpu',
    title: 'ONNX Runtime (web), webgpu',
    hosts: ['chromium'],
    in: 'script',
    packages: ['onnxruntime-web'],
  },
  {
    name: 'ort-web-wasm',
    title: 'ONNX Runtime (web), wasm',
    hosts: ['chromium'],
    in: 'script',
    packages: ['onnxruntime-web'],
  },
  { name: 'jax-js', title: 'jax-js, webgpu', hosts: ['node', 'chromium'], in: 'script', packages: ['@jax-js/jax'] },
  {
    name: 'tfjs',
    title: 'TensorFlow.js, webgpu',
    hosts: ['node', 'chromium'],
    in: 'script',
    packages: ['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-webgpu'],
  },
  { name: 'pytorch', title: 'PyTorch, CPU', hosts: ['node', 'chromium'], in: 'python', packages: [] },
] as const satisfies readonly EngineRecord[];

/** Names of the engines that run in JavaScript on a host. */
export type ScriptEngine<On extends Host, Each = (typeof ENGINES)[number]> = Each extends {
  readonly name: infer Name extends string;
  readonly in: 'script';
  readonly hosts: readonly (infer Hosts)[];
}
  ? On extends Hosts
    ? Name
    : never
  : never;
