/** Weights from a checkpoint: every weight of the graph by its `state_dict` key, all of them and no others, as PyTorch's strict loading. */
import type { InstanceTree } from '../graph/instance.ts';
import type { Problem } from '../graph/problems.ts';
import { recipeKey } from './recipe-key.ts';
import type { WeightPlan, WeightRecipe, WeightShape } from './weights.ts';

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

/** Which weights of a graph a checkpoint has. */
export interface CheckpointFit {
  readonly matched: readonly WeightShape[];
  readonly missing: readonly WeightShape[];
  readonly wrongShape: readonly WeightShape[];
  /** Names of entries that the graph has no place for. */
  readonly unexpected: readonly string[];
}

export function checkpointFit(weights: Iterable<WeightShape>, { entries, prefix = '' }: Checkpoint): CheckpointFit {
  const [matched, missing, wrongShape]: WeightShape[][] = [[], [], []];
  const left = new Set([...entries.keys()].filter((entry) => entry.startsWith(prefix)));
  for (const weight of weights) {
    const entry = entries.get(prefix + weight.path);
    left.delete(prefix + weight.path);
    if (!entry) missing!.push(weight);
    else if (entry.shape.join() === weight.shape.join()) matched!.push(weight);
    else wrongShape!.push(weight);
  }
  return { matched: matched!, missing: missing!, wrongShape: wrongShape!, unexpected: [...left] };
}

/**
 * The plan with every weight taken from the checkpoint.
 * @returns problems for weights that the file lacks, has in another shape, or has beyond the graph's; a weight with a
 * problem is not in the plan.
 */
export function planCheckpoint(plan: WeightPlan, tree: InstanceTree, checkpoint: Checkpoint): WeightPlan {
  const { hash, prefix = '' } = checkpoint;
  const fit = checkpointFit(plan.recipes.values(), checkpoint);
  const recipes = fit.matched.map(({ path }): [string, WeightRecipe] => {
    const from = { kind: 'file', entry: prefix + path } as const;
    const key = recipeKey('checkpoint', [hash, from.entry]);
    return [path, { ...plan.recipes.get(path)!, key, from }];
  });
  return { recipes: new Map(recipes), problems: [...plan.problems, ...fitProblems(fit, tree, checkpoint)] };
}

/**
 * What keeps a checkpoint from being this graph's: weights in another shape, at their nodes; weights that it lacks, at
 * the nodes that own them; and what it has beyond the graph's.
 */
export function fitProblems(
  { missing, wrongShape, unexpected }: CheckpointFit,
  tree: InstanceTree,
  { entries, name, prefix = '' }: Checkpoint,
): readonly Problem[] {
  // One for each node as it is written, however many layers there are of it.
  const byNode = (weights: readonly WeightShape[]) =>
    Map.groupBy(weights, ({ owner }) => JSON.stringify(tree.byPath.get(owner)?.place)).values();
  const problems: Problem[] = [];
  for (const [first, ...others] of byNode(wrongShape)) {
    const shapes = [entries.get(prefix + first!.path)!.shape, first!.shape].map((shape) => `[${shape.join(', ')}]`);
    const more = others.length > 0 ? `; so it is with ${others.length} more` : '';
    const message = `${name} has ${first!.path} as ${shapes[0]}; the graph's is ${shapes[1]}${more}`;
    problems.push(misfit(tree, first!, 'weights.shape', message));
  }
  for (const lacking of byNode(missing)) {
    const message = `${name} lacks ${list(lacking.map(({ path }) => path))}`;
    problems.push(misfit(tree, lacking[0]!, 'weights.missing', message));
  }
  // What belongs to a node with a problem is not too much.
  if (unexpected.length > 0 && tree.blocked.size === 0) {
    problems.push({
      code: 'weights.unexpected',
      severity: 'error',
      message: `${name} has ${list(unexpected)}, which the graph has no place for`,
      place: { path: '' },
    });
  }
  return problems;
}

function misfit(tree: InstanceTree, { owner }: WeightShape, code: string, message: string): Problem {
  return { code, severity: 'error', message, place: { ...tree.byPath.get(owner)?.place, path: owner } };
}

/** `3 weights: a, b and c`, shortened where they are many. */
function list(names: readonly string[]): string {
  if (names.length === 1) return `the weight ${names[0]}`;
  const shown = names.slice(0, MOST_NAMES).join(', ');
  const more = names.length - MOST_NAMES;
  return `${names.length} weights: ${shown}${more > 0 ? ` and ${more} more` : ''}`;
}
