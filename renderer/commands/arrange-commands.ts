/** Commands that arrange nodes: on one line, evenly, or by what feeds what. Each is one step; nothing else moves. */
import { count } from '../../graph/edit.ts';
import { combine, moveDecorations, moveNodes, resizeDecoration, type Edit } from '../../graph/edits.ts';
import type { Frame, GraphModule, Note, PatchbayDocument } from '../../graph/schema.ts';
import type { App } from '../app-context.ts';
import { align, distribute, type Alignment, type Positions } from '../canvas/arrange.ts';
import type { Layout, LayoutRequest, Placed } from '../canvas/layout.ts';
import { boxesOf } from './boxes.ts';
import type { Command } from './command.ts';
import { all, editable, onCanvas } from './conditions.ts';
import { openModule } from './open-module.ts';

export const ARRANGE_COMMANDS: readonly Command[] = [
  {
    id: 'edit.layout',
    title: 'Lay out the selection, or all nodes',
    group: 'arrange',
    keys: ['Shift+L'],
    when: all(editable, onCanvas, (app) => openModule(app).nodes.length > 1 || 'There is nothing to lay out'),
    run: layOutNodes,
  },
  alignCommand('left', 'Align left edges', 'Alt+A'),
  alignCommand('centre', 'Align centres', 'Alt+H'),
  alignCommand('right', 'Align right edges', 'Alt+D'),
  alignCommand('top', 'Align top edges', 'Alt+W'),
  alignCommand('middle', 'Align middles', 'Alt+V'),
  alignCommand('bottom', 'Align bottom edges', 'Alt+S'),
  distributeCommand('x', 'Distribute from left to right', 'Alt+Shift+H'),
  distributeCommand('y', 'Distribute from top to bottom', 'Alt+Shift+V'),
];

function alignCommand(alignment: Alignment, title: string, key: string): Command {
  return {
    id: `edit.align-${alignment}`,
    title,
    group: 'arrange',
    keys: [key],
    when: all(editable, atLeast(2)),
    run: (app) => arrange(app, title, (boxes) => align(boxes, alignment)),
  };
}

function distributeCommand(axis: 'x' | 'y', title: string, key: string): Command {
  return {
    id: `edit.distribute-${axis}`,
    title,
    group: 'arrange',
    keys: [key],
    when: all(editable, atLeast(3)),
    run: (app) => arrange(app, title, (boxes) => distribute(boxes, axis)),
  };
}

function atLeast(number: number): Command['when'] {
  return (app) => app.view.getState().selection.size >= number || `Select at least ${number} nodes`;
}

function arrange(app: App, title: string, place: (boxes: ReturnType<typeof boxesOf>) => Positions): void {
  const { document } = app.document.getState();
  const { selection } = app.view.getState();
  const boxes = boxesOf(document, openModule(app).name, selection);
  moveTo(app, title, place(boxes));
}

function moveTo(app: App, title: string, positions: Positions): void {
  if (positions.size === 0) return;
  const { document, dispatch } = app.document.getState();
  const places = new Map([...positions].map(([id, { x, y }]) => [id, [x, y] as const]));
  dispatch({ ...moveNodes(document, openModule(app).name, places), title });
}

/** The selection if several nodes are selected, or else all; frames and notes go along. */
async function layOutNodes(app: App): Promise<void> {
  const { document } = app.document.getState();
  const { selection } = app.view.getState();
  const module = openModule(app);
  const chosen = selection.size > 1 ? selection : new Set(module.nodes.map(({ id }) => id));
  const all = [...boxesOf(document, module.name)].map(([id, box]) => ({ id, ...box }));
  const layout = await layOutInWorker({
    boxes: all.filter(({ id }) => chosen.has(id)),
    still: all.filter(({ id }) => !chosen.has(id)),
    wires: module.edges.map(({ from, to }) => [from[0], to[0]] as const),
    frames: (module.frames ?? []).map(placed),
    notes: (module.notes ?? []).map(placed),
  });
  if (app.document.getState().document !== document || openModule(app) !== module) {
    app.notices.getState().tell('The graph was edited while it was laid out, so that nothing was moved');
    return;
  }
  app.document.getState().dispatch(layoutEdit(document, module, layout));
  if (selection.size <= 1) app.canvas.current?.fit();
}

function placed({ id, position: [x, y], size: [width, height] }: Frame | Note): Placed {
  return { id, x, y, width, height };
}

/** Nodes, notes and frames as one step. */
function layoutEdit(document: PatchbayDocument, { name, nodes }: GraphModule, layout: Layout): Edit {
  const positions = new Map(nodes.map(({ id, position }) => [id, position]));
  const moved = layout.nodes.filter(({ id, x, y }) => positions.get(id)![0] !== x || positions.get(id)![1] !== y);
  const notes = layout.notes.map(({ id }) => ({ kind: 'note', id }) as const);
  return combine(document, `Lay out ${count(moved.length, 'node')}`, [
    (current) => moveNodes(current, name, new Map(moved.map(({ id, x, y }) => [id, [x, y] as const]))),
    (current) =>
      moveDecorations(
        current,
        name,
        notes,
        layout.notes.map(({ x, y }) => [x, y] as const),
      ),
    ...layout.frames.map(
      ({ id, x, y, width, height }) =>
        (current: PatchbayDocument) =>
          resizeDecoration(current, name, { kind: 'frame', id }, [width, height], [x, y]),
    ),
  ]);
}

function layOutInWorker(request: LayoutRequest): Promise<Layout> {
  const worker = new Worker(new URL('../canvas/layout.worker.ts', import.meta.url), { type: 'module', name: 'layout' });
  return new Promise<Layout>((resolve, reject) => {
    worker.addEventListener('message', ({ data }: MessageEvent<Layout>) => resolve(data));
    worker.addEventListener('error', ({ message }) => reject(new Error(message)));
    worker.postMessage(request, []);
  }).finally(() => worker.terminate());
}
