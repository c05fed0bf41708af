/** The numbers of a model's inputs and weights: bound, decoded, read or drawn when a device asks for them. */
import { fillSource } from '../nodes/sources.ts';
import { WeightDrawer } from '../nodes/weights.ts';
import { readCheckpointEntry } from './checkpoint.ts';
import type { LeafReader } from './devices/device.ts';
import type { PlannedModel } from './model.ts';
import { readAsset } from './pictures.ts';

export interface Leaves {
  readonly read: LeafReader;
  /** Every weight by its `state_dict` path, those too that no operation uses. */
  readonly weights: () => Promise<ReadonlyMap<string, Float32Array>>;
}

/** @param keep whether weights that were read once stay for the next time: they will be saved. */
export function leavesOf(model: PlannedModel, keep: boolean): Leaves {
  const kept = new Map<string, Float32Array>();
  const drawer = new WeightDrawer();
  const weight = async (path: string): Promise<Float32Array> => {
    const known = kept.get(path);
    if (known) return known;
    const recipe = model.weights.recipes.get(path)!;
    const { from } = recipe;
    const values =
      from.kind === 'file' ? await readCheckpointEntry(model.checkpoint!, from.entry) : drawer.draw(recipe);
    if (keep) kept.set(path, values);
    return values;
  };
  return {
    read: async (kind, name) => {
      if (kind === 'weight') return weight(name);
      const bound = model.bound.get(name);
      return bound
        ? bound.data
        : fillSource(model.sources.recipes.get(name)!, (asset) => readAsset(asset, model.folder));
    },
    weights: async () => {
      const all = new Map<string, Float32Array>();
      for (const path of model.weights.recipes.keys()) all.set(path, await weight(path));
      return all;
    },
  };
}
