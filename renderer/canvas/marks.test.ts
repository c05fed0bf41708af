import { expect, test } from 'vitest';
import { addFrame, addNote, addReroute, combine } from '../../graph/edits.ts';
import { apply } from '../../graph/diff.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import { NODES } from '../../nodes/registry.ts';
import { createFlowNodes } from './flow-nodes.ts';
import {
  followersOf,
  frameKey,
  insideFrame,
  markOf,
  noteKey,
  placeOf,
  rerouteCentre,
  rerouteKey,
  throughOf,
} from './marks.ts';
import { markRefs, moveMarks } from './mark-edits.ts';
import { createProjector } from './node-view.ts';

const PLAIN: PatchbayDocument = {
  format: 'patchbay',
  version: 1,
  seed: 0,
  main: 'Main',
  presets: [],
  assets: [],
  modules: [
    {
      name: 'Main',
      hyperparameters: [],
      nodes: ['a', 'b', 'c'].map((name, index) => ({ id: name, name, type: 'gelu', position: [400 * index, 0] })),
      edges: [
        { from: ['a', 'output'], to: ['b', 'input'] },
        { from: ['b', 'output'], to: ['c', 'input'] },
      ],
    },
  ],
};
const [A_TO_B, B_TO_C] = PLAIN.modules[0]!.edges as [Edge, Edge];
type Edge = PatchbayDocument['modules'][number]['edges'][number];

/** A frame about a and b with a note in it; two points between them, one of these above the frame; one between b and c. */
const DOCUMENT = apply(
  PLAIN,
  combine(PLAIN, 'Decorate', [
    (now) => addFrame(now, 'Main', { title: 'F', position: [-20, -60], size: [700, 500] }).edit,
    (now) => addNote(now, 'Main', { text: 'in', position: [0, -50], size: [100, 40] }).edit,
    (now) => addReroute(now, 'Main', { wire: A_TO_B, index: 0 }, [300, 90]),
    (now) => addReroute(now, 'Main', { wire: A_TO_B, index: 1 }, [350, -200]),
    (now) => addReroute(now, 'Main', { wire: B_TO_C, index: 0 }, [720, 90]),
  ]).diff,
);
const view = createProjector(NODES)(DOCUMENT, 'Main');
const edges = DOCUMENT.modules[0]!.edges;
const [first, above, beyond] = [rerouteKey(A_TO_B, 0), rerouteKey(A_TO_B, 1), rerouteKey(B_TO_C, 0)];
const FRAME = frameKey('frame_1');
const NOTE = noteKey('note_1');

test('ids say what they are of, whatever the names', () => {
  expect(markOf('a')).toBeNull();
  expect(markOf(NOTE)).toEqual({ kind: 'note', id: 'note_1' });
  expect(markOf(FRAME)).toEqual({ kind: 'frame', id: 'frame_1' });
  expect(markOf(rerouteKey({ to: ['odd:id/', 'in:put'] }, 12))).toEqual({
    kind: 'reroute',
    wire: 'odd:id//in:put',
    index: 12,
  });
});

test('a frame holds what lies in it, and leads the points of wires between that beside', () => {
  const [frame] = view.frames;
  expect(insideFrame(frame!, view)).toEqual(['a', 'b', NOTE, first]);
  expect(followersOf([FRAME], view)).toEqual(['a', 'b', NOTE, first, above]);
  expect(followersOf(['a', 'b', first], view)).toEqual([above]);
  expect(followersOf(['b'], view)).toEqual([]);
});

test('a wire goes through its points where they are now', () => {
  expect(throughOf(edges[0]!)).toEqual([
    { x: 300, y: 90 },
    { x: 350, y: -200 },
  ]);
  const corner = placeOf(view, first)!;
  expect(rerouteCentre(corner)).toEqual({ x: 300, y: 90 });
  const drag = new Map([[first, { x: corner.x + 5, y: corner.y }]]);
  expect(throughOf(edges[0]!, drag)[0]).toEqual({ x: 305, y: 90 });
  expect(placeOf(view, rerouteKey(A_TO_B, 2))).toBeNull();
  expect(placeOf(view, frameKey('gone'))).toBeNull();
});

test('what was dragged is moved in the document, by kind; what is gone is left out', () => {
  const positions = new Map([
    [NOTE, { x: 1.4, y: 2 }],
    [beyond, { x: 700, y: 50 }],
    [rerouteKey(B_TO_C, 7), { x: 0, y: 0 }],
  ]);
  expect(markRefs(positions.keys(), edges).reroutes).toHaveLength(1);
  const steps = moveMarks(positions, edges).map((step) => (now: PatchbayDocument) => step(now, 'Main'));
  const moved = apply(DOCUMENT, combine(DOCUMENT, 'Move', steps).diff).modules[0]!;
  expect(moved.notes![0]!.position).toEqual([1, 2]);
  expect(moved.edges[1]!.reroutes).toEqual([[710, 60]]);
  expect(moved.edges[0]).toBe(edges[0]);
});

test('points are drawn as nodes that keep their identity while nothing of theirs changes', () => {
  const flowNodes = createFlowNodes();
  const state = {
    selection: new Set<string>(),
    decorations: new Set<string>(),
    isFolded: () => false,
  };
  const before = flowNodes(view, state);
  expect(before.filter(({ type }) => type === 'reroute').map(({ id }) => id)).toEqual([first, above, beyond]);
  const after = flowNodes(view, { ...state, decorations: new Set([above]) });
  const changed = after.filter((node, index) => node !== before[index]);
  expect(changed.map(({ id, selected }) => [id, selected])).toEqual([[above, true]]);
  expect(flowNodes(view, { ...state, decorations: new Set([above]) })).toBe(after);
});
