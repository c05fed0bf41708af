/**
 * From the instance tree to the tensor IR: every leaf writes its operations, in order of execution. What every port
 * carries is remembered, so that any of them can be an output or a tap, also inside modules and stacks.
 */
import type { Builder } from '../gpu/ir/builder.ts';
import type { Graph, ValueId } from '../gpu/ir/types.ts';
import { createBuilder } from '../gpu/ops/create-builder.ts';
import {
  allProblems,
  portPath,
  type Inference,
  type Instance,
  type InstancePath,
  type InstanceTree,
  type LeafInstance,
  type PortPath,
  type Source,
} from '../graph/instance.ts';
import type { PortType } from '../graph/signature.ts';
import { stateDictKey, type LowerContext, type NodeDefinition } from './definition.ts';
import { NODES, type NodeRegistry } from './registry.ts';
import { sizes } from './shapes.ts';

/** A weight as the IR names it: its `state_dict` path, the key of its bytes, its shape. */
export interface WeightLeaf {
  readonly path: string;
  readonly key: string;
  readonly shape: readonly number[];
}

export interface LowerOptions {
  /** Weights by `state_dict` path: what nodes/weights.ts plans. */
  readonly weights: ReadonlyMap<string, WeightLeaf>;
  /** Keys of the source nodes' bytes by path: what nodes/sources.ts plans. */
  readonly sources: ReadonlyMap<InstancePath, string>;
  /** Ports that somebody looks at, beside the outputs of the main module. */
  readonly taps?: readonly PortPath[];
  /** Absent: the node types that ship with Patchbay. */
  readonly registry?: NodeRegistry;
}

export interface Lowered {
  readonly graph: Graph;
  /** The value of every port that could be lowered; `outputs` holds the main module's outputs too. */
  readonly inputs: ReadonlyMap<PortPath, ValueId>;
  readonly outputs: ReadonlyMap<PortPath, ValueId>;
  /** Leaves left out: they or what feeds them have a problem, a missing weight or no bytes. */
  readonly skipped: ReadonlySet<InstancePath>;
}

/** A tap that cannot be had. */
export class TapError extends Error {
  override readonly name = 'TapError';
}

/**
 * Lowers what can be lowered. Outputs of the main module become outputs of the graph where their value is known.
 * @throws {TapError} if a tap names no port, or one without a value.
 */
export function lower(
  tree: InstanceTree,
  inference: Inference,
  { weights, sources, taps = [], registry = NODES }: LowerOptions,
): Lowered {
  const builder = createBuilder();
  const failed = failedPaths(tree, inference);
  const leafValues = new Map<PortPath, ValueId>();
  const weightValues = new Map<string, ValueId>();
  const skipped = new Set<InstancePath>();
  const valueOf = ({ path, port }: Source): ValueId | undefined => leafValues.get(portPath(path, port));

  for (const leaf of tree.execution) {
    const definition = registry.get(leaf.type);
    const context =
      definition && !failed.has(leaf.path)
        ? contextOf(leaf, definition, { builder, inference, weights, sources, weightValues, valueOf })
        : null;
    if (!definition || !context) {
      skipped.add(leaf.path);
      continue;
    }
    builder.origin = leaf.path;
    for (const [port, value] of Object.entries(definition.lower(context))) {
      leafValues.set(portPath(leaf.path, port), value);
    }
  }

  const { inputs, outputs } = portValues(tree, valueOf, leafValues);
  for (const name of Object.keys(tree.root.outputs)) {
    const value = outputs.get(name);
    if (value !== undefined) builder.output(name, value, 'output');
  }
  for (const tap of new Set(taps)) builder.output(tap, tapValue(tap, inputs, outputs, tree), 'tap');
  return { graph: builder.build(), inputs, outputs, skipped };
}

interface Lowering {
  readonly builder: Builder;
  readonly inference: Inference;
  readonly weights: ReadonlyMap<string, WeightLeaf>;
  readonly sources: ReadonlyMap<InstancePath, string>;
  /** Weights that stand in the graph already: shared ones stand once. */
  readonly weightValues: Map<string, ValueId>;
  readonly valueOf: (source: Source) => ValueId | undefined;
}

