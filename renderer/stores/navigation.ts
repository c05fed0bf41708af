/** Where one is in the instance tree: paths that are open, followed through edits, and their breadcrumbs. */
import {
  childPath,
  type Instance,
  type InstancePath,
  type InstanceTree,
  type ModuleInstance,
} from '../../graph/instance.ts';

/** One step of the breadcrumbs. */
export interface Crumb {
  /** What opens when it is chosen. */
  readonly path: InstancePath;
  /** Attribute name, or the main module's class name. */
  readonly label: string;
  /** Class name of the module that is open there. */
  readonly module: string;
  /** In a stack: which of its layers. */
  readonly stack?: { readonly path: InstancePath; readonly layer: number; readonly layers: number };
}

/** The instance that stands for a path on the canvas: of a stack, the layer that is shown. */
export function openable(
  tree: InstanceTree,
  path: InstancePath,
  layerOf: Readonly<Record<InstancePath, number>>,
): ModuleInstance | null {
  const instance = tree.byPath.get(path);
  if (instance?.kind === 'module') return instance;
  if (instance?.kind !== 'stack') return null;
  return instance.layers[Math.min(layerOf[path] ?? 0, instance.layers.length - 1)] ?? null;
}

/** The module instance at a path, or the nearest one around it; at last the root. */
export function nearestModule(tree: InstanceTree, path: InstancePath): ModuleInstance {
  for (let at = path; at !== ''; at = parentPath(at)) {
    const instance = tree.byPath.get(at);
    if (instance?.kind === 'module') return instance;
  }
  return tree.root;
}

/** The path without its last name; the root's is its own. */
export function parentPath(path: InstancePath): InstancePath {
  return path.slice(0, Math.max(0, path.lastIndexOf('.')));
}

/** The module instance that contains this one: of a layer, what contains the stack. */
export function enclosingModule(tree: InstanceTree, path: InstancePath): ModuleInstance {
  return nearestModule(tree, parentPath(path));
}

/** From the root to the open instance; a stack and its layer are one step. */
export function breadcrumbs(tree: InstanceTree, open: InstancePath): readonly Crumb[] {
  const crumbs: Crumb[] = [{ path: '', label: tree.root.module, module: tree.root.module }];
  let stack: Instance | undefined;
  for (const path of pathsTo(open)) {
    const instance = tree.byPath.get(path);
    if (instance?.kind === 'stack') stack = instance;
    if (instance?.kind !== 'module') continue;
    const name = lastName(stack?.path ?? path);
    crumbs.push({
      path,
      label: name,
      module: instance.module,
      ...(stack?.kind === 'stack' && {
        stack: { path: stack.path, layer: Number(lastName(path)), layers: stack.layers.length },
      }),
    });
    stack = undefined;
  }
  return crumbs;
}

/**
 * Where a path leads after an edit: names may have changed, node ids have not. What was removed leads to the nearest
 * module around it; a layer that is gone, to the last one.
 */
export function followPath(before: InstanceTree, after: InstanceTree, path: InstancePath): InstancePath {
  if (before === after) return path;
  let reached: InstancePath = '';
  for (const step of pathsTo(path)) {
    const was = before.byPath.get(step);
    const around = after.byPath.get(reached);
    const next = around && was && childLike(around, was);
    if (!next) break;
    reached = next.path;
  }
  return nearestModule(after, reached).path;
}

/** The path of an instance of this module: the one that is open if it is one, else the first. */
export function instanceOf(tree: InstanceTree, module: string, open: InstancePath): InstancePath | null {
  const here = tree.byPath.get(open);
  if (here?.kind === 'module' && here.module === module) return open;
  if (tree.root.module === module) return '';
  for (const instance of tree.byPath.values()) {
    if (instance.kind === 'module' && instance.module === module) return instance.path;
  }
  return null;
}

/** The instance that a node of the open module stands for. */
export function instanceOfNode(tree: InstanceTree, open: InstancePath, nodeName: string): Instance | undefined {
  return tree.byPath.get(childPath(open, nodeName));
}

/** Of `around`'s children the one that is written at the same place as `was`; of a stack the layer of its number. */
function childLike(around: Instance, was: Instance): Instance | undefined {
  switch (around.kind) {
    case 'leaf':
      return undefined;
    case 'stack':
      return around.layers[Math.min(Number(lastName(was.path)), around.layers.length - 1)];
    case 'module':
      return around.children.find(({ place }) => place !== undefined && place.nodeId === was.place?.nodeId);
    default:
      return around satisfies never;
  }
}

/** `blocks.7.attention` → `blocks`, `blocks.7`, `blocks.7.attention`. */
function pathsTo(path: InstancePath): readonly InstancePath[] {
  if (path === '') return [];
  const names = path.split('.');
  return names.map((_, index) => names.slice(0, index + 1).join('.'));
}

function lastName(path: InstancePath): string {
  return path.slice(path.lastIndexOf('.') + 1);
}
