/** Models of elsewhere in files, and what the command line says of them. */
import { importCommand } from '../../cli/commands/import.ts';
import { run } from '../../cli/commands/run.ts';
import { FLOAT, node, onnxModel } from '../../import/onnx/testing/onnx-models.ts';
import { call } from '../../cli/testing/in-process.ts';

const numbers = (count: number, phase: number) =>
  new Uint8Array(Float32Array.from({ length: count }, (_, index) => Math.sin(index + phase) / 2).buffer);

/** Two linear layers with ReLU between them; what is given is one number of rows, and eight columns. */
export function smallOnnx(operator = 'Relu'): Buffer {
  return Buffer.from(
    onnxModel({
      nodes: [
        node('Gemm', ['x', 'w1', 'b1'], 'hidden'),
        node(operator, ['hidden'], 'bent'),
        node('MatMul', ['bent', 'w2'], 'y'),
      ],
      inputs: [{ name: 'x', type: FLOAT, dims: ['batch', 8] }],
      outputs: [{ name: 'y', type: FLOAT, dims: ['batch', 3] }],
      initializers: [
        { name: 'w1', dims: [8n, 6n], dataType: FLOAT, rawData: numbers(48, 0) },
        { name: 'b1', dims: [6n], dataType: FLOAT, rawData: numbers(6, 1) },
        { name: 'w2', dims: [6n, 3n], dataType: FLOAT, rawData: numbers(18, 2) },
      ],
    }),
  );
}

/** Imports it with the command line, and computes the graph in float64: the mean of each output. */
export async function importedMeans(model: string, graph: string): Promise<ReadonlyMap<string, number>> {
  const imported = await call(importCommand, model, '--out', graph);
  if (imported.code !== 0) throw new Error(imported.lines.join('\n'));
  const { lines } = await call(run, graph, '--device', 'reference');
  return new Map(
    lines.flatMap((line) => {
      const found = /^(\S+) .* mean (\S+)/.exec(line);
      return found ? [[found[1]!, Number(found[2])] as const] : [];
    }),
  );
}
