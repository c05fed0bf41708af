/** Every export target, by the name that `--to` takes; loaded when it is asked for, so that none waits for what another needs. */
import type { ExportTarget } from './target.ts';

export const TARGETS: Readonly<Record<string, () => Promise<ExportTarget>>> = {
  pytorch: async () => (await import('./pytorch/target.ts')).PYTORCH,
  onnx: async () => (await import('./onnx/target.ts')).ONNX,
  web: async () => (await import('./web/target.ts')).WEB,
};
