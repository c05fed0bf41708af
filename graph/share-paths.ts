/** Paths in `shares` name instances; when a node on the way is renamed, they follow. */
import { finder } from './modules.ts';
import { namespaceOf } from './ports.ts';
import { isInstance, type PatchbayDocument } from './schema.ts';

/** The new `shares` of every node whose path leads through the renamed node. */
export function renamedShares(
  document: PatchbayDocument,
  moduleName: string,
  nodeId: string,
  name: string,
): readonly { readonly module: string; readonly id: string; readonly shares: string }[] {
  return document.modules.flatMap((module) =>
    module.nodes.flatMap(({ id, shares }) => {
      const renamed = shares === undefined ? undefined : renamedPath(document, shares, moduleName, nodeId, name);
      return renamed === undefined || renamed === shares ? [] : [{ module: module.name, id, shares: renamed }];
    }),
  );
}

/** Follows a path from the main module; undefined where it leads nowhere. */
function renamedPath(
  document: PatchbayDocument,
  path: string,
  moduleName: string,
  nodeId: string,
  name: string,
): string | undefined {
  const find = finder(document);
  let module = find(document.main);
  const parts = path.split('.');
  for (let at = 0; at < parts.length; at++) {
    const node = module?.nodes.find((one) => one.name === parts[at] && namespaceOf(one) !== 'output');
    if (!module || !node) return undefined;
    if (module.name === moduleName && node.id === nodeId) parts[at] = name;
    if (!isInstance(node)) return parts.join('.');
    module = find(node.module);
    // The next part is the layer's number.
    if (node.repeat !== undefined) at++;
  }
  return parts.join('.');
}
