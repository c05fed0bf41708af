/** What hands do with wires, their points, notes and frames, and with what the checker proposes. */
import { repairsIn } from '../../stores/repairs.ts';
import { wireKey } from '../../canvas/canvas-store.ts';
import { frameKey, noteKey, rerouteCorner, rerouteKey } from '../../canvas/marks.ts';
import { portNames } from '../../../graph/module-index.ts';
import { finder } from '../../../graph/modules.ts';
import { NODES } from '../../../nodes/registry.ts';
import type { Act, Hand } from './hand.ts';

const TEXTS = ['', '# What this does', 'Two\nlines, and "quotes"', 'ключ \u2028 🙂'];

/** An end of a wire at a node; most are ports that it has. */
function port({ node, document, some, chance }: Hand, side: 'inputs' | 'outputs'): [string, string] | null {
  const at = node();
  const ports = at && portNames(at, finder(document()), NODES)?.[side];
  if (!at || !ports) return null;
  return [at.id, (chance(0.95) && some(ports)) || 'no_such_port'];
}

function aMark({ module, some }: Hand): string | undefined {
  const { notes = [], frames = [] } = module();
  return some([...notes.map(({ id }) => noteKey(id)), ...frames.map(({ id }) => frameKey(id))]);
}

export const WIRE_ACTS: readonly Act[] = [
  {
    name: 'wire',
    weight: 26,
    act: (hand) => {
      const [from, to] = [port(hand, 'outputs'), port(hand, 'inputs')];
      if (from && to) hand.actions.rewire(null, { from, to });
    },
  },
  {
    name: 'take a wire elsewhere',
    weight: 6,
    act: (hand) => {
      const wire = hand.edge();
      const to = port(hand, 'inputs');
      if (wire && to) hand.actions.rewire(wire, { from: wire.from, to });
    },
  },
  {
    name: 'disconnect',
    weight: 4,
    act: ({ edge, actions }) => {
      const wire = edge();
      if (wire) actions.disconnectKey(wireKey(wire));
    },
  },
  {
    name: 'cut wires',
    weight: 2,
    act: ({ edge, actions }) =>
      actions.disconnectAll(new Set([edge(), edge()].flatMap((wire) => (wire ? [wireKey(wire)] : [])))),
  },
  {
    name: 'lead a wire through a point',
    weight: 8,
    act: ({ edge, point, actions }) => {
      const wire = edge();
      if (wire) actions.addReroute(wire, point());
    },
  },
  {
    name: 'drag a point of a wire',
    weight: 4,
    act: ({ module, some, below, point, actions }) => {
      const wire = some(module().edges.filter(({ reroutes = [] }) => reroutes.length > 0));
      const { x, y } = point();
      if (wire) actions.move(new Map([[rerouteKey(wire, below(wire.reroutes!.length)), rerouteCorner([x, y])]]));
    },
  },
  {
    name: 'straighten',
    weight: 2,
    act: ({ edge, actions }) => {
      const wire = edge();
      if (wire) actions.straighten(wire);
    },
  },
  { name: 'add a note', weight: 3, act: ({ actions, point }) => actions.addNote(point()) },
  { name: 'add a frame', weight: 3, act: ({ actions, point }) => actions.addFrame(point()) },
  {
    name: 'write in a note or frame',
    weight: 5,
    act: (hand) => {
      const mark = aMark(hand);
      if (mark !== undefined) hand.actions.writeDecoration(mark, hand.some(TEXTS)!);
    },
  },
  {
    name: 'drag a note or frame',
    weight: 4,
    act: (hand) => {
      const mark = aMark(hand);
      if (mark !== undefined) hand.actions.move(new Map([[mark, hand.point()]]));
    },
  },
  {
    name: 'resize a note or frame',
    weight: 3,
    act: (hand) => {
      const mark = aMark(hand);
      const { x, y } = hand.point();
      if (mark !== undefined)
        hand.actions.resizeDecoration(mark, [100 + hand.below(600), 60 + hand.below(300)], [x, y]);
    },
  },
  {
    name: 'select a note, frame or point',
    weight: 4,
    act: (hand) => {
      const wire = hand.edge();
      const marks = [aMark(hand), wire?.reroutes && rerouteKey(wire, 0)];
      hand.canvas.setState({ decorations: new Set(marks.filter((mark) => mark !== undefined)) });
    },
  },
  {
    name: 'apply a fix',
    weight: 6,
    act: ({ app, some, actions }) => {
      const derived = app.derived.getState();
      const problem = some(derived.problems);
      const fix = problem && some(repairsIn(derived, problem));
      if (fix) actions.fix(fix);
    },
  },
];
