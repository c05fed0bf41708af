/** What a graph costs, per instance and in all: parameters, floating point operations, bytes of activations. */
import { elementCount, type Graph, type Operation } from '../gpu/ir/types.ts';
import { OPS } from '../gpu/ops/registry.ts';
import {
  portPath,
  type Inference,
  type InstancePath,
  type InstanceTree,
  type LeafInstance,
} from '../graph/instance.ts';
import { lower, type WeightLeaf } from './lower.ts';
import { NODES, type NodeRegistry } from './registry.ts';

export interface Cost {
  /** Numbers in the weights that are used, shared ones once. */
  readonly parameters: number;
  /** Of one run; a multiply-add counts as two. */
  readonly flops: number;
  /** Bytes of every value computed in one run, as if all were kept. */
  readonly activationBytes: number;
}

export interface GraphCost extends Cost {
  /** Leaves, modules and stacks; what was not lowered because of a problem costs nothing. */
  readonly byPath: ReadonlyMap<InstancePath, Cost>;
}

const BYTES_PER_ELEMENT = 4;

/** The costs of a tree whose shapes are known, of whatever part of it has shapes. */
export function graphCost(tree: InstanceTree, inference: Inference, registry: NodeRegistry = NODES): GraphCost {
  const weights = weightShapes(tree, registry);
  const sources = new Map(tree.construction.map(({ path }) => [path, '']));
  const { graph } = lower(tree, inference, { weights, sources, registry });

  const tallies = new Map<InstancePath, Tally>();
  for (const leaf of tree.construction) addParameters(leaf, weights, registry, tallies);
  for (const operation of graph.operations) addOperation(operation, graph, tallies);

  const costs = new Map([...tallies].map(([path, tally]) => [path, costOf(tally)]));
  const total = costs.get('') ?? { parameters: 0, flops: 0, activationBytes: 0 };
  return { ...total, byPath: costs };
}

interface Tally {
  /** Element counts by `state_dict` path. */
  readonly weights: Map<string, number>;
  flops: number;
  activationBytes: number;
}

function costOf({ weights, flops, activationBytes }: Tally): Cost {
  const parameters = weights.values().reduce((sum, count) => sum + count, 0);
  return { parameters, flops, activationBytes };
}

/** Every weight by path with its shape; keys do not matter to cost. */
function weightShapes(tree: InstanceTree, registry: NodeRegistry): Map<string, WeightLeaf> {
  const weights = new Map<string, WeightLeaf>();
  for (const leaf of tree.construction) {
    if (tree.blocked.has(leaf.path)) continue;
    for (const { name, shape, discarded } of registry.get(leaf.type)?.weights?.(leaf.params) ?? []) {
      const path = portPath(leaf.weightPath, name);
      if (!discarded) weights.set(path, { path, key: '', shape });
    }
  }
  return weights;
}

function addParameters(
  leaf: LeafInstance,
  weights: ReadonlyMap<string, WeightLeaf>,
  registry: NodeRegistry,
  tallies: Map<InstancePath, Tally>,
): void {
  for (const { name } of registry.get(leaf.type)?.weights?.(leaf.params) ?? []) {
    const weight = weights.get(portPath(leaf.weightPath, name));
    if (!weight) continue;
    for (const path of ancestry(leaf.path)) tallyOf(tallies, path).weights.set(weight.path, elementCount(weight.shape));
  }
}

function addOperation(
  { op, inputs, attributes, results, origin }: Operation,
  graph: Graph,
  tallies: Map<InstancePath, Tally>,
): void {
  const record = OPS.get(op)!;
  const flops = record.flops(
    inputs.map((input) => graph.types.get(input)!),
    attributes,
  );
  // Movement is index arithmetic in the reader, and leaves are given: neither makes a value of its own.
  const stored = record.wgsl.kind !== 'movement' && record.wgsl.kind !== 'leaf';
  const elements = results.reduce((sum, result) => sum + elementCount(graph.types.get(result)!.shape), 0);
  for (const path of ancestry(origin)) {
    const tally = tallyOf(tallies, path);
    tally.flops += flops;
    if (stored) tally.activationBytes += elements * BYTES_PER_ELEMENT;
  }
}

/** A path, and the paths of everything that it is inside of, up to the root. */
function ancestry(path: InstancePath): InstancePath[] {
  const paths = [path];
  for (let end = path.lastIndexOf('.'); end !== -1; end = path.lastIndexOf('.', end - 1))
    paths.push(path.slice(0, end));
  if (path !== '') paths.push('');
  return paths;
}

function tallyOf(tallies: Map<InstancePath, Tally>, path: InstancePath): Tally {
  const known = tallies.get(path);
  if (known) return known;
  const tally: Tally = { weights: new Map(), flops: 0, activationBytes: 0 };
  tallies.set(path, tally);
  return tally;
}
