/** Where a module is used: in which definitions, and at which of their instances to look. */
import { type InstancePath, type InstanceTree, type DefinitionPlace } from '../../graph/instance.ts';

export interface Use {
  readonly place: DefinitionPlace;
  /** The first instance there; of a stack, the stack. */
  readonly path: InstancePath;
}

/** Uses by the node that is the instance, in the order of the tree: all layers and copies of one node are one use. */
export function usesOf(tree: InstanceTree, module: string): readonly Use[] {
  const uses = new Map<string, Use>();
  for (const { path, place, ...instance } of tree.byPath.values()) {
    if (instance.kind === 'leaf' || instance.module !== module || place === undefined) continue;
    const key = `${place.module}/${place.nodeId}`;
    // A layer stands at its stack's place, which comes first.
    if (!uses.has(key)) uses.set(key, { place, path });
  }
  return [...uses.values()];
}
