/** Weights from a checkpoint: every weight of the graph by its `state_dict` key, all of them and no others, as PyTorch's strict loading. */
import type { InstanceTree } from '../graph/instance.ts';
import type { Problem } from '../graph/problems.ts';
import { recipeKey } from './recipe-key.ts';
import type { WeightPlan, WeightRecipe } from './weights.ts';

/** What is known of a checkpoint before its numbers are read: graph/formats/safetensors.ts reads it from the header. */
export interface Checkpoint {
  /** SHA-256 of the file: equal files give equal keys. */
  readonly hash: string;
  /** How messages name it. */
  readonly name: string;
  readonly entries: ReadonlyMap<string, { readonly shape: readonly number[] }>;
  /** Only entries that start so belong to the graph; it is no part of their paths. */
  readonly prefix?: string;
}

/** At most so many names stand in a message. */
const MOST_NAMES = 5;

/**
 * The plan with every weight taken from the checkpoint.
 * @returns problems for weights that the file lacks, has in another shape, or has beyond the graph's; a weight with a
 * problem is not in the plan.
 */
export function planCheckpoint(plan: WeightPlan, tree: InstanceTree, checkpoint: Checkpoint): WeightPlan {
  const { entries, hash, name, prefix = '' } = checkpoint;
  const recipes = new Map<string, WeightRecipe>();
  const problems: Problem[] = [...plan.problems];
  const missing: WeightRecipe[] = [];
  for (const recipe of plan.recipes.values()) {
    const entry = entries.get(prefix + recipe.path);
    if (!entry) missing.push(recipe);
    else if (entry.shape.join() !== recipe.shape.join()) problems.push(wrongShape(tree, recipe, entry.shape, name));
    else {
      const from = { kind: 'file', entry: prefix + recipe.path } as const;
      recipes.set(recipe.path, { ...recipe, key: recipeKey('checkpoint', [hash, from.entry]), from });
    }
  }
  const unexpected = [...entries.keys()].filter(
    (entry) => entry.startsWith(prefix) && !plan.recipes.has(entry.slice(prefix.length)),
  );
  if (missing.length > 0) {
    problems.push(
      misfit(tree, missing[0]!, 'weights.missing', `${name} lacks ${list(missing.map(({ path }) => path))}`),
    );
  }
  if (unexpected.length > 0) {
    problems.push({
      code: 'weights.unexpected',
      severity: 'error',
      message: `${name} has ${list(unexpected)}, which the graph has no place for`,
      place: {},
    });
  }
  return { recipes, problems };
}

function wrongShape(tree: InstanceTree, recipe: WeightRecipe, shape: readonly number[], name: string): Problem {
  const message = `${name} has ${recipe.path} as [${shape.join(', ')}]; the graph's is [${recipe.shape.join(', ')}]`;
  return misfit(tree, recipe, 'weights.shape', message);
}

function misfit(tree: InstanceTree, { owner }: WeightRecipe, code: string, message: string): Problem {
  return { code, severity: 'error', message, place: { ...tree.byPath.get(owner)?.place, path: owner } };
}

/** `3 weights: a, b and c`, shortened where they are many. */
function list(names: readonly string[]): string {
  if (names.length === 1) return `the weight ${names[0]}`;
  const shown = names.slice(0, MOST_NAMES).join(', ');
  const more = names.length - MOST_NAMES;
  return `${names.length} weights: ${shown}${more > 0 ? ` and ${more} more` : ''}`;
}
