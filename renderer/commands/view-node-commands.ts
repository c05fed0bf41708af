/** Commands on the selected view node: seen large, written to files. */
import { exportView, type ViewFormat } from '../views/export.ts';
import { viewNodeOf } from '../views/subject.ts';
import type { App } from '../app-context.ts';
import type { Command } from './command.ts';
import { all, onEditor } from './conditions.ts';
import { selectedNode } from './open-module.ts';

const aView = all(onEditor, (app) => selectedView(app) !== null || 'Select one view node');

/** With a title for where it is plain that a view is meant. */
export const VIEW_NODE_COMMANDS: readonly (Command & { readonly short: string })[] = [
  {
    id: 'view.enlarge',
    title: 'Show the view large',
    short: 'Large',
    group: 'view',
    keys: ['L'],
    when: aView,
    run: (app) => app.view.getState().enlarge(selectedView(app)!.id),
  },
  exportCommand('png', 'PNG', 'Save the view as a picture (PNG)'),
  exportCommand('npy', '.npy', 'Save the view’s data for NumPy (.npy)'),
  exportCommand('csv', 'CSV', 'Save the view’s data as a table (CSV)'),
];

function exportCommand(format: ViewFormat, short: string, title: string): Command & { readonly short: string } {
  return {
    id: `view.export-${format}`,
    title,
    short,
    group: 'view',
    when: aView,
    run: async (app) => app.notices.getState().tell(await exportView(app, selectedView(app)!, format)),
  };
}

function selectedView(app: App) {
  const node = selectedNode(app);
  return node ? viewNodeOf(node) : null;
}
