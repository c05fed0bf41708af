/** From the flat graph and its stacks to modules with names, and weights with the paths that the graph has for them. */
import type { Edge, GraphModule, GraphNode } from '../../graph/schema.ts';
import { defineModule, leaf } from '../module-draft.ts';
import { paramsOf, type DraftNode, type Ref } from './draft.ts';
import { layerModule, leaving } from './layer-module.ts';
import { className, commonScope, nameOf, Names, stackName } from './names.ts';
import type { Raised } from './raise.ts';
import { sequenceOf } from './sequence.ts';
import { findStacks, type Stack } from './stacks.ts';
import type { ImportedWeight } from './weights.ts';

export interface Assembled {
  /** The main one first. */
  readonly modules: readonly GraphModule[];
  readonly weights: readonly ImportedWeight[];
}

/** What a node or a stack is in the main module. */
interface Placed {
  readonly id: string;
  readonly port: string;
}

export function assemble({ nodes, outputs }: Raised, mainName: string, help: string): Assembled {
  const ends = outputs.map(({ from }) => from);
  const { before, nodes: line } = sequenceOf(nodes, ends);
  const stacks = findStacks(line, ends);
  const builder = new Builder(outputs, commonScope([...before, ...line]));
  const inStack = new Map(stacks.flatMap((stack) => stack.layers.flat().map((node) => [node, stack] as const)));
  const done = new Set<Stack>();
  for (const node of [...before, ...line]) {
    const stack = inStack.get(node);
    if (!stack) builder.leaf(node);
    else if (!done.has(stack)) {
      done.add(stack);
      builder.stack(stack, outputs, [...before, ...line]);
    }
  }
  return builder.finish(mainName, help, outputs);
}

class Builder {
  readonly #nodes: GraphNode[] = [];
  readonly #wires: Edge[] = [];
  readonly #modules: GraphModule[] = [];
  readonly #weights: ImportedWeight[] = [];
  readonly #names = new Names();
  readonly #moduleNames = new Names();
  readonly #places = new Map<DraftNode, Placed | ReadonlyMap<string, Placed>>();
  readonly #outputIds: readonly string[];
  readonly #scope: string;
  /** Nodes of the main module with weights of their own, or of another. */
  readonly #leaves: { readonly node: DraftNode; readonly name: string }[] = [];
  /** By what tells quickly that weights of others are not the same. */
  readonly #owners = new Map<string, { readonly node: DraftNode; readonly path: string }[]>();

