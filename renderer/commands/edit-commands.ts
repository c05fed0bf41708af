/** Commands that edit the graph. */
import type { App } from '../app-context.ts';
import { combine, type Edit } from '../../graph/edits.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import { removeMarks, type MarkRefs } from '../canvas/mark-edits.ts';
import { anythingToCopy, copied, copySelected, describe, duplicateSelected, pasteCopied } from './clipboard.ts';
import { shapeFiles } from './captions.ts';
import type { Command } from './command.ts';
import { all, anythingSelected, editable, onCanvas, onEditor } from './conditions.ts';
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
    id: 'edit.history',
    title: 'History',
    group: 'edit',
    keys: ['Shift+H'],
    when: onEditor,
    run: (app) => {
      const { history, setHistory } = app.view.getState();
      setHistory(!history);
    },
  },
  {
    id: 'edit.cut',
    title: 'Cut',
    group: 'edit',
    keys: ['Mod+X'],
    when: all(editable, anythingToCopy),
    run: async (app) => {
      const cut = copied(app);
      await copySelected(app);
      remove(app, cut.nodeIds, { decorations: cut.decorations, reroutes: [] }, `Cut ${describe(cut)}`);
    },
  },
  {
    id: 'edit.copy',
    title: 'Copy',
    group: 'edit',
    keys: ['Mod+C'],
    when: anythingToCopy,
    run: copySelected,
  },
  {
    id: 'edit.paste',
    title: 'Paste',
    group: 'edit',
    keys: ['Mod+V'],
    native: true,
    when: all(editable, (app) => app.clipboard.payload !== null || 'Nothing was copied'),
    run: (app) => pasteCopied(app),
  },
  {
    id: 'edit.paste-wired',
    title: 'Paste with incoming wires',
    group: 'edit',
    keys: ['Mod+Shift+V'],
    when: all(editable, (app) => app.clipboard.payload !== null || 'Nothing was copied in this window'),
    run: (app) => pasteCopied(app, true),
  },
  {
    id: 'edit.duplicate',
    title: 'Duplicate',
    group: 'edit',
    keys: ['Mod+D'],
    when: all(editable, anythingToCopy),
    run: duplicateSelected,
  },
  {
    id: 'edit.delete',
    title: 'Delete',
    group: 'edit',
    keys: ['Delete', 'Mod+Backspace'],
    when: all(editable, anythingSelected),
    run: (app) =>
      remove(app, [...app.view.getState().selection], app.canvas.current?.marks() ?? { decorations: [], reroutes: [] }),
  },
  {
    id: 'edit.select-all',
    title: 'Select all',
    group: 'edit',
    keys: ['Mod+A'],
    when: onEditor,
    run: (app) => {
      const { nodes, notes = [], frames = [] } = openModule(app);
      app.canvas.current?.mark([
        ...frames.map(({ id }) => ({ kind: 'frame', id }) as const),
        ...notes.map(({ id }) => ({ kind: 'note', id }) as const),
      ]);
      app.view.getState().select(nodes.map(({ id }) => id));
    },
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
    id: 'edit.add-note',
    title: 'Add a note',
    group: 'edit',
    keys: ['N'],
    when: all(editable, onCanvas),
    run: (app) => app.canvas.current?.addNote(),
  },
  {
    id: 'edit.add-frame',
    title: 'Frame the selection, or add a frame',
    group: 'edit',
    keys: ['Shift+N'],
    when: all(editable, onCanvas),
    run: (app) => app.canvas.current?.addFrame(),
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

/** Removes all of these as one step. Points go first: a wire that heals does not bring them back. */
function remove(app: App, nodeIds: readonly string[], marks: MarkRefs, title?: string): void {
  const { document, dispatch } = app.document.getState();
  const { name } = openModule(app);
  const steps = [
    ...removeMarks(marks).map(
      (step) =>
        (current: PatchbayDocument): Edit =>
          step(current, name),
    ),
    ...(nodeIds.length > 0 ? [(current: PatchbayDocument): Edit => removeAndHeal(app, nodeIds, current)] : []),
  ];
  const [only, ...others] = steps;
  if (!only) return;
  const count = nodeIds.length + marks.decorations.length + marks.reroutes.length;
  const edit = others.length === 0 ? only(document) : combine(document, `Delete ${count} things`, steps);
  app.view.getState().select([]);
  app.canvas.current?.mark([]);
  dispatch(title === undefined ? edit : { ...edit, title });
}
