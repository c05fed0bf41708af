/** Random numbers for the sources of a graph: what an export is verified on. */
import { elementCount } from '../../gpu/ir/types.ts';
import { TorchGenerator } from '../../gpu/random/generator.ts';
import { draw } from '../../gpu/random/initializers.ts';
import { portPath, type LeafInstance } from '../../graph/instance.ts';
import { NODES } from '../../nodes/registry.ts';
import { sizes } from '../../nodes/shapes.ts';
import type { ExportSource, LeafWords } from '../target.ts';
import type { ComputedTensor } from '../values.ts';

/**
 * Every source's numbers, by its path: normal ones, ids of the vocabulary, truth values.
 * @param bound names of sources that keep the numbers they have.
 */
export async function randomInputs(
  { tree, inference, leaf }: ExportSource,
  bound: ReadonlySet<string>,
  seed: number,
): Promise<Map<string, ComputedTensor>> {
  const generator = new TorchGenerator(seed);
  const inputs = new Map<string, ComputedTensor>();
  for (const source of tree.construction) {
    const port = NODES.get(source.type)?.source && NODES.get(source.type)?.outputs[0];
    const portType = port && inference.outputs.get(portPath(source.path, port.name));
    if (!portType) continue;
    const type = { dtype: portType.dtype, shape: sizes(portType) };
    const data = bound.has(source.path)
      ? await leaf('input', source.path)
      : drawn(source, generator, type.dtype, elementCount(type.shape));
    inputs.set(source.path, { name: source.path, type, data });
  }
  return inputs;
}

function drawn(
  source: LeafInstance,
  generator: TorchGenerator,
  dtype: 'f32' | 'i32' | 'bool',
  count: number,
): LeafWords {
  if (dtype === 'f32') return draw(generator, count, { kind: 'normal', mean: 0, std: 1 });
  const uniform = draw(generator, count, { kind: 'uniform', low: 0, high: 1 });
  if (dtype === 'bool') return Uint32Array.from(uniform, (x) => Number(x < 0.5));
  // Where nothing says how many there are, two: whatever is looked up or counted has those.
  const vocabulary = source.params['vocab_size']?.value;
  const limit = typeof vocabulary === 'number' ? vocabulary : 2;
  return Int32Array.from(uniform, (x) => Math.min(Math.floor(x * limit), limit - 1));
}
