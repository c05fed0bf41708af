/** What the layers of a stack have in common, as a module: ports for what comes in and goes out, and the first one's nodes. */
import type { Edge, GraphModule, GraphNode } from '../../graph/schema.ts';
import { defineModule, leaf } from '../module-draft.ts';
import { paramsOf, type DraftNode, type Ref } from './draft.ts';
import { commonScope, nameOf, Names } from './names.ts';
import type { Raised } from './raise.ts';
import type { Stack } from './stacks.ts';

export interface LayerModule {
  readonly module: GraphModule;
  readonly names: readonly string[];
  readonly carried: readonly string[];
  readonly shared: readonly string[];
  /** By node and port. */
  readonly outputs: ReadonlyMap<string, string>;
}

export interface Leaving {
  readonly local: number;
  readonly port: string;
}

/** What leaves a layer: what is carried first, then what is read outside. */
export function leaving(
  { layers, carried }: Stack,
  outputs: Raised['outputs'],
  all: readonly DraftNode[],
): readonly Leaving[] {
  const inside = new Map(layers.flatMap((nodes) => nodes.map((node, local) => [node, local] as const)));
  const left = new Map(carried.map(({ local, port }) => [`${local} ${port}`, { local, port }]));
  const read = ({ node, port }: Ref) => {
    const local = inside.get(node);
    if (local !== undefined) left.set(`${local} ${port}`, { local, port });
  };
  for (const { from } of outputs) read(from);
  for (const node of all) if (!inside.has(node)) for (const ref of Object.values(node.inputs)) read(ref);
  return [...left.values()];
}

/** The first layer stands for all: they differ in their weights alone. */
export function layerModule(stack: Stack, left: readonly Leaving[], name: string): LayerModule {
  const named = nameParts(stack, left);
  const { nodes: nodeNames, carried, shared, outputs } = named;
  const [first] = stack.layers;
  const results = left.map(({ local, port }) => {
    const output = outputs.get(`${local} ${port}`)!;
    return { id: `${output}_out`, output, from: [nodeNames[local]!, port] as [string, string] };
  });
  const nodes: GraphNode[] = [
    ...stack.carried.map(({ first: ref }, index) => inputNode(carried[index]!, ref)),
    ...stack.shared.map((ref, index) => inputNode(shared[index]!, ref)),
    ...first!.map((node, index) => leaf(nodeNames[index]!, node.type, paramsOf(node))),
    ...results.map(({ id, output }): GraphNode => ({ id, name: output, type: 'output', position: [0, 0] })),
  ];
  const wires = [...wiresInside(stack, named), ...results.map(({ id, from }): Edge => ({ from, to: [id, 'input'] }))];
  const module = defineModule({ name, help: LAYER_HELP, hyperparameters: [], nodes, wires });
  return { module, names: nodeNames, carried, shared, outputs };
}

interface PartNames {
  readonly nodes: readonly string[];
  readonly carried: readonly string[];
  readonly shared: readonly string[];
  readonly outputs: ReadonlyMap<string, string>;
}

function nameParts({ layers, carried, shared }: Stack, left: readonly Leaving[]): PartNames {
  const [first] = layers as [readonly DraftNode[]];
  const scope = commonScope(first);
  const [names, ports] = [new Names(), new Names()];
  const carriedNames = carried.map(() => ports.claim(names.claim('hidden_states')));
  const sharedNames = shared.map(({ node }) => names.claim(nameOf(node, '').replace(/^.*_(?=mask)/, '')));
  const outputs = new Map<string, string>();
  for (const [index, { local, port }] of left.entries()) {
    const wanted = `${nameOf(first[local]!, scope)}${port === 'output' ? '' : `_${port}`}`;
    const given = carriedNames[index] ?? ports.claim(wanted);
    outputs.set(`${local} ${port}`, given);
    names.claim(`${given}_out`);
  }
  const nodes = first.map((node) => names.claim(nameOf(node, scope)));
  return { nodes, carried: carriedNames, shared: sharedNames, outputs };
}

/** Between the nodes of a layer, and from its inputs. */
function wiresInside({ layers, carried, shared }: Stack, names: PartNames): Edge[] {
  const [first, second] = layers as [readonly DraftNode[], readonly DraftNode[]];
  const locals = new Map(first.map((node, local) => [node, local]));
  const sourceOf = (ref: Ref, inSecond: Ref): [string, string] => {
    const local = locals.get(ref.node);
    if (local !== undefined) return [names.nodes[local]!, ref.port];
    // What the second layer reads tells what is carried: the first may read one thing in two roles.
    const which = carried.findIndex((one) => first[one.local] === inSecond.node && one.port === inSecond.port);
    if (which !== -1) return [names.carried[which]!, 'output'];
    return [names.shared[shared.findIndex(({ node, port }) => node === ref.node && port === ref.port)]!, 'output'];
  };
  return first.flatMap((node, index) =>
    Object.entries(node.inputs).map(([port, ref]): Edge => {
      return { from: sourceOf(ref, second[index]!.inputs[port]!), to: [names.nodes[index]!, port] };
    }),
  );
}

const LAYER_HELP = 'A layer that the file has several times, each with weights of its own.';

function inputNode(name: string, { node, port }: Ref): GraphNode {
  const dtype = node.outputs[port]?.dtype ?? 'f32';
  return leaf(name, 'input', { shape: '...', ...(dtype !== 'f32' && { dtype }) });
}
