/** What values are called outside: by the port of the node that computes them. */
import { portPath, type InstanceTree, type PortPath } from '../graph/instance.ts';
import { NODES } from '../nodes/registry.ts';

/** Every output port of a node, in order of execution, but for those whose path is the name of an output of the main module. */
export function valueNames(tree: InstanceTree): PortPath[] {
  const ports = tree.execution.flatMap(({ path, type }) =>
    (NODES.get(type)?.outputs ?? []).map(({ name }) => portPath(path, name)),
  );
  return ports.filter((port) => !Object.hasOwn(tree.root.outputs, port));
}
