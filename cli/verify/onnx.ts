/** `--against onnx`: outputs from the model as it is exported, ports in between from the same model with all of them as outputs. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OnnxBorder } from '../../export/onnx/model.ts';
import { exportOnnx, type OnnxOptions } from '../../export/onnx/target.ts';
import type { ExportSource } from '../../export/target.ts';
import type { ComputedTensor } from '../../export/values.ts';
import { writeExportFolder } from '../export-folder.ts';
import { openOnnxSession } from '../onnx-runtime.ts';
import type { ExportEngine, RunningExport } from '../../export/verify/engine.ts';

export const ONNX_ENGINE: ExportEngine = {
  name: 'onnx',
  title: 'ONNX Runtime',
  open: async (source) => {
    const exported = await openExport(source);
    const inner = await openExport(source, { portsAreOutputs: true });
    const own = new Set(exported.names);
    return {
      names: [...exported.names, ...inner.names.filter((name) => !own.has(name))],
      // The exported model's outputs count: in the other one ONNX Runtime may join fewer operators.
      run: async (inputs) => new Map([...(await inner.run(inputs)), ...(await exported.run(inputs))]),
      dispose: async () => {
        await exported.dispose();
        await inner.dispose();
      },
    };
  },
};

async function openExport(source: ExportSource, options: OnnxOptions = {}): Promise<RunningExport> {
  const { model, files } = exportOnnx(source, options);
  const folder = await mkdtemp(join(tmpdir(), 'patchbay-onnx-'));
  try {
    await writeExportFolder(folder, files, false);
    const session = await openOnnxSession(join(folder, files[0]!.path));
    return {
      names: model.outputs.map(({ of }) => of),
      run: async (inputs) => {
        const results = await session.run(
          model.inputs.map((border) => fed(border, inputs.get(border.of)!)),
          model.outputs.map(({ name }) => name),
        );
        return new Map(results.map((result, index) => [model.outputs[index]!.of, result]));
      },
      dispose: () => session.dispose(),
    };
  } finally {
    // The session has read them.
    await rm(folder, { recursive: true, force: true });
  }
}

function fed({ name, dtype }: OnnxBorder, { type, data }: ComputedTensor) {
  return { name, type, data, ...(dtype === 'i64' && { as: 'i64' as const }) };
}
