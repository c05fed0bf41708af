/**
 * How the numbers of two models differ: weights by their owners, and what every port carries, on the same inputs. What
 * has the same recipe in both has the same numbers and is not computed: equal weights are given equal keys before that.
 */
import { valueKeys } from '../../gpu/ir/key.ts';
import { elementCount, type Graph, type TensorType, type ValueId } from '../../gpu/ir/types.ts';
import { runPasses } from '../../gpu/passes/pipeline.ts';
import { portPath, type InstancePath, type InstanceTree, type PortPath } from '../../graph/instance.ts';
import { pairInstances } from '../../graph/pair-instances.ts';
import type { PortType } from '../../graph/signature.ts';
import { lower } from '../../nodes/lower.ts';
import { NODES } from '../../nodes/registry.ts';
import type { WeightRecipe } from '../../nodes/weights.ts';
import type { ExportSource, LeafWords } from '../target.ts';
import type { ComputedTensor } from '../values.ts';
import type { ComputesGraphs } from './compute-named.ts';
import { distanceBetween, NO_MEASURE, type Distance } from './distance.ts';

/** What is compared: a graph and where its numbers come from. Nodes with problems are left out. */
export type ComparedModel = Pick<ExportSource, 'tree' | 'inference' | 'weights' | 'sources' | 'leaf'>;

export interface Difference extends Distance {
  /** A weight's `state_dict` path or a port's, in the second model. */
  readonly name: string;
  readonly shape: readonly number[];
  /** In the first model, where it is another: nothing is measured then. */
  readonly shapeBefore?: readonly number[];
}

export interface WeightDifference extends Difference {
  /** Path of the node that owns it. */
  readonly owner: InstancePath;
}

export interface ValueDifference extends Difference {
  /** Path of the instance whose output it is; empty for the outputs of the main module. */
  readonly path: InstancePath;
}

export interface ModelDifferences {
  /** In the order of construction. */
  readonly weights: readonly WeightDifference[];
  /**
   * Outputs of leaves in the order of execution, the main module's outputs, then those of modules and stacks, which are the
   * same values again.
   */
  readonly values: readonly ValueDifference[];
  /** Sources of the first model that could not be given the second one's inputs: their own were used. */
  readonly ownInputs: readonly InstancePath[];
}

export interface CompareOptions {
  readonly signal?: AbortSignal;
  /**
   * So many of all steps are done; a step is the comparison of the weights, which is told in parts, or one computation.
   * How many of those there will be is known once the weights are compared.
   */
  readonly onStep?: (done: number, total: number) => void;
  /** At most so many bytes of each model's values are held at once, but for a larger single one. */
  readonly mostBytes?: number;
}

/** Enough for all values of most models; beyond it they are computed in several runs. */
const MOST_BYTES = 256 * 1024 * 1024;

/** The weights, and one computation of each model. */
const LEAST_STEPS = 3;

/** @throws what the device throws; what `signal` was aborted with. */
export async function compareModels(
  before: ComparedModel,
  after: ComparedModel,
  device: ComputesGraphs,
  { signal, onStep, mostBytes = MOST_BYTES }: CompareOptions = {},
): Promise<ModelDifferences> {
  const pairs = pairInstances(before.tree, after.tree);
  const { differences: weights, sameKeys } = await compareWeights(before, after, pairs, (part) => {
    onStep?.(part, LEAST_STEPS);
    signal?.throwIfAborted();
  });
  const { keys, taken, own } = sharedSources(before, after, pairs);
  const lowered = [
    lower(before.tree, before.inference, { weights: before.weights.recipes, sources: keys }),
    lower(after.tree, after.inference, { weights: withKeys(after, sameKeys), sources: after.sources.keys }),
  ] as const;
  const valueKeysOf = lowered.map(({ graph }) => valueKeys(graph));

  const values: ValueDifference[] = [];
  /** Ports whose values have to be computed, by the pair of values. */
  const open = new Map<string, Pair>();
  for (const { path, name } of portsOf(after.tree)) {
    const partner = path === '' ? name : beforeName(path, name, pairs);
    const [was, is] = [partner === null ? undefined : lowered[0].outputs.get(partner), lowered[1].outputs.get(name)];
    if (was === undefined || is === undefined || valueKeysOf[0]!.get(was) === valueKeysOf[1]!.get(is)) continue;
    const [typeBefore, type] = [lowered[0].graph.types.get(was)!, lowered[1].graph.types.get(is)!];
    const place = values.length;
    values.push({ path, name, shape: type.shape, ...NO_MEASURE, shapeBefore: typeBefore.shape });
    if (!isSameType(typeBefore, type)) continue;
    const pair = open.get(`${was} ${is}`) ?? { was, is, type, places: [] };
    pair.places.push(place);
    open.set(`${was} ${is}`, pair);
  }

  const groups = grouped([...open.values()], mostBytes);
  const total = 1 + 2 * groups.length;
  const leafBefore: ExportSource['leaf'] = (kind, name) =>
    kind === 'input' && taken.has(name) ? after.leaf(kind, taken.get(name)!) : before.leaf(kind, name);
  for (const [index, group] of groups.entries()) {
    const computed: ReadonlyMap<string, ComputedTensor>[] = [];
    for (const side of [0, 1] as const) {
      onStep?.(1 + 2 * index + side, total);
      signal?.throwIfAborted();
      const graph = withOutputs(
        lowered[side].graph,
        group.map((pair) => (side === 0 ? pair.was : pair.is)),
      );
      const { tensors } = await device.compute(runPasses(graph), side === 0 ? leafBefore : after.leaf);
      computed.push(new Map(tensors.map((tensor) => [tensor.name, tensor])));
    }
    for (const [at, { places }] of group.entries()) {
      const [was, is] = computed.map((tensors) => tensors.get(nameAt(at))!.data) as [LeafWords, LeafWords];
      const distance = distanceBetween(was, is);
      for (const place of places) {
        const { shapeBefore: _, ...value } = values[place]!;
        values[place] = { ...value, ...distance };
      }
    }
  }
  onStep?.(total, total);
  return { weights, values: values.filter(({ maxAbs }) => maxAbs > 0), ownInputs: own };
}

