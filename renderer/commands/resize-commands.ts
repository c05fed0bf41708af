/** Sizes by key: what a hand does at the corner of a node, a note or a frame. */
import { combine, resizeDecoration, resizeNode, type Edit } from '../../graph/edits.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import { NODES } from '../../nodes/registry.ts';
import type { App } from '../app-context.ts';
import { GRID } from '../canvas/geometry.ts';
import { createProjector } from '../canvas/node-view.ts';
import type { Command } from './command.ts';
import { all, editable, onCanvas } from './conditions.ts';
import { openModule } from './open-module.ts';

/** Of both sides, with each press. */
const STEP = 4 * GRID;
/** No side becomes shorter. */
const SHORTEST = 4 * GRID;

export const RESIZE_COMMANDS: readonly Command[] = [
  resizeCommand('edit.larger', 'Make it larger', ['Alt+=', 'Alt++'], STEP),
  resizeCommand('edit.smaller', 'Make it smaller', ['Alt+-'], -STEP),
];

function resizeCommand(id: string, title: string, keys: readonly string[], by: number): Command {
  return {
    id,
    title,
    group: 'arrange',
    keys,
    when: all(
      editable,
      onCanvas,
      (app) => resizes(app, by).length > 0 || 'Select a node that shows something, a note or a frame',
    ),
    run: (app) => {
      const { document, dispatch } = app.document.getState();
      const steps = resizes(app, by);
      const [only, ...others] = steps;
      if (!only) return;
      const edit = others.length === 0 ? only(document) : combine(document, `Resize ${steps.length} things`, steps);
      // Held down, the key makes one step of the history.
      dispatch({ ...edit, coalesce: `resize ${JSON.stringify(edit.place)} ${edit.title}` });
    },
  };
}

type Step = (document: PatchbayDocument) => Edit;

function resizes(app: App, by: number): readonly Step[] {
  const { document } = app.document.getState();
  const { name, notes = [], frames = [] } = openModule(app);
  const { selection } = app.view.getState();
  const grown = (width: number, height: number): readonly [number, number] => [
    Math.max(SHORTEST, Math.round(width) + by),
    Math.max(SHORTEST, Math.round(height) + by),
  ];
  const nodes = createProjector(NODES)(document, name)
    .nodes.filter(({ id, preview }) => selection.has(id) && preview !== null)
    .map(({ id, geometry: { width, height } }): Step => {
      return (current) => resizeNode(current, name, id, grown(width, height));
    });
  const marks = (app.canvas.current?.marks().decorations ?? []).flatMap((ref): Step[] => {
    const mark = (ref.kind === 'note' ? notes : frames).find(({ id }) => id === ref.id);
    return mark ? [(current) => resizeDecoration(current, name, ref, grown(...mark.size), mark.position)] : [];
  });
  return [...nodes, ...marks];
}
