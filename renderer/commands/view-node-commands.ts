/** Commands on the preview of the selected node: seen large, pinned; and what a view node shows, written to files. */
import type { GraphNode } from '../../graph/schema.ts';
import { NODES } from '../../nodes/registry.ts';
import { viewOf, type NodeView } from '../canvas/node-view.ts';
import { shownPort } from '../canvas/values.ts';
import { previewProblem } from '../pins/preview-ref.ts';
import { togglePin } from '../pins/toggle-pin.ts';
import type { PreviewRef } from '../stores/view.ts';
import { exportView, type ViewFormat } from '../views/export.ts';
import { viewNodeOf } from '../views/subject.ts';
import type { App } from '../app-context.ts';
import type { Command } from './command.ts';
import { all, onEditor } from './conditions.ts';
import { openModule, selectedNode } from './open-module.ts';

const aView = all(onEditor, (app) => selectedView(app) !== null || 'Select one view node');

const aPreview = all(onEditor, (app) => {
  const node = selectedNode(app);
  if (!node) return 'Select one node';
  return previewProblem(viewIn(app, node)) ?? true;
});

const aValue = all(onEditor, (app) => {
  const node = selectedNode(app);
  if (!node) return 'Select one node';
  return shownPort(viewIn(app, node)) !== null || 'It has no value to show';
});

/** With a title for where it is plain what is meant. */
type ShortCommand = Command & { readonly short: string };

/** For every node that shows a value. */
export const PREVIEW_COMMANDS: readonly ShortCommand[] = [
  {
    id: 'view.enlarge',
    title: 'Show the preview large',
    short: 'Large',
    group: 'view',
    keys: ['L'],
    when: aPreview,
    run: (app) => {
      const view = selectedView(app);
      if (view) app.view.getState().enlarge(view.id);
      else app.view.getState().setLargePreview(selectedPreview(app));
    },
  },
  {
    id: 'view.read',
    title: 'Read the numbers of the value',
    short: 'Numbers',
    group: 'view',
    keys: ['V'],
    when: aValue,
    run: (app) => app.view.getState().setReading(selectedNode(app)!.id),
  },
  {
    id: 'view.pin',
    title: 'Pin the preview, or unpin it',
    short: 'Pin',
    group: 'view',
    keys: ['P'],
    when: aPreview,
    run: (app) => togglePin(app, selectedPreview(app)),
  },
];

/** For view nodes alone. */
export const VIEW_NODE_COMMANDS: readonly ShortCommand[] = [
  exportCommand('png', 'PNG', 'Save the view as a picture (PNG)'),
  exportCommand('npy', '.npy', 'Save the view’s data for NumPy (.npy)'),
  exportCommand('csv', 'CSV', 'Save the view’s data as a table (CSV)'),
];

function exportCommand(format: ViewFormat, short: string, title: string): ShortCommand {
  return {
    id: `view.export-${format}`,
    title,
    short,
    group: 'view',
    when: aView,
    run: async (app) => app.notices.getState().tell(await exportView(app, selectedView(app)!, format)),
  };
}

function viewIn(app: App, node: GraphNode): NodeView {
  const { modules } = app.document.getState().document;
  const library = { definitions: NODES, modules: new Map(modules.map((module) => [module.name, module])) };
  return viewOf(node, openModule(app), library);
}

function selectedPreview(app: App): PreviewRef {
  return { around: app.view.getState().openPath, nodeId: selectedNode(app)!.id };
}

function selectedView(app: App) {
  const node = selectedNode(app);
  return node ? viewNodeOf(node) : null;
}
