/** An ONNX export in ONNX Runtime: outputs from the model as it is exported, ports from the same model with all of them as outputs. */
import type { OnnxBorder, OnnxModel } from '../onnx/model.ts';
import type { OnnxSession } from '../onnx/run/session.ts';
import { exportOnnx, type OnnxExport, type OnnxOptions } from '../onnx/target.ts';
import type { ExportSource } from '../target.ts';
import type { ComputedTensor } from '../values.ts';
import type { RunningExport } from './engine.ts';

/** Loads what was exported. */
export type LoadExport = (exported: OnnxExport) => Promise<OnnxSession>;

/** @throws what `load` throws. */
export async function openOnnxExport(source: ExportSource, load: LoadExport): Promise<RunningExport> {
  const open = async (options: OnnxOptions = {}): Promise<RunningExport> => {
    const exported = exportOnnx(source, options);
    return running(exported.model, await load(exported));
  };
  const outputs = await open();
  const ports = await open({ portsAreOutputs: true });
  const own = new Set(outputs.names);
  return {
    names: [...outputs.names, ...ports.names.filter((name) => !own.has(name))],
    // The exported model's outputs count: in the other one ONNX Runtime may join fewer operators.
    run: async (inputs) => new Map([...(await ports.run(inputs)), ...(await outputs.run(inputs))]),
    dispose: async () => {
      await outputs.dispose();
      await ports.dispose();
    },
  };
}

function running(model: OnnxModel, session: OnnxSession): RunningExport {
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
}

function fed({ name, dtype }: OnnxBorder, { type, data }: ComputedTensor) {
  return { name, type, data, ...(dtype === 'i64' && { as: 'i64' as const }) };
}
