/** Nodes whose parameters name another node of their module, as a text names the pictures whose captions it reads. */
import { own } from './records.ts';
import { isInstance, type GraphModule, type GraphNode } from './schema.ts';
import type { NodeLibrary } from './signature.ts';

export interface NamingNode {
  readonly node: GraphNode;
  /** The parameter that names. */
  readonly param: string;
  readonly named: GraphNode;
}

/** @param library Absent: no node is known to name others. */
export function namingNodes({ nodes }: GraphModule, library: NodeLibrary | undefined): readonly NamingNode[] {
  return nodes.flatMap((node) => {
    const params = isInstance(node) ? [] : (library?.get(node.type)?.params ?? []);
    return params
      .filter(({ namesNode }) => namesNode)
      .flatMap(({ name: param }) => {
        const named = nodes.find(({ name }) => name === own(node.params, param));
        return named ? [{ node, param, named }] : [];
      });
  });
}
