/**
 * Weights from a checkpoint: every weight of the graph by its `state_dict` key, or by what rules make of the checkpoint's
 * names; all of them and no others, as PyTorch's strict loading.
 */
import { messageLine } from '../graph/error-text.ts';
import type { InstanceTree } from '../graph/instance.ts';
import type { Problem } from '../graph/problems.ts';
import { recipeKey } from './recipe-key.ts';
import { rename, type RenamingRule } from './renaming.ts';
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
  /** How entries are called in the graph, after the prefix is taken away; those that they leave out are not looked at. */
  readonly rules?: readonly RenamingRule[];
}

/** At most so many names stand in a message. */
const MOST_NAMES = 5;

/** A weight of the graph and the entry that is meant for it. */
export interface PlacedWeight extends WeightShape {
  readonly entry: string;
}

/** Which weights of a graph a checkpoint has. */
export interface CheckpointFit {
  readonly matched: readonly PlacedWeight[];
  readonly missing: readonly WeightShape[];
  readonly wrongShape: readonly PlacedWeight[];
  /** Names of entries that the graph has no place for. */
  readonly unexpected: readonly string[];
  /** Names of entries that the rules give the name of one before them. */
  readonly clashing: readonly string[];
}

export function checkpointFit(weights: Iterable<WeightShape>, checkpoint: Checkpoint): CheckpointFit {
  const [matched, wrongShape]: PlacedWeight[][] = [[], []];
  const missing: WeightShape[] = [];
  const { byPath, clashing } = placesOf(checkpoint);
  for (const weight of weights) {
    const entry = byPath.get(weight.path);
    byPath.delete(weight.path);
    if (entry === undefined) missing.push(weight);
    else if (checkpoint.entries.get(entry)!.shape.join() === weight.shape.join()) matched!.push({ ...weight, entry });
    else wrongShape!.push({ ...weight, entry });
  }
  return { matched: matched!, missing, wrongShape: wrongShape!, unexpected: [...byPath.values()], clashing };
}

/** Entries by the paths that they have in a graph. */
function placesOf({ entries, prefix = '', rules = [] }: Checkpoint) {
  const byPath = new Map<string, string>();
  const clashing: string[] = [];
  for (const entry of entries.keys()) {
    const path = entry.startsWith(prefix) ? rename(entry.slice(prefix.length), rules) : null;
    if (path === null) continue;
    if (byPath.has(path)) clashing.push(entry);
    else byPath.set(path, entry);
  }
  return { byPath, clashing };
}

/**
 * The plan with every weight taken from the checkpoint.
 * @returns problems for weights that the file lacks, has in another shape, or has beyond the graph's; a weight with a
 * problem is not in the plan.
 */
export function planCheckpoint(plan: WeightPlan, tree: InstanceTree, checkpoint: Checkpoint): WeightPlan {
  const fit = checkpointFit(plan.recipes.values(), checkpoint);
  const recipes = fit.matched.map(({ path, entry }): [string, WeightRecipe] => {
    const key = recipeKey('checkpoint', [checkpoint.hash, entry]);
    return [path, { ...plan.recipes.get(path)!, key, from: { kind: 'file', entry } }];
  });
  return { recipes: new Map(recipes), problems: [...plan.problems, ...fitProblems(fit, tree, checkpoint)] };
}

/**
 * What keeps a checkpoint from being this graph's: weights in another shape, at their nodes; weights that it lacks, at
 * the nodes that own them; and what it has beyond the graph's.
 */
export function fitProblems(
  { missing, wrongShape, unexpected, clashing }: CheckpointFit,
  tree: InstanceTree,
  { entries, name }: Checkpoint,
): readonly Problem[] {
  // One for each node as it is written, however many layers there are of it.
  const byNode = <T extends WeightShape>(weights: readonly T[]) =>
    Map.groupBy(weights, ({ owner }) => JSON.stringify(tree.byPath.get(owner)?.place)).values();
  const problems: Problem[] = [];
  for (const [first, ...others] of byNode(wrongShape)) {
    const shapes = [entries.get(first!.entry)!.shape, first!.shape].map((shape) => `[${shape.join(', ')}]`);
    const more = others.length > 0 ? `; so it is with ${others.length} more` : '';
    const called = first!.entry.endsWith(first!.path) ? '' : `, there ${messageLine(first!.entry)},`;
    const message = `${name} has ${first!.path}${called} as ${shapes[0]}; the graph's is ${shapes[1]}${more}`;
    problems.push(misfit(tree, first!, 'weights.shape', message));
  }
  for (const lacking of byNode(missing)) {
    const message = `${name} lacks ${list(lacking.map(({ path }) => path))}`;
    problems.push(misfit(tree, lacking[0]!, 'weights.missing', message));
  }
  if (clashing.length > 0) {
    problems.push({
      code: 'weights.clash',
      severity: 'error',
      message: `the rules give ${list(clashing)} of ${name} a name that another has already`,
      place: { path: '' },
    });
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

/** `3 weights: a, b and c`, shortened where they are many; what a file calls them stays one line. */
function list(names: readonly string[]): string {
  if (names.length === 1) return `the weight ${messageLine(names[0]!)}`;
  const shown = names.slice(0, MOST_NAMES).map(messageLine).join(', ');
  const more = names.length - MOST_NAMES;
  return `${names.length} weights: ${shown}${more > 0 ? ` and ${more} more` : ''}`;
}
