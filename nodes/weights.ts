/**
 * The weights of a graph: which there are, where each stands in the draw from the seed, and the drawing. Planning draws
 * nothing; a recipe's key says what its numbers are, so that only those that nobody has kept are ever drawn.
 */
import { sha256 } from '../gpu/ir/sha256.ts';
import { elementCount } from '../gpu/ir/types.ts';
import { START, TorchGenerator, type DrawPlace, type GeneratorState } from '../gpu/random/generator.ts';
import { advance, draw, type Initializer } from '../gpu/random/initializers.ts';
import { portPath, type InstancePath, type InstanceTree, type LeafInstance } from '../graph/instance.ts';
import type { Problem } from '../graph/problems.ts';
import type { WeightDefinition } from './definition.ts';
import { NODES, type NodeRegistry } from './registry.ts';

/** How the numbers of one weight come about. */
export interface WeightRecipe {
  /** Its `state_dict` key. */
  readonly path: string;
  /** Path of the node that owns it. */
  readonly owner: InstancePath;
  /** Equal keys mean equal numbers. */
  readonly key: string;
  readonly shape: readonly number[];
  readonly from:
    | { readonly kind: 'drawn'; readonly seed: number; readonly place: DrawPlace; readonly initializer: Initializer }
    /** The tensor of this name in the checkpoint. */
    | { readonly kind: 'file'; readonly entry: string };
}

export interface WeightPlan {
  /** By `state_dict` key, in construction order. */
  readonly recipes: ReadonlyMap<string, WeightRecipe>;
  /** Weights that are shared and do not fit, or that a checkpoint lacks. */
  readonly problems: readonly Problem[];
}

const KEY_DIGITS = 32;

/**
 * Walks the leaves in construction order, as PyTorch's constructors draw. A node that shares another's weights draws
 * nothing; the layers of a stack of copies have the numbers of the first.
 */
export function planWeights(tree: InstanceTree, seed: number, registry: NodeRegistry = NODES): WeightPlan {
  const recipes = new Map<string, WeightRecipe>();
  const problems: Problem[] = [];
  const definitionsOf = (leaf: LeafInstance): readonly WeightDefinition[] =>
    tree.blocked.has(leaf.path) ? [] : (registry.get(leaf.type)?.weights?.(leaf.params) ?? []);
  const originals = copiedLayers(tree);

  let place: DrawPlace = START;
  for (const leaf of tree.construction) {
    if (leaf.weightPath !== leaf.path) continue;
    const original = originalOf(leaf.path, originals);
    for (const { name, shape, initializer, discarded } of definitionsOf(leaf)) {
      const path = portPath(leaf.path, name);
      const copied = original === undefined ? undefined : recipes.get(portPath(original, name));
      if (copied) recipes.set(path, { ...copied, path, owner: leaf.path });
      if (original !== undefined) continue;
      if (!discarded) {
        const key = keyOf(seed, place, initializer, shape);
        recipes.set(path, { path, owner: leaf.path, key, shape, from: { kind: 'drawn', seed, place, initializer } });
      }
      place = advance(place, initializer, elementCount(shape));
    }
  }
  for (const leaf of tree.construction) {
    if (leaf.weightPath === leaf.path) continue;
    const problem = sharedMisfit(leaf, definitionsOf(leaf), recipes);
    if (problem) problems.push(problem);
  }
  return { recipes, problems };
}

/** What the numbers follow from; a constant follows from neither seed nor place. */
function keyOf(seed: number, place: DrawPlace, initializer: Initializer, shape: readonly number[]): string {
  const drawn = initializer.kind === 'constant' ? [] : [seed, place.word, place.pendingPair];
  return sha256(JSON.stringify([initializer, shape, ...drawn]), KEY_DIGITS);
}

/** For each layer of a stack of copies but the first: the first layer's path. */
function copiedLayers(tree: InstanceTree): ReadonlyMap<InstancePath, InstancePath> {
  const originals = new Map<InstancePath, InstancePath>();
  for (const instance of tree.byPath.values()) {
    if (instance.kind !== 'stack' || !instance.copies) continue;
    const [first, ...others] = instance.layers;
    for (const layer of others) originals.set(layer.path, first!.path);
  }
  return originals;
}

/** The leaf whose numbers this one copies; copies may be nested. */
function originalOf(path: InstancePath, originals: ReadonlyMap<InstancePath, InstancePath>): InstancePath | undefined {
  let original = path;
  for (let end = original.indexOf('.'); end !== -1; end = original.indexOf('.', end + 1)) {
    const first = originals.get(original.slice(0, end));
    if (first === undefined) continue;
    original = first + original.slice(end);
    end = first.length;
  }
  return original === path ? undefined : original;
}

function sharedMisfit(
  leaf: LeafInstance,
  definitions: readonly WeightDefinition[],
  recipes: ReadonlyMap<string, WeightRecipe>,
): Problem | undefined {
  for (const { name, shape, discarded } of definitions) {
    if (discarded) continue;
    const shared = recipes.get(portPath(leaf.weightPath, name));
    const place = { ...leaf.place, path: leaf.path };
    if (!shared) {
      const message = `${leaf.weightPath} has no ${name} to share`;
      return { code: 'weights.share', severity: 'error', message, place };
    }
    if (shared.shape.join() === shape.join()) continue;
    const message =
      `the shared ${name} of ${leaf.weightPath} is [${shared.shape.join(', ')}], and [${shape.join(', ')}] is wanted; ` +
      'give both the same parameters';
    return { code: 'weights.share', severity: 'error', message, place };
  }
  return undefined;
}

/** The numbers of these weights by `state_dict` key, drawn one after the other. */
export function drawWeights(recipes: Iterable<WeightRecipe>): Map<string, Float32Array> {
  const drawer = new WeightDrawer();
  return new Map(Array.from(recipes, (recipe) => [recipe.path, drawer.draw(recipe)]));
}

/**
 * Draws weights in any order. The generator's state before and after each is kept (2.5 KB), so that an edit redraws from
 * where it acts; another seed starts anew.
 */
export class WeightDrawer {
  #seed: number | undefined;
  /** By words drawn before. */
  #states = new Map<number, GeneratorState>();

  /**
   * The numbers of one weight, row-major.
   * @throws {TypeError} for a weight from a checkpoint, whose numbers the caller reads from the file.
   */
  draw({ path, shape, from }: WeightRecipe): Float32Array {
    if (from.kind === 'file') throw new TypeError(`${path} is in a checkpoint: it is read, not drawn`);
    if (from.initializer.kind === 'constant') return draw(new TorchGenerator(0), elementCount(shape), from.initializer);
    const generator = this.#generatorAt(from.seed, from.place);
    const values = draw(generator, elementCount(shape), from.initializer);
    this.#keep(generator);
    return values;
  }

  #generatorAt(seed: number, place: DrawPlace): TorchGenerator {
    if (seed !== this.#seed) {
      this.#seed = seed;
      this.#states = new Map();
    }
    const generator = this.#before(seed, place.pendingPair ?? place.word);
    generator.moveTo(place);
    this.#keep(generator);
    return generator;
  }

  /** A generator at the last known state that is not beyond this word. */
  #before(seed: number, word: number): TorchGenerator {
    let nearest: GeneratorState | undefined;
    for (const state of this.#states.values()) {
      if (state.place.word <= word && state.place.word > (nearest?.place.word ?? -1)) nearest = state;
    }
    return nearest ? TorchGenerator.restored(nearest) : new TorchGenerator(seed);
  }

  #keep(generator: TorchGenerator): void {
    this.#states.set(generator.place.word, generator.snapshot());
  }
}
