/** Commands that edit the graph. */
import type { App } from '../app-context.ts';
import { copyNodes, duplicateNodes, pasteNodes } from './clipboard.ts';
import { shapeFiles } from './captions.ts';
import type { Command } from './command.ts';
import { all, anySelected, editable, onCanvas, onEditor } from './conditions.ts';
import { goToEdit } from './navigate.ts';
import { openModule } from './open-module.ts';
import { placePictures } from './place-pictures.ts';
import { removeAndHeal } from './wiring.ts';

export const EDIT_COMMANDS: readonly Command[] = [
  {
    id: 'edit.undo',
    title: 'Undo',
    group: 'edit',
    inText: 'settled',
    keys: ['Mod+Z'],
    when: all(editable, (app) => app.document.getState().history.past.length > 0 || 'There is nothing to undo'),
    run: (app) => {
      const edit = app.document.getState().undo();
      if (edit) goToEdit(app, edit);
    },
  },
  {
    id: 'edit.redo',
    title: 'Redo',
    group: 'edit',
    inText: 'settled',
    keys: ['Mod+Shift+Z', 'Mod+Y'],
    when: all(editable, (app) => app.document.getState().history.future.length > 0 || 'There is nothing to redo'),
    run: (app) => {
      const edit = app.document.getState().redo();
      if (edit) goToEdit(app, edit);
    },
  },
  {
    id: 'edit.cut',
    title: 'Cut',
    group: 'edit',
    keys: ['Mod+X'],
    when: all(editable, anySelected),
    run: async (app) => {
      await copyNodes(app);
      removeSelected(app, (count) => `Cut ${count === 1 ? 'node' : `${count} nodes`}`);
    },
  },
  {
    id: 'edit.copy',
    title: 'Copy',
    group: 'edit',
    keys: ['Mod+C'],
    when: anySelected,
    run: copyNodes,
  },
  {
    id: 'edit.paste',
    title: 'Paste',
    group: 'edit',
    keys: ['Mod+V'],
    native: true,
    when: all(editable, (app) => app.clipboard.payload !== null || 'No nodes were copied'),
    run: (app) => pasteNodes(app),
  },
  {
    id: 'edit.paste-wired',
    title: 'Paste with incoming wires',
    group: 'edit',
    keys: ['Mod+Shift+V'],
    when: all(editable, (app) => app.clipboard.payload !== null || 'No nodes were copied in this window'),
    run: (app) => pasteNodes(app, true),
  },
  {
    id: 'edit.duplicate',
    title: 'Duplicate',
    group: 'edit',
    keys: ['Mod+D'],
    when: all(editable, anySelected),
    run: duplicateNodes,
  },
  {
    id: 'edit.delete',
    title: 'Delete',
    group: 'edit',
    keys: ['Delete', 'Mod+Backspace'],
    when: all(editable, anySelected),
    run: (app) => removeSelected(app),
  },
  {
    id: 'edit.select-all',
    title: 'Select all nodes',
    group: 'edit',
    keys: ['Mod+A'],
    when: onEditor,
    run: (app) => app.view.getState().select(openModule(app).nodes.map(({ id }) => id)),
  },
  {
    id: 'edit.add-node',
    title: 'Add a node…',
    group: 'edit',
    keys: ['Shift+A'],
    when: all(editable, onCanvas),
    run: (app) => app.view.getState().setAddMenu(app.canvas.current!.insertionPointOnScreen()),
  },
  {
    id: 'edit.add-shapes',
    title: 'Add coloured shapes with captions',
    group: 'edit',
    when: all(editable, onCanvas),
    run: async (app) => {
      const files = await shapeFiles();
      await placePictures(
        app,
        files.map((file) => ({ ...file, mime: 'image/png', path: null })),
        null,
        true,
      );
    },
  },
];

function removeSelected(app: App, titleOf?: (count: number) => string): void {
  const { dispatch } = app.document.getState();
  const { selection, select } = app.view.getState();
  const edit = removeAndHeal(app, [...selection]);
  select([]);
  dispatch(titleOf ? { ...edit, title: titleOf(selection.size) } : edit);
}
