/** Engines by the name of their export target; loaded when one is asked for. */
import type { ExportEngine } from '../../export/verify/engine.ts';

export const ENGINES: Readonly<Record<string, () => Promise<ExportEngine>>> = {
  pytorch: async () => (await import('./pytorch.ts')).PYTORCH_ENGINE,
  onnx: async () => (await import('./onnx.ts')).ONNX_ENGINE,
};