/** What the record needs to write the leaf's operations; null where something of it is missing. */
function contextOf(leaf: LeafInstance, definition: NodeDefinition, lowering: Lowering): LowerContext | null {
  const { builder, inference, weights, sources, weightValues, valueOf } = lowering;
  const inputs: Record<string, ValueId | undefined> = {};
  const inputTypes: Record<string, PortType | undefined> = {};
  for (const { name, optional } of definition.inputs) {
    const source = leaf.inputs[name];
    inputs[name] = source && valueOf(source);
    inputTypes[name] = inference.inputs.get(portPath(leaf.path, name));
    if (inputs[name] === undefined && (source !== undefined || !optional)) return null;
  }
  const outputTypes: Record<string, PortType> = {};
  for (const { name } of definition.outputs) {
    const type = inference.outputs.get(portPath(leaf.path, name));
    if (!type) return null;
    outputTypes[name] = type;
  }
  for (const weight of definition.weights?.(leaf.params) ?? []) {
    // A shared weight may be of another shape; nodes/weights.ts reports it.
    const known = weights.get(stateDictKey(leaf.weightPath, weight));
    if (!weight.discarded && known?.shape.join() !== weight.shape.join()) return null;
  }
  const sourceKey = sources.get(leaf.path);
  if (definition.source && sourceKey === undefined) return null;

  return {
    builder,
    params: leaf.params,
    inputs,
    types: { inputs: inputTypes, outputs: outputTypes },
    weight: (name) => {
      const path = stateDictKey(leaf.weightPath, { name });
      const known = weightValues.get(path);
      if (known !== undefined) return known;
      const { key, shape } = weights.get(path)!;
      const value = builder.emit('weight', [], { path, key, dtype: 'f32', shape });
      weightValues.set(path, value);
      return value;
    },
    source: (port) => {
      const type = outputTypes[port]!;
      return builder.emit('input', [], { name: leaf.path, key: sourceKey!, dtype: type.dtype, shape: sizes(type) });
    },
  };
}

/** Instances that have an error of their own, or are blocked by one. */
function failedPaths(tree: InstanceTree, inference: Inference): ReadonlySet<InstancePath> {
  const failed = new Set<InstancePath>([...tree.blocked.keys(), ...inference.blocked.keys()]);
  for (const { severity, place } of allProblems(tree, inference)) {
    if (severity === 'error' && place.path !== undefined) failed.add(place.path);
  }
  return failed;
}

/** The value of every port: a leaf's own, and for modules and stacks that of the leaf behind it. */
function portValues(
  tree: InstanceTree,
  valueOf: (source: Source) => ValueId | undefined,
  leafValues: ReadonlyMap<PortPath, ValueId>,
): { readonly inputs: ReadonlyMap<PortPath, ValueId>; readonly outputs: ReadonlyMap<PortPath, ValueId> } {
  const inputs = new Map<PortPath, ValueId>();
  const outputs = new Map<PortPath, ValueId>(leafValues);
  const collect = (ports: Instance['inputs'], path: InstancePath, into: Map<PortPath, ValueId>): void => {
    for (const [port, source] of Object.entries(ports)) {
      const value = valueOf(source);
      if (value !== undefined) into.set(portPath(path, port), value);
    }
  };
  for (const instance of tree.byPath.values()) {
    collect(instance.inputs, instance.path, inputs);
    if (instance.kind !== 'leaf') collect(instance.outputs, instance.path, outputs);
  }
  return { inputs, outputs };
}

/** An output of this path, or else an input: where both have one name, the output is meant. */
function tapValue(
  tap: PortPath,
  inputs: ReadonlyMap<PortPath, ValueId>,
  outputs: ReadonlyMap<PortPath, ValueId>,
  tree: InstanceTree,
): ValueId {
  const value = outputs.get(tap) ?? inputs.get(tap);
  if (value !== undefined) return value;
  const end = tap.lastIndexOf('.');
  const instance = tree.byPath.get(tap) ?? (end === -1 ? tree.root : tree.byPath.get(tap.slice(0, end)));
  if (!instance) throw new TapError(`${tap}: there is no such instance; write instance.port, as blocks.0.norm1.output`);
  const prefix = portPath(instance.path, '');
  const ports = new Set([...outputs.keys(), ...inputs.keys()].filter((port) => isPortOf(prefix, port)));
  const known = ports.size > 0 ? `; there are ${[...ports].join(', ')}` : '';
  throw new TapError(`${tap}: there is no such port with a value${known}`);
}

function isPortOf(prefix: string, port: PortPath): boolean {
  return port.startsWith(prefix) && !port.includes('.', prefix.length);
}
