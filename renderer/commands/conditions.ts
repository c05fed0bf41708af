/** Why a command cannot be run: conditions that several commands share. */
import type { App } from '../app-context.ts';
import type { Command } from './command.ts';
import type { OpenDocument } from '../stores/document.ts';
import { selectedNodes } from './open-module.ts';

type Condition = Command['when'];

export const always: Condition = () => true;

export const onEditor: Condition = (app) => app.view.getState().screen === 'editor' || 'No document is open';

/** Why nothing of the document can be edited; null if it can. */
export function readOnlyReason({ readOnly, elsewhere }: Pick<OpenDocument, 'readOnly' | 'elsewhere'>): string | null {
  if (!readOnly) return null;
  return elsewhere
    ? 'The document is read-only: its file is open elsewhere. Save it as another to edit it'
    : 'The document is read-only: a newer Patchbay wrote it';
}

export const editable: Condition = all(onEditor, (app) => readOnlyReason(app.document.getState()) ?? true);

export const anySelected: Condition = all(onEditor, (app) => selectedNodes(app).length > 0 || 'No node is selected');

/** Nodes, notes, frames or reroute points. */
export const anythingSelected: Condition = all(
  onEditor,
  (app) => selectedNodes(app).length > 0 || markCount(app) > 0 || 'Nothing is selected',
);

function markCount(app: App): number {
  const marks = app.canvas.current?.marks();
  return marks ? marks.decorations.length + marks.reroutes.length : 0;
}

export const onCanvas: Condition = all(onEditor, (app) => app.canvas.current !== null || 'No canvas is on screen');

/** Holds if all hold; the reason is the first that does not. */
export function all(...conditions: readonly Condition[]): Condition {
  return (app: App) => {
    for (const condition of conditions) {
      const possible = condition(app);
      if (possible !== true) return possible;
    }
    return true;
  };
}
