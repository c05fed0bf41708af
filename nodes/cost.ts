/** What a graph costs, per instance and in all: parameters, floating point operations, bytes of activations. */
import { elementCount, type ValueId } from '../gpu/ir/types.ts';
import { createBuilder } from '../gpu/ops/create-builder.ts';
import { recordOf } from '../gpu/ops/infer.ts';
import {
  portPath,
  type Inference,
  type InstancePath,
  type InstanceTree,
  type LeafInstance,
} from '../graph/instance.ts';
import type { PortType } from '../graph/signature.ts';
import { stateDictKey, type NodeDefinition, type WeightDefinition } from './definition.ts';
import { NODES, type NodeRegistry } from './registry.ts';
import { sizes } from './shapes.ts';

export interface Cost {
  /** Numbers in the weights that are used, shared ones once. */
  readonly parameters: number;
  /** Of one run; a multiply-add counts as two. */
  readonly flops: number;
  /** Bytes of every value computed in one run, as if all were kept. */
  readonly activationBytes: number;
}

export interface GraphCost extends Cost {
  /** Leaves, modules and stacks; what has no shapes because of a problem costs nothing. */
  readonly byPath: ReadonlyMap<InstancePath, Cost>;
}

/** Work of leaves by what it depends on: type, parameters, shapes. Kept by the caller, it makes the next graph cheap. */
export type WorkCache = Map<string, Work>;

type Work = Pick<Cost, 'flops' | 'activationBytes'>;

const BYTES_PER_ELEMENT = 4;
const NOTHING: Cost = { parameters: 0, flops: 0, activationBytes: 0 };

/** The costs of a tree, of whatever part of it has shapes. */
export function graphCost(
  tree: InstanceTree,
  inference: Inference,
  { registry = NODES, cache = new Map() }: { readonly registry?: NodeRegistry; readonly cache?: WorkCache } = {},
): GraphCost {
  const tallies = new Map<InstancePath, Tally>();
  for (const leaf of tree.construction) {
    const definition = registry.get(leaf.type);
    const types = definition && typesOf(leaf, definition, inference);
    if (!definition || !types) continue;
    const weights = (definition.weights?.(leaf.params) ?? []).filter(({ discarded }) => !discarded);
    const key = workKey(leaf, types);
    const work = cache.get(key) ?? workOf(leaf, definition, types, weights);
    cache.set(key, work);
    for (const path of ancestry(leaf.path)) add(tallyOf(tallies, path), work, leaf, weights);
  }
  const byPath = new Map([...tallies].map(([path, tally]) => [path, costOf(tally)]));
  return { ...(byPath.get('') ?? NOTHING), byPath };
}

type LeafTypes = Readonly<Record<'inputs' | 'outputs', Readonly<Record<string, PortType>>>>;

/** Types of the leaf's ports; null where an output has none. */
function typesOf(leaf: LeafInstance, definition: NodeDefinition, inference: Inference): LeafTypes | null {
  const inputs: Record<string, PortType> = {};
  for (const { name } of definition.inputs) {
    const type = inference.inputs.get(portPath(leaf.path, name));
    if (type) inputs[name] = type;
  }
  const outputs: Record<string, PortType> = {};
  for (const { name } of definition.outputs) {
    const type = inference.outputs.get(portPath(leaf.path, name));
    if (!type) return null;
    outputs[name] = type;
  }
  return { inputs, outputs };
}

function workKey({ type, params }: LeafInstance, { inputs, outputs }: LeafTypes): string {
  let key = type;
  for (const [name, { value }] of Object.entries(params)) key += `;${name}=${value}`;
  for (const [name, port] of Object.entries(inputs)) key += `;${name}:${sizes(port).join()}`;
  for (const port of Object.values(outputs)) key += `;${sizes(port).join()}`;
  return key;
}

/** Lowers the leaf by itself and counts. */
function workOf(
  { params }: LeafInstance,
  definition: NodeDefinition,
  types: LeafTypes,
  weights: readonly WeightDefinition[],
): Work {
  const builder = createBuilder();
  const given = (name: string, shape: readonly number[], dtype: string): ValueId =>
    builder.emit('input', [], { name, key: name, dtype, shape });
  const inputs = Object.fromEntries(
    Object.entries(types.inputs).map(([name, type]) => [name, given(name, sizes(type), type.dtype)]),
  );
  definition.lower({
    builder,
    params,
    inputs,
    types,
    weight: (name) => given(name, weights.find((weight) => weight.name === name)!.shape, 'f32'),
    source: (port) => given(port, sizes(types.outputs[port]), types.outputs[port]!.dtype),
  });
  const { operations, types: valueTypes } = builder.build();
  let [flops, activationBytes] = [0, 0];
  for (const { op, inputs: operands, attributes, results } of operations) {
    const record = recordOf(op);
    flops += record.flops(
      operands.map((operand) => valueTypes.get(operand)!),
      attributes,
    );
    // Movement is index arithmetic in the reader, and leaves are given: neither makes a value of its own.
    if (record.wgsl.kind === 'movement' || record.wgsl.kind === 'leaf') continue;
    for (const result of results) activationBytes += elementCount(valueTypes.get(result)!.shape) * BYTES_PER_ELEMENT;
  }
  return { flops, activationBytes };
}

interface Tally {
  /** Element counts by `state_dict` path: what is shared is one entry. */
  readonly weights: Map<string, number>;
  flops: number;
  activationBytes: number;
}

function add(
  tally: Tally,
  { flops, activationBytes }: Work,
  leaf: LeafInstance,
  weights: readonly WeightDefinition[],
): void {
  tally.flops += flops;
  tally.activationBytes += activationBytes;
  for (const weight of weights) tally.weights.set(stateDictKey(leaf.weightPath, weight), elementCount(weight.shape));
}

function costOf({ weights, flops, activationBytes }: Tally): Cost {
  return { parameters: weights.values().reduce((sum, count) => sum + count, 0), flops, activationBytes };
}

/** A path, and the paths of everything that it is inside of, up to the root. */
function ancestry(path: InstancePath): InstancePath[] {
  const paths = [path];
  for (let end = path.lastIndexOf('.'); end > 0; end = path.lastIndexOf('.', end - 1)) paths.push(path.slice(0, end));
  paths.push('');
  return paths;
}

function tallyOf(tallies: Map<InstancePath, Tally>, path: InstancePath): Tally {
  const known = tallies.get(path);
  if (known) return known;
  const tally: Tally = { weights: new Map(), flops: 0, activationBytes: 0 };
  tallies.set(path, tally);
  return tally;
}
