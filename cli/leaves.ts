/** The numbers of a model's inputs and weights: bound, decoded, read or drawn when a device asks for them. */
import { fillSource } from '../nodes/sources.ts';
import { WeightDrawer } from '../nodes/weights.ts';
import { readCheckpoint } from './checkpoint.ts';
import type { LeafReader } from './devices/device.ts';
import type { Model } from './model.ts';
import { readAsset } from './pictures.ts';

/** Every weight by its `state_dict` path, read from the checkpoint or drawn in construction order. */
export async function readWeights({ weights, checkpoint }: Model): Promise<ReadonlyMap<string, Float32Array>> {
  const recipes = [...weights.recipes.values()];
  if (!checkpoint) {
    const drawer = new WeightDrawer();
    return new Map(recipes.map((recipe) => [recipe.path, drawer.draw(recipe)]));
  }
  const entries = new Map(
    recipes.flatMap(({ path, from }) => (from.kind === 'file' ? [[path, from.entry] as const] : [])),
  );
  const values = await readCheckpoint(checkpoint, entries.values());
  return new Map(Array.from(entries, ([path, entry]) => [path, values.get(entry)!]));
}

/** @returns a reader that keeps nothing: a device asks once for each leaf. */
export function leafReader(model: Model, weights: ReadonlyMap<string, Float32Array>): LeafReader {
  return async (kind, name) => {
    if (kind === 'weight') return weights.get(name)!;
    const bound = model.bound.get(name);
    if (bound) return bound.data;
    return fillSource(model.sources.recipes.get(name)!, (asset) => readAsset(asset, model.folder));
  };
}
