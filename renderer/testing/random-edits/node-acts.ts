/** What hands do with nodes: add, delete, copy, move, arrange, rename, mute; and where they look meanwhile. */
import { MODULES } from '../../../nodes/modules/registry.ts';
import { NODES } from '../../../nodes/registry.ts';
import { setParam, addNode, movePort, removeNodes, renameNode } from '../../../graph/edits.ts';
import { isPort } from '../../../graph/ports.ts';
import { wireKey } from '../../canvas/canvas-store.ts';
import { attemptEdit } from '../../commands/attempt-edit.ts';
import { boxesOf } from '../../commands/boxes.ts';
import { pasteText } from '../../commands/clipboard.ts';
import { leaveModule } from '../../commands/navigate.ts';
import { addEntry, type EntryRef, type WiredTo } from '../../library/add-entry.ts';
import { paletteGroups } from '../../library/entries.ts';
import type { Act, Hand } from './hand.ts';

const DIRECTIONS = [
  { x: 10, y: 0 },
  { x: -10, y: 0 },
  { x: 0, y: 10 },
  { x: 0, y: -10 },
];

const NAMES = ['x', 'y', 'attention', 'scores', 'constructor', '0', '1', 'not a name', 'hidden_states'];

/** Selects some nodes of the open module, or none. */
function selectSome({ app, module, below }: Hand): void {
  const { nodes } = module();
  const wanted = below(4);
  const first = below(nodes.length);
  app.view.getState().select(nodes.slice(first, first + wanted).map(({ id }) => id));
}

/** Of the palette, as it stands for the open module. */
function anEntry({ document, module, some }: Hand): EntryRef {
  const groups = paletteGroups(NODES, MODULES, document(), module().name);
  return some(some(groups)!.entries)!;
}

function whereTo({ edge, node, some, chance }: Hand): WiredTo | null {
  const wire = edge();
  const from = node();
  if (chance(0.4)) return null;
  if (wire && chance(0.5)) return { kind: 'wire', wire };
  return from
    ? { kind: 'port', port: { nodeId: from.id, side: 'output', port: some(['output', 'hidden_states'])! } }
    : null;
}

/** A command of the selection, of which there is one more often than not. */
function command(id: string, weight: number): Act {
  return {
    name: id,
    weight,
    act: (hand) => {
      if (hand.chance(0.8)) selectSome(hand);
      hand.app.commands.run(id);
    },
  };
}

export const NODE_ACTS: readonly Act[] = [
  {
    name: 'add from the palette',
    weight: 30,
    act: (hand) => {
      const { x, y } = hand.point();
      const written = hand.chance(0.1) ? hand.some(['8, 16', 'bias=False', 'nonsense=', '(']) : null;
      addEntry(hand.app, anEntry(hand), [x, y], whereTo(hand), written);
    },
  },
  command('edit.delete', 16),
  command('edit.duplicate', 6),
  command('edit.cut', 4),
  command('edit.copy', 6),
  command('edit.paste', 5),
  command('edit.paste-wired', 4),
  command('edit.mute', 5),
  command('edit.bypass', 5),
  command('edit.align-left', 2),
  command('edit.align-middle', 2),
  command('edit.distribute-x', 2),
  command('edit.layout', 3),
  {
    name: 'select all',
    weight: 1,
    act: ({ app }) => app.commands.run('edit.select-all'),
  },
  {
    name: 'paste a text',
    weight: 3,
    act: ({ app, test, some }) => void pasteText(app, some([...test.copied, 'no nodes']) ?? ''),
  },
  {
    name: 'drag',
    weight: 14,
    act: ({ node, point, edge, actions, chance }) => {
      const dragged = node();
      const over = edge();
      if (dragged) actions.drop(new Map([[dragged.id, point()]]), over && chance(0.3) ? wireKey(over) : null);
    },
  },
  {
    name: 'drag a copy',
    weight: 3,
    act: ({ app, node, point, document, module, actions }) => {
      const dragged = node();
      const box = dragged && boxesOf(document(), module().name).get(dragged.id);
      if (box) actions.duplicateTo(new Map([[dragged.id, { ...box, ...point() }]]));
      else app.view.getState().select([]);
    },
  },
  {
    name: 'nudge',
    weight: 10,
    act: (hand) => {
      if (hand.chance(0.5)) selectSome(hand);
      const direction = hand.some(DIRECTIONS)!;
      for (let left = hand.below(4); left >= 0; left--) hand.actions.nudge(direction);
    },
  },
  {
    name: 'nudge there and back',
    weight: 2,
    act: ({ actions }) => {
      actions.nudge({ x: 10, y: 0 });
      actions.nudge({ x: -10, y: 0 });
    },
  },
  {
    name: 'resize',
    weight: 4,
    act: ({ node, actions, below }) => {
      const resized = node();
      if (resized) actions.resize(resized.id, [200 + below(200), 100 + below(200)]);
    },
  },
  {
    name: 'rename',
    weight: 8,
    act: ({ node, some, actions }) => {
      const renamed = node();
      if (renamed) actions.rename(renamed.id, some(NAMES)!);
    },
  },
  {
    name: 'ports of the module',
    weight: 6,
    act: ({ app, module, some, below, point }) => {
      const { x, y } = point();
      const { name, nodes } = module();
      const port = some(nodes.filter(isPort));
      const [add, move, rename, remove] = [0, 1, 2, 3];
      const does = below(4);
      if (does === add)
        attemptEdit(app, (document) => addNode(document, name, { type: some(['input', 'output'])!, position: [x, y] }));
      else if (port && does === move) attemptEdit(app, (document) => movePort(document, name, port.id, some([-1, 1])!));
      else if (port && does === rename)
        attemptEdit(app, (document) => renameNode(document, name, port.id, some(NAMES)!));
      else if (port && does === remove) attemptEdit(app, (document) => removeNodes(document, name, [port.id]));
    },
  },
  {
    name: 'pictures of an input',
    weight: 2,
    act: ({ app, module, some, document }) => {
      const input = some(module().nodes.filter((node) => 'type' in node && node.type === 'image_input'));
      const ids = document().assets.map(({ id }) => id);
      if (input) attemptEdit(app, (now) => setParam(now, module().name, input.id, 'images', ids.join(',')));
    },
  },
  {
    name: 'open a module',
    weight: 10,
    act: ({ node, actions }) => {
      const opened = node();
      if (opened) actions.open(opened.id);
    },
  },
  { name: 'leave the module', weight: 8, act: ({ app }) => leaveModule(app) },
];
