/** The parameters that a node may have, with their types: from its record, or from the module it is an instance of. */
import { isInstance, type GraphModule, type GraphNode, type ParameterValue } from './schema.ts';
import type { NodeLibrary, ParameterDefinition } from './signature.ts';

/** The name under which the number of layers is treated as a parameter. */
export const REPEAT = 'repeat';

/** Every parameter that is written on the node and known to its kind, its number of layers included. */
export function writtenParameters(
  node: GraphNode,
  library: NodeLibrary,
  find: (name: string) => GraphModule | undefined,
): readonly { readonly name: string; readonly type: ParameterDefinition['type']; readonly value: ParameterValue }[] {
  const rules: readonly { readonly name: string; readonly type: ParameterDefinition['type'] }[] = isInstance(node)
    ? (find(node.module)?.hyperparameters ?? [])
    : (library.get(node.type)?.params ?? []);
  const types = new Map(rules.map(({ name, type }) => [name, type]));
  const written = Object.entries(node.params ?? {}).flatMap(([name, value]) => {
    const type = types.get(name);
    return type === undefined ? [] : [{ name, type, value }];
  });
  const repeat = isInstance(node) ? node.repeat : undefined;
  return repeat === undefined ? written : [...written, { name: REPEAT, type: 'int', value: repeat }];
}

/** The node with these parameters changed, by name; `repeat` is its number of layers. */
export function withParameters(node: GraphNode, values: ReadonlyMap<string, ParameterValue>): GraphNode {
  const params = Object.fromEntries(
    Object.entries(node.params ?? {}).map(([name, value]) => [name, values.get(name) ?? value]),
  );
  const repeat = isInstance(node) ? values.get(REPEAT) : undefined;
  return {
    ...node,
    ...(node.params && { params }),
    ...((typeof repeat === 'number' || typeof repeat === 'string') && { repeat }),
  };
}
