/** Paths in `shares` name instances; when a node on the way is renamed, or comes to stand elsewhere, they follow. */
import { finder } from './modules.ts';
import { namespaceOf } from './ports.ts';
import { isInstance, type GraphNode, type PatchbayDocument } from './schema.ts';

type Step = (module: string, node: GraphNode, on: Passage) => string | undefined;

interface Passage {
  /** The node that the path came through. */
  readonly before: Passed | undefined;
  /** The path ends here: it is this node's weights that are shared. */
  readonly last: boolean;
  /** Whose path it is. */
  readonly by: GraphNode;
}

interface Passed {
  readonly module: string;
  readonly node: GraphNode;
}

export interface FollowedShares {
  readonly module: string;
  readonly id: string;
  readonly shares: string;
}

/** The new `shares` of every node whose path leads through the renamed node. */
export function renamedShares(
  document: PatchbayDocument,
  moduleName: string,
  nodeId: string,
  name: string,
): readonly FollowedShares[] {
  return followedShares(document, (module, node) => (module === moduleName && node.id === nodeId ? name : undefined));
}

/**
 * The new `shares` of every node whose path leads through nodes that have come to stand elsewhere.
 * @param step What a node of a module is called on a path from now on, `group.linear` for one that went into a group, the
 * empty text for one that is gone while what it held stays; undefined where nothing changes.
 */
export function followedShares(document: PatchbayDocument, step: Step): readonly FollowedShares[] {
  return document.modules.flatMap((module) =>
    module.nodes.flatMap((by) => {
      const { id, shares } = by;
      const followed = shares === undefined ? undefined : followPath(document, shares, by, step);
      return followed === undefined || followed === shares ? [] : [{ module: module.name, id, shares: followed }];
    }),
  );
}

/** Follows a path from the main module; undefined where it leads nowhere. */
function followPath(document: PatchbayDocument, path: string, by: GraphNode, step: Step): string | undefined {
  const find = finder(document);
  let module = find(document.main);
  const parts = path.split('.');
  const steps: string[] = [];
  let before: Passed | undefined;
  for (let at = 0; at < parts.length; at++) {
    const node = module?.nodes.find((one) => one.name === parts[at] && namespaceOf(one) !== 'output');
    if (!module || !node) return undefined;
    steps.push(step(module.name, node, { before, last: at === parts.length - 1, by }) ?? parts[at]!);
    before = { module: module.name, node };
    if (!isInstance(node)) {
      steps.push(...parts.slice(at + 1));
      break;
    }
    module = find(node.module);
    // The next part is the layer's number.
    if (node.repeat !== undefined && at + 1 < parts.length) steps.push(parts[++at]!);
  }
  return steps.filter((one) => one !== '').join('.');
}
