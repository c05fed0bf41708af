/** Which instance of one tree is which of another: of the same nodes, whatever they are called; else of the same path. */
import { childPath, type Instance, type InstancePath, type InstanceTree } from './instance.ts';

/** For instances of `after` that are in `before` too: their paths there. The roots are each other's. */
export function pairInstances(before: InstanceTree, after: InstanceTree): ReadonlyMap<InstancePath, InstancePath> {
  const was = new Map(identities(before).map(([path, identity]) => [identity, path]));
  const pairs = new Map<InstancePath, InstancePath>();
  const others: InstancePath[] = [];
  for (const [path, identity] of identities(after)) {
    const partner = was.get(identity);
    if (partner === undefined) others.push(path);
    else pairs.set(path, partner);
  }
  const taken = new Set(pairs.values());
  for (const path of others) if (before.byPath.has(path) && !taken.has(path)) pairs.set(path, path);
  return pairs;
}

/** Every path with the ids of the nodes, and the numbers of the layers, that lead to it. */
function identities({ root }: InstanceTree): readonly (readonly [InstancePath, string])[] {
  const found: [InstancePath, string][] = [['', '']];
  const visit = (instance: Instance, identity: string): void => {
    found.push([instance.path, identity]);
    if (instance.kind === 'module') {
      for (const child of instance.children) visit(child, childPath(identity, JSON.stringify(child.place?.nodeId)));
    } else if (instance.kind === 'stack') {
      for (const [index, layer] of instance.layers.entries()) visit(layer, childPath(identity, String(index)));
    }
  };
  for (const child of root.children) visit(child, JSON.stringify(child.place?.nodeId));
  return found;
}
