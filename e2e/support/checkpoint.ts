/** Checkpoints of the attention template, as a person would have them in a file. */
import { analyse } from '../../graph/analyse.ts';
import { formatSafetensors } from '../../graph/formats/safetensors.ts';
import { NODES } from '../../nodes/registry.ts';
import { drawWeights, planWeights } from '../../nodes/weights.ts';
import { TEMPLATES } from '../../templates/registry.ts';

/** The weights that the template's seed draws, one of them changed. */
export async function checkpoint(changed?: string): Promise<Buffer> {
  const document = await TEMPLATES.find(({ name }) => name === 'attention')!.load();
  const { recipes } = planWeights(analyse(document, NODES).tree, document.seed);
  const drawn = drawWeights(recipes.values());
  if (changed !== undefined) drawn.get(changed)!.fill(0.01);
  const tensors = Array.from(recipes.values(), ({ path, shape }) => {
    return { name: path, dtype: 'F32' as const, shape, bytes: new Uint8Array(drawn.get(path)!.slice().buffer) };
  });
  return Buffer.concat(formatSafetensors(tensors));
}
