/** What commands act on: the definition of the module that is open, and its selected nodes. */
import type { GraphModule, GraphNode } from '../../graph/schema.ts';
import type { App } from '../app-context.ts';

/** @throws {Error} never for a path that the view store holds: it follows the tree. */
export function openModule(app: Pick<App, 'document' | 'derived' | 'view'>): GraphModule {
  const { document } = app.document.getState();
  const instance = app.derived.getState().tree.byPath.get(app.view.getState().openPath);
  const name = instance?.kind === 'module' ? instance.module : document.main;
  const module = document.modules.find((candidate) => candidate.name === name);
  if (!module) throw new Error(`the document has no module ${name}`);
  return module;
}

/** The selected nodes of the open module, in construction order. */
export function selectedNodes(app: Pick<App, 'document' | 'derived' | 'view'>): readonly GraphNode[] {
  const { selection } = app.view.getState();
  const selected: GraphNode[] = [];
  if (selection.size === 0) return selected;
  for (const node of openModule(app).nodes) {
    if (selection.has(node.id)) selected.push(node);
    // Every button asks this after every edit: there is no more to find.
    if (selected.length === selection.size) break;
  }
  return selected;
}

/** The one selected node, or undefined if none or several are. */
export function selectedNode(app: Pick<App, 'document' | 'derived' | 'view'>): GraphNode | undefined {
  const nodes = selectedNodes(app);
  return nodes.length === 1 ? nodes[0] : undefined;
}
