/**
 * The weights of a graph: which there are, where each stands in the draw from the seed, and the drawing. Planning draws
 * nothing; a recipe's key says what its numbers are, so that only those that nobody has kept are ever drawn.
 */
import { elementCount } from '../gpu/ir/types.ts';
import { START, TorchGenerator, type DrawPlace, type GeneratorState } from '../gpu/random/generator.ts';
import { advance, draw, type Initializer } from '../gpu/random/initializers.ts';
import type { InstancePath, InstanceTree, LeafInstance } from '../graph/instance.ts';
import type { Problem } from '../graph/problems.ts';
import { stateDictKey, type WeightDefinition } from './definition.ts';
import { recipeKey } from './recipe-key.ts';
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

/**
 * Walks the leaves in construction order, as PyTorch's constructors draw, connected or not: a wire that is pulled out
 * redraws nothing. A node that shares another's weights draws nothing; the layers of a stack of copies have the numbers
 * of the first.
 */
export function planWeights(tree: InstanceTree, seed: number, registry: NodeRegistry = NODES): WeightPlan {
  const recipes = new Map<string, WeightRecipe>();
  const originals = copiedLayers(tree);

  let place: DrawPlace = START;
  for (const leaf of tree.construction) {
    if (leaf.weightPath !== leaf.path) continue;
    const original = originalOf(leaf.path, originals);
    for (const weight of weightsOf(leaf, registry)) {
      const { shape, initializer, discarded } = weight;
      const path = stateDictKey(leaf.path, weight);
      // A draw that is thrown away may share its name with the weight that stays.
      const copied = original === undefined || discarded ? undefined : recipes.get(stateDictKey(original, weight));
      if (copied) recipes.set(path, { ...copied, path, owner: leaf.path });
      if (original !== undefined) continue;
      if (!discarded) {
        const key = keyOf(seed, place, initializer, shape);
        recipes.set(path, { path, owner: leaf.path, key, shape, from: { kind: 'drawn', seed, place, initializer } });
      }
      place = advance(place, initializer, elementCount(shape));
    }
  }
  return { recipes, problems: shareProblems(tree, registry) };
}

/** A weight of the graph, before anything says what its numbers are. */
export type WeightShape = Pick<WeightRecipe, 'path' | 'owner' | 'shape'>;

/** The weights that a plan has recipes for, those of nodes with a problem left out. */
export function weightShapes(tree: InstanceTree, registry: NodeRegistry = NODES): readonly WeightShape[] {
  return tree.construction
    .filter(({ path, weightPath }) => weightPath === path && !tree.blocked.has(path))
    .flatMap((leaf) =>
      weightsOf(leaf, registry)
        .filter(({ discarded }) => !discarded)
        .map((weight) => ({ path: stateDictKey(leaf.path, weight), owner: leaf.path, shape: weight.shape })),
    );
}

/** Nodes that share weights which their owner does not have, or has in another shape. */
export function shareProblems(tree: InstanceTree, registry: NodeRegistry = NODES): readonly Problem[] {
  return tree.construction
    .filter(({ path, weightPath }) => weightPath !== path)
    .flatMap((leaf) => {
      const owner = tree.byPath.get(leaf.weightPath);
      // A problem that either of them has comes first: it may be why they differ.
      if (owner?.kind !== 'leaf' || tree.blocked.has(leaf.path) || tree.blocked.has(owner.path)) return [];
      return misfits(leaf, owner, registry);
    });
}

function weightsOf({ type, params }: LeafInstance, registry: NodeRegistry): readonly WeightDefinition[] {
  return registry.get(type)?.weights?.(params) ?? [];
}

/** What the numbers follow from; a constant follows from neither seed nor place. */
function keyOf(seed: number, place: DrawPlace, initializer: Initializer, shape: readonly number[]): string {
  const drawn = initializer.kind === 'constant' ? [] : [seed, place.word, place.pendingPair];
  return recipeKey('weight', [initializer, shape, ...drawn]);
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

function misfits(leaf: LeafInstance, owner: LeafInstance, registry: NodeRegistry): Problem[] {
  const owned = new Map(
    weightsOf(owner, registry)
      .filter(({ discarded }) => !discarded)
      .map(({ name, shape }) => [name, shape]),
  );
  const problem = (message: string): Problem => {
    return { code: 'weights.share', severity: 'error', message, place: { ...leaf.place, path: leaf.path } };
  };
  for (const { name, shape, discarded } of weightsOf(leaf, registry)) {
    const shared = owned.get(name);
    if (discarded || shared?.join() === shape.join()) continue;
    if (!shared) return [problem(`${owner.path} has no ${name} to share`)];
    const [has, wants] = [shared, shape].map((sizes) => `[${sizes.join(', ')}]`);
    return [problem(`${name} of ${owner.path} is ${has}, and ${wants} is wanted; give both nodes the same parameters`)];
  }
  return [];
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
