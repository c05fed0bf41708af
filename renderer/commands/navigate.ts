/** Going places: to a problem, to an instance, to where an edit acted, into a module and out of it. */
import type { Edit } from '../../graph/edit.ts';
import type { InstancePath } from '../../graph/instance.ts';
import type { Problem } from '../../graph/problems.ts';
import type { App } from '../app-context.ts';
import { enclosingModule, instanceOf, instanceOfNode, openable } from '../stores/navigation.ts';

/** A node that is a port of its module: wiring, and no instance. */
export interface ModulePort {
  /** Path of the module's instance. */
  readonly module: InstancePath;
  readonly side: 'input' | 'output';
  readonly name: string;
}

/** Opens the module that contains the instance, selects its node and brings it on screen. */
export function goToInstance(app: App, path: InstancePath): void {
  const { tree } = app.derived.getState();
  let instance = tree.byPath.get(path);
  // A layer has no node of its own: the stack's node stands for it.
  const stack = tree.byPath.get(path.slice(0, Math.max(0, path.lastIndexOf('.'))));
  if (stack?.kind === 'stack') {
    app.view.getState().setLayer(stack.path, Number(path.slice(stack.path.length + 1)));
    instance = stack;
  }
  if (!instance) return;
  const nodeId = instance.place?.nodeId;
  show(app, enclosingModule(tree, instance.path).path, nodeId === undefined ? [] : [nodeId]);
}

/** Shows the node that is an input or an output of a module. */
export function goToPort(app: App, { module, side, name }: ModulePort): void {
  const instance = app.derived.getState().tree.byPath.get(module);
  if (instance?.kind !== 'module') return;
  const { modules } = app.document.getState().document;
  const nodes = modules.find((definition) => definition.name === instance.module)?.nodes ?? [];
  const ids = nodes.filter((node) => node.type === side && node.name === name).map(({ id }) => id);
  show(app, module, ids);
}

export function goToProblem(app: App, problem: Problem): void {
  const { tree } = app.derived.getState();
  const { path, module, nodeId } = problem.place;
  const instance = path === undefined ? undefined : tree.byPath.get(path);
  if (instance?.place && (nodeId === undefined || instance.place.nodeId === nodeId)) {
    goToInstance(app, instance.path);
    return;
  }
  if (instance?.kind === 'module' && (module === undefined || instance.module === module)) {
    show(app, instance.path, nodeId === undefined ? [] : [nodeId]);
    return;
  }
  if (module !== undefined) goToDefinition(app, module, nodeId === undefined ? [] : [nodeId]);
}

/** Brings on screen where an edit acted; nothing if it acted nowhere in particular (the seed). */
export function goToEdit(app: App, edit: Edit): void {
  if (edit.place) goToDefinition(app, edit.place.module, edit.place.nodeIds);
}

/** Brings a node of a definition on screen, in an instance of it. */
export function goToNode(app: App, module: string, nodeId: string): void {
  goToDefinition(app, module, [nodeId]);
}

/** Opens the node's module, if it is one. @returns false for a library node. */
export function enterNode(app: App, nodeName: string): boolean {
  const { tree } = app.derived.getState();
  const { openPath, layerOf, open } = app.view.getState();
  const instance = instanceOfNode(tree, openPath, nodeName);
  const module = instance && openable(tree, instance.path, layerOf);
  if (!module) return false;
  open(module.path);
  return true;
}

/** Goes to what contains the open module and selects the module there. */
export function leaveModule(app: App): void {
  const { openPath } = app.view.getState();
  if (openPath !== '') goToInstance(app, openPath);
}

/** Opens a definition in an instance of it, the one that is open if it is one; tells it where there is none. */
export function goToDefinition(app: App, module: string, nodeIds: readonly string[] = []): void {
  const { tree } = app.derived.getState();
  const path = instanceOf(tree, module, app.view.getState().openPath);
  if (path === null) {
    app.notices.getState().tell(`${module} is used nowhere, so it cannot be shown`);
    return;
  }
  const nodes = app.document.getState().document.modules.find(({ name }) => name === module)?.nodes ?? [];
  show(
    app,
    path,
    nodeIds.filter((id) => nodes.some((node) => node.id === id)),
  );
}

function show(app: App, path: InstancePath, nodeIds: readonly string[]): void {
  const { openPath, open, select } = app.view.getState();
  if (openPath === path) select(nodeIds);
  else open(path, nodeIds);
  // The canvas of a module that was just opened is there after the next frame.
  if (nodeIds.length > 0) requestAnimationFrame(() => app.canvas.current?.reveal(nodeIds));
}