  constructor(outputs: Raised['outputs'], scope: string) {
    const names = new Names();
    this.#outputIds = outputs.map(({ name }) => names.claim(name));
    for (const name of this.#outputIds) this.#names.claim(`${name}_out`);
    this.#scope = scope;
  }

  leaf(node: DraftNode): void {
    const name = this.#names.claim(nameOf(node, this.#scope));
    this.#nodes.push(leaf(name, node.type, paramsOf(node)));
    this.#wire(node, name);
    this.#places.set(node, { id: name, port: '' });
    if (node.weights.size > 0) this.#leaves.push({ node, name });
  }

  /** One node for the stack; where values between its layers are looked at, one for each layer. */
  stack(stack: Stack, outputs: Raised['outputs'], all: readonly DraftNode[]): void {
    const { layers, carried, shared, closed } = stack;
    const scope = commonScope(layers.flat().filter(({ weights }) => weights.size > 0));
    const name = this.#names.claim(stackName(scope, this.#scope));
    const left = leaving(stack, outputs, all);
    const layer = layerModule(stack, left, this.#moduleNames.claim(className(name)));
    this.#modules.push(layer.module);
    const instances = closed
      ? [name]
      : layers.map((_, index) => (index === 0 ? `${name}_0` : this.#names.claim(`${name}_${index}`)));
    if (!closed) this.#names.claim(`${name}_0`);
    for (const [index, id] of instances.entries()) {
      const repeat = closed && { repeat: layers.length };
      this.#nodes.push({ id, name: id, module: layer.module.name, ...repeat, position: [0, 0] });
      for (const [which, { first }] of carried.entries()) {
        const port = layer.carried[which]!;
        const from: [string, string] = index === 0 ? this.#from(first) : [instances[index - 1]!, port];
        this.#wires.push({ from, to: [id, port] });
      }
      for (const [which, ref] of shared.entries())
        this.#wires.push({ from: this.#from(ref), to: [id, layer.shared[which]!] });
    }
    for (const [index, nodes] of layers.entries()) {
      const id = closed ? name : instances[index]!;
      const path = closed ? `${name}.${index}` : id;
      for (const [local, node] of nodes.entries()) {
        this.#own(node, `${path}.${layer.names[local]!}`);
        const ports = left.filter((leaf) => leaf.local === local);
        this.#places.set(
          node,
          new Map(ports.map(({ port }) => [port, { id, port: layer.outputs.get(`${local} ${port}`)! }])),
        );
      }
    }
  }

  finish(mainName: string, help: string, outputs: Raised['outputs']): Assembled {
    for (const [index, { from }] of outputs.entries()) {
      const name = this.#outputIds[index]!;
      this.#nodes.push({ id: `${name}_out`, name, type: 'output', position: [0, 0] });
      this.#wires.push({ from: this.#from(from), to: [`${name}_out`, 'input'] });
    }
    const name = this.#moduleNames.claim(mainName);
    const shares = this.#shareWeights();
    const nodes = this.#nodes.map((node) => (shares.has(node.id) ? { ...node, shares: shares.get(node.id)! } : node));
    const main = defineModule({ name, help, hyperparameters: [], nodes, wires: this.#wires });
    return { modules: [main, ...this.#modules], weights: this.#weights };
  }

  #wire(node: DraftNode, id: string): void {
    for (const [port, ref] of Object.entries(node.inputs)) this.#wires.push({ from: this.#from(ref), to: [id, port] });
  }

  #from({ node, port }: Ref): [string, string] {
    const place = this.#places.get(node)!;
    if (!('id' in place)) {
      const found = place.get(port)!;
      return [found.id, found.port];
    }
    return [place.id, port];
  }

  /** What has the very same weights as a layer of a stack, or a node before, takes them from there: the path by node. */
  #shareWeights(): ReadonlyMap<string, string> {
    const shares = new Map<string, string>();
    for (const { node, name } of this.#leaves) {
      const owner = this.#ownerOf(node);
      if (owner === undefined) this.#own(node, name);
      else shares.set(name, owner);
    }
    return shares;
  }

  #own(node: DraftNode, path: string): void {
    if (node.weights.size === 0) return;
    for (const [name, constant] of node.weights)
      this.#weights.push({ path: name === '' ? path : `${path}.${name}`, constant });
    const key = weightsKey(node);
    if (key === undefined) return;
    const owners = this.#owners.get(key);
    if (owners) owners.push({ node, path });
    else this.#owners.set(key, [{ node, path }]);
  }

  /** The path of a node with the very same weights: the file has them once, and so does the graph. */
  #ownerOf(node: DraftNode): string | undefined {
    const key = weightsKey(node);
    const owners = key === undefined ? [] : (this.#owners.get(key) ?? []);
    return owners.find((owner) => sameWeights(owner.node, node))?.path;
  }
}

/** Undefined where the weights have no names in the file, and nothing says that they are one. */
function weightsKey({ type, weights, params }: DraftNode): string | undefined {
  const names = Array.from(weights.values(), ({ name }) => name);
  if (names.length === 0 || names.includes(undefined)) return undefined;
  return JSON.stringify([type, params, names]);
}

function sameWeights(a: DraftNode, b: DraftNode): boolean {
  return [...a.weights].every(([name, { dims, numbers }]) => {
    const other = b.weights.get(name)!;
    if (dims.join() !== other.dims.join()) return false;
    const [left, right] = [numbers(), other.numbers()];
    return left.every((value, index) => Object.is(value, right[index]));
  });
}
