/** `--against onnx`: the export written to a folder, as ONNX Runtime maps what lies beside the model, and run from there. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OnnxSession } from '../../export/onnx/run/session.ts';
import type { OnnxExport } from '../../export/onnx/target.ts';
import type { ExportEngine } from '../../export/verify/engine.ts';
import { openOnnxExport } from '../../export/verify/onnx.ts';
import { writeExportFolder } from '../export-folder.ts';
import { openOnnxSession } from '../onnx-runtime.ts';

export const ONNX_ENGINE: ExportEngine = {
  name: 'onnx',
  title: 'ONNX Runtime',
  open: (source) => openOnnxExport(source, load),
};

async function load({ files }: OnnxExport): Promise<OnnxSession> {
  const folder = await mkdtemp(join(tmpdir(), 'patchbay-onnx-'));
  try {
    await writeExportFolder(folder, files, false);
    return await openOnnxSession(join(folder, files[0]!.path));
  } finally {
    // The session has read them.
    await rm(folder, { recursive: true, force: true });
  }
}
