/** onnxruntime-node. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { availableParallelism } from 'node:os';
import { findAdapter } from '../../../gpu/runtime/device.ts';
import { openNodeGpu } from '../../../gpu/runtime/node-gpu.ts';
import { adapterTitle } from '../adapter-title.ts';
import { UnsupportedError, type Engine } from '../engine.ts';
import { onnxEngine } from './onnx.ts';

export async function openOnnxNodeCpu(): Promise<Engine> {
  return onnxEngine({
    library: { InferenceSession, Tensor },
    options: { executionProviders: ['cpu'] },
    device: `CPU, ${availableParallelism()} threads`,
    software: true,
  });
}

/** @throws {UnsupportedError} where there is no adapter: ONNX Runtime would end the process. */
export async function openOnnxNodeWebgpu(): Promise<Engine> {
  // It tells nothing of its adapter, and asks Dawn for one as Patchbay does.
  const adapter = await findAdapter(await openNodeGpu());
  if (!adapter) throw new UnsupportedError('there is no WebGPU adapter');
  return onnxEngine({
    library: { InferenceSession, Tensor },
    options: { executionProviders: ['webgpu'] },
    device: adapterTitle(adapter),
    software: adapter.software,
  });
}
