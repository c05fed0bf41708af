/** Where a module is used: its instances, a stack's layers counted as one use. */
import type { InstancePath, InstanceTree } from '../../graph/instance.ts';

export interface Use {
  /** Of a stack, the stack's own path. */
  readonly path: InstancePath;
  readonly layers: number;
}

/** Uses in the order of the tree; the root is none. */
export function usesOf(tree: InstanceTree, module: string): readonly Use[] {
  const uses: Use[] = [];
  for (const instance of tree.byPath.values()) {
    if (instance.kind === 'leaf' || instance.module !== module || instance.place === undefined) continue;
    if (instance.kind === 'stack') uses.push({ path: instance.path, layers: instance.layers.length });
    else if (tree.byPath.get(parentOf(instance.path))?.kind !== 'stack') uses.push({ path: instance.path, layers: 1 });
  }
  return uses;
}

function parentOf(path: InstancePath): InstancePath {
  return path.slice(0, Math.max(0, path.lastIndexOf('.')));
}
