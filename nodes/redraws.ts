/** Which weights an edit draws anew: weights are drawn in the order of construction, and grouping can change it. */
import { analyse } from '../graph/analyse.ts';
import type { InstancePath, InstanceTree } from '../graph/instance.ts';
import { closureOf, finder } from '../graph/modules.ts';
import { isInstance, type GraphNode, type PatchbayDocument } from '../graph/schema.ts';
import { NODES } from './registry.ts';
import { planWeights } from './weights.ts';

/** True if the node, or anything inside of it, has weights. */
export function hasWeights(document: PatchbayDocument, node: GraphNode): boolean {
  if (!isInstance(node)) return NODES.get(node.type)?.weights !== undefined;
  return closureOf([node.module], finder(document)).some(({ nodes }) =>
    nodes.some((one) => !isInstance(one) && NODES.get(one.type)?.weights !== undefined),
  );
}

/**
 * Paths in `before` of the weights that have other numbers in `after`, where nodes of a module have become a group.
 * @param group the module that they were in, and the name of the instance that they are in now.
 */
export function redrawnByGroup(
  before: PatchbayDocument,
  after: PatchbayDocument,
  group: { readonly module: string; readonly instance: string },
): readonly string[] {
  const then = planWeights(analyse(before, NODES).tree, before.seed).recipes;
  const { tree } = analyse(after, NODES);
  return [...planWeights(tree, after.seed).recipes].flatMap(([path, { key }]) => {
    const was = pathWithout(tree, path, group);
    return then.get(was)?.key === key ? [] : [was];
  });
}

/** The path with the steps into the group left out. */
function pathWithout(
  tree: InstanceTree,
  path: string,
  { module, instance }: { readonly module: string; readonly instance: string },
): string {
  const kept: string[] = [];
  let at: InstancePath = '';
  for (const step of path.split('.')) {
    const owner = tree.byPath.get(at);
    if (!(owner?.kind === 'module' && owner.module === module && step === instance)) kept.push(step);
    at = at === '' ? step : `${at}.${step}`;
  }
  return kept.join('.');
}
