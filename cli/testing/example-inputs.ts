/** For tests: what the sources of a graph hold, as a model that is exported from it takes them. */
import { portPath } from '../../graph/instance.ts';
import type { NamedWords } from '../../export/onnx/run/session.ts';
import type { ExportSource } from '../../export/target.ts';
import { NODES } from '../../nodes/registry.ts';
import { sizes } from '../../nodes/shapes.ts';

export async function exampleInputs({ tree, inference, leaf }: ExportSource): Promise<NamedWords[]> {
  const inputs: NamedWords[] = [];
  for (const { path, type } of tree.construction) {
    const port = NODES.get(type)?.source && NODES.get(type)?.outputs[0];
    const found = port && inference.outputs.get(portPath(path, port.name));
    if (!found) continue;
    inputs.push({ name: path, type: { dtype: found.dtype, shape: sizes(found) }, data: await leaf('input', path) });
  }
  return inputs;
}
