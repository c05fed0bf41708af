/** Modules written down in short: nodes without places, wires along a chain, and hyperparameters that are handed on by name. */
import type { Edge, GraphModule, GraphNode, InstanceNode, ParameterValue } from '../graph/schema.ts';
import { arrange } from './arrange.ts';

/** Until the module is arranged. */
const ANYWHERE: [number, number] = [0, 0];

type Params = Readonly<Record<string, ParameterValue>>;

export interface ModuleDraft extends Pick<GraphModule, 'name' | 'hyperparameters' | 'requires' | 'sizes'> {
  readonly help: string;
  /** In construction order. */
  readonly nodes: readonly GraphNode[];
  readonly wires: readonly Edge[];
}

export function defineModule({ nodes, wires, ...rest }: ModuleDraft): GraphModule {
  return { ...rest, nodes: arrange(nodes, wires), edges: [...wires] };
}

export function leaf(name: string, type: string, params?: Params): GraphNode {
  return { id: name, name, type, ...(params && { params: { ...params } }), position: ANYWHERE };
}

export function instance(
  name: string,
  module: string,
  params: Params,
  more: Pick<InstanceNode, 'repeat'> = {},
): GraphNode {
  return { id: name, name, module, ...more, params: { ...params }, position: ANYWHERE };
}

/** What the module takes; the pattern of its shape as graph/patterns.ts has it. */
export function port(name: string, shape: string, more: Params = {}): GraphNode {
  return leaf(name, 'input', { shape, ...more });
}

/** What the module gives. Its id is another than that of a node of its name: `logits_out`. */
export function result(name: string): GraphNode {
  return { id: `${name}_out`, name, type: 'output', position: ANYWHERE };
}

/**
 * Wires from each to the next: `chain('x', 'norm', 'attention.hidden_states', 'y_out')`. A port that is not named is
 * `output` where the wire begins and `input` where it ends; `attention.hidden_states/attended` is entered by one and left by another.
 */
export function chain(...places: readonly string[]): Edge[] {
  return places.slice(1).map((to, index) => {
    const [fromNode, fromPorts = ''] = places[index]!.split('.') as [string, string?];
    const [toNode, toPorts = ''] = to.split('.') as [string, string?];
    const begin = fromPorts.includes('/') ? fromPorts.split('/')[1]! : index === 0 ? fromPorts : '';
    return { from: [fromNode, begin || 'output'], to: [toNode, toPorts.split('/')[0] || 'input'] };
  });
}

/** Hyperparameters of the module around, handed on under their own names. */
export function same(...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, name]));
}