interface Pair {
  readonly was: ValueId;
  readonly is: ValueId;
  readonly type: TensorType;
  /** Of the ports that carry it, in the list of values. */
  readonly places: number[];
}

/** Weights that differ; and for those that do not, though their recipes do, the first model's keys by the second's paths. */
async function compareWeights(
  before: ComparedModel,
  after: ComparedModel,
  pairs: ReadonlyMap<InstancePath, InstancePath>,
  onPart: (part: number) => void,
): Promise<{ readonly differences: readonly WeightDifference[]; readonly sameKeys: ReadonlyMap<string, string> }> {
  const differences: WeightDifference[] = [];
  const sameKeys = new Map<string, string>();
  const recipes = [...after.weights.recipes.values()];
  for (const [index, { path, owner, shape, key }] of recipes.entries()) {
    const owned = pairs.get(owner);
    const was = owned === undefined ? undefined : before.weights.recipes.get(owned + path.slice(owner.length));
    if (!was || was.key === key) continue;
    if (was.shape.join() !== shape.join()) {
      differences.push({ owner, name: path, shape, shapeBefore: was.shape, ...NO_MEASURE });
      continue;
    }
    onPart(index / recipes.length);
    const distance = distanceBetween(await before.leaf('weight', was.path), await after.leaf('weight', path));
    if (distance.maxAbs === 0) sameKeys.set(path, was.key);
    else differences.push({ owner, name: path, shape, ...distance });
  }
  return { differences, sameKeys };
}

function withKeys(
  { weights }: ComparedModel,
  keys: ReadonlyMap<string, string>,
): ReadonlyMap<string, Pick<WeightRecipe, 'path' | 'key' | 'shape'>> {
  return new Map(
    Array.from(weights.recipes, ([path, recipe]) => [path, { ...recipe, key: keys.get(path) ?? recipe.key }]),
  );
}

/** The first model's sources: keys with the second's numbers wherever those fit, and whose they are. */
function sharedSources(before: ComparedModel, after: ComparedModel, pairs: ReadonlyMap<InstancePath, InstancePath>) {
  const keys = new Map(before.sources.keys);
  /** By path in the first model, the path in the second. */
  const taken = new Map<InstancePath, InstancePath>();
  for (const [path, partner] of pairs) {
    const key = after.sources.keys.get(path);
    if (key === undefined || !isSource(before.tree, partner)) continue;
    if (typesOf(before, partner) !== typesOf(after, path)) continue;
    keys.set(partner, key);
    taken.set(partner, path);
  }
  const own = [...before.sources.keys.keys()].filter((path) => !taken.has(path));
  return { keys, taken, own };
}

function isSource(tree: InstanceTree, path: InstancePath): boolean {
  const instance = tree.byPath.get(path);
  return instance?.kind === 'leaf' && NODES.get(instance.type)?.source !== undefined;
}

/** Shapes and element types of a leaf's outputs, as text. */
function typesOf({ tree, inference }: ComparedModel, path: InstancePath): string {
  const instance = tree.byPath.get(path);
  const outputs = instance?.kind === 'leaf' ? (NODES.get(instance.type)?.outputs ?? []) : [];
  const told = (type: PortType | undefined) => type && [type.dtype, type.dims.map(({ size }) => size)];
  return JSON.stringify(outputs.map(({ name }) => told(inference.outputs.get(portPath(path, name)))));
}

function beforeName(path: InstancePath, name: PortPath, pairs: ReadonlyMap<InstancePath, InstancePath>): string | null {
  const partner = pairs.get(path);
  return partner === undefined ? null : partner + name.slice(path.length);
}

/** Every output there is: of leaves as they are executed, of the main module, of modules and stacks. */
function portsOf(tree: InstanceTree): readonly { readonly path: InstancePath; readonly name: PortPath }[] {
  const leaves = tree.execution.flatMap(({ path, type }) =>
    (NODES.get(type)?.outputs ?? []).map(({ name }) => ({ path, name: portPath(path, name) })),
  );
  const modules = [...tree.byPath.values()].flatMap((instance) =>
    instance.kind === 'leaf' || instance.path === ''
      ? []
      : Object.keys(instance.outputs).map((name) => ({ path: instance.path, name: portPath(instance.path, name) })),
  );
  return [...leaves, ...Object.keys(tree.root.outputs).map((name) => ({ path: '', name })), ...modules];
}

function isSameType(a: TensorType, b: TensorType): boolean {
  return a.dtype === b.dtype && a.shape.join() === b.shape.join();
}

/** In order, each with no more than so many bytes. */
function grouped(pairs: readonly Pair[], mostBytes: number): readonly (readonly Pair[])[] {
  const groups: Pair[][] = [];
  let bytes = Infinity;
  for (const pair of pairs) {
    const size = 4 * elementCount(pair.type.shape);
    if (bytes + size > mostBytes) {
      groups.push([]);
      bytes = 0;
    }
    groups.at(-1)!.push(pair);
    bytes += size;
  }
  return groups;
}

function withOutputs(graph: Graph, values: readonly ValueId[]): Graph {
  return { ...graph, outputs: values.map((value, index) => ({ name: nameAt(index), value, kind: 'tap' as const })) };
}

/** Of a group's value: two ports may carry it. */
function nameAt(index: number): string {
  return `value ${index}`;
}
