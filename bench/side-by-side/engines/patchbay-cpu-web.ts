/**
 * Patchbay's CPU device in a browser, with the application's own threads and pieces: the one file of the bench that may
 * see the renderer.
 */
import { OnnxEngine } from '../../../export/onnx/run/engine.ts';
import { PIECE_FLOPS } from '../../../renderer/session/cpu-device.ts';
import { startOnnxRuntime } from '../../../renderer/session/ort-web.ts';
import type { Engine } from '../engine.ts';
import { patchbayCpu } from './patchbay-cpu.ts';

export async function openPatchbayCpu(): Promise<Engine> {
  const { open, threads } = startOnnxRuntime();
  return patchbayCpu(new OnnxEngine({ open, cut: { flops: PIECE_FLOPS } }), threads);
}
