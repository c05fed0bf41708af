import { expect, test } from 'vitest';
import { analyse } from './analyse.ts';
import { compareDocuments, isSame } from './compare.ts';
import { apply, invert } from './diff.ts';
import {
  addReroute,
  connect,
  copySelection,
  EditError,
  groupNodes,
  moveNodes,
  moveReroutes,
  paste,
  removeReroutes,
  ungroupNode,
  type Edit,
} from './edits.ts';
import { formatDocument, parseDocument } from './file.ts';
import type { Edge, PatchbayDocument } from './schema.ts';
import { stackDocument, wire } from './testing/documents.ts';
import { LIBRARY } from './testing/library.ts';

const START = stackDocument();
const INTO_NORM = wire('blocks.hidden_states', 'norm.input');

/** Applies, and checks on the way that it can be undone. */
function done(document: PatchbayDocument, edit: Edit): PatchbayDocument {
  const after = apply(document, edit.diff);
  expect(formatDocument(apply(after, invert(edit.diff)))).toBe(formatDocument(document));
  return after;
}

const reroutesInto = (document: PatchbayDocument, id: string): Edge['reroutes'] =>
  document.modules[0]!.edges.find(({ to }) => to[0] === id)?.reroutes;

/** The wire to the norm led through two points. */
function bent(): PatchbayDocument {
  const first = done(START, addReroute(START, 'Model', { wire: INTO_NORM, index: 0 }, [100, 40]));
  return done(first, addReroute(first, 'Model', { wire: INTO_NORM, index: 1 }, [200, -0]));
}

test('points are added in their place, moved, and removed; their wire stays', () => {
  let document = bent();
  expect(reroutesInto(document, 'norm')).toEqual([
    [100, 40],
    [200, 0],
  ]);
  document = done(document, addReroute(document, 'Model', { wire: INTO_NORM, index: 1 }, [150, 20]));
  document = done(
    document,
    moveReroutes(
      document,
      'Model',
      [
        { wire: INTO_NORM, index: 2 },
        { wire: INTO_NORM, index: 0 },
      ],
      [
        [210, 5],
        [90, 45],
      ],
    ),
  );
  expect(reroutesInto(document, 'norm')).toEqual([
    [90, 45],
    [150, 20],
    [210, 5],
  ]);
  document = done(document, removeReroutes(document, 'Model', [{ wire: INTO_NORM, index: 1 }]));
  expect(reroutesInto(document, 'norm')).toHaveLength(2);
  const rest = [0, 1].map((index) => ({ wire: INTO_NORM, index }));
  // Without points the wire is as it was before it had some.
  expect(done(document, removeReroutes(document, 'Model', rest))).toEqual(START);
});

test('there must be such a wire, and such a point', () => {
  const nowhere = wire('norm.output', 'blocks.hidden_states');
  expect(() => addReroute(START, 'Model', { wire: nowhere, index: 0 }, [0, 0])).toThrow(EditError);
  expect(() => addReroute(START, 'Model', { wire: INTO_NORM, index: 1 }, [0, 0])).toThrow(EditError);
  expect(() => addReroute(START, 'Model', { wire: INTO_NORM, index: 0 }, [NaN, 0])).toThrow(EditError);
  expect(() => removeReroutes(bent(), 'Model', [{ wire: INTO_NORM, index: 2 }])).toThrow(EditError);
  expect(() => moveReroutes(START, 'Model', [{ wire: INTO_NORM, index: 0 }], [[0, 0]])).toThrow(EditError);
});

test('a file keeps them, and a graph means what it meant', () => {
  const document = bent();
  const text = formatDocument(document);
  expect(text).toContain('"to": ["norm", "input"], "reroutes": [[100, 40], [200, 0]]}');
  expect(parseDocument(text).document).toStrictEqual(document);
  expect(isSame(compareDocuments(START, document))).toBe(true);
  const [before, after] = [START, document].map((one) => analyse(one, LIBRARY));
  expect(after!.tree).toEqual(before!.tree);
  expect(after!.inference).toEqual(before!.inference);
});

test('they move along with both ends of their wire, and by their share where these move apart', () => {
  const document = bent();
  const together = new Map([
    ['blocks', [30, -10] as const],
    ['norm', [30, -10] as const],
  ]);
  expect(reroutesInto(done(document, moveNodes(document, 'Model', together)), 'norm')).toEqual([
    [130, 30],
    [230, -10],
  ]);
  const apart = new Map([
    ['blocks', [0, 0] as const],
    ['norm', [90, 60] as const],
  ]);
  expect(reroutesInto(done(document, moveNodes(document, 'Model', apart)), 'norm')).toEqual([
    [130, 60],
    [260, 40],
  ]);
  const one = done(document, moveNodes(document, 'Model', new Map([['norm', [500, 0] as const]])));
  expect(reroutesInto(one, 'norm')).toEqual(reroutesInto(document, 'norm'));
});

test('copies are led through points of their own; a wire from elsewhere goes straight', () => {
  const document = bent();
  const both = copySelection(document, 'Model', ['blocks', 'norm']);
  expect(reroutesInto(done(document, paste(document, 'Model', both, [0, 1000])), 'norm_1')).toEqual([
    [100, 1040],
    [200, 1000],
  ]);
  const kept = done(document, paste(document, 'Model', copySelection(document, 'Model', ['norm']), [0, 0], true));
  expect(kept.modules[0]!.edges.at(-1)).toEqual(wire('blocks.hidden_states', 'norm_1.input'));
});

test('another wire at the input goes straight; the same one keeps its way', () => {
  const document = bent();
  const other = done(document, connect(document, 'Model', ['pixel_values', 'output'], ['norm', 'input']));
  expect(reroutesInto(other, 'norm')).toBeUndefined();
  const same = done(document, connect(document, 'Model', INTO_NORM.from, INTO_NORM.to));
  expect(same).toEqual(document);
});

test('a group keeps the points of its wires, inside and outside, and so does ungrouping', () => {
  const document = bent();
  for (const ids of [['blocks', 'norm'], ['blocks'], ['norm']]) {
    const edit = groupNodes(document, LIBRARY, 'Model', ids);
    const grouped = done(document, edit);
    const points = grouped.modules.flatMap(({ edges }) => edges.flatMap(({ reroutes = [] }) => reroutes));
    expect(points).toEqual(reroutesInto(document, 'norm'));
    const back = done(grouped, ungroupNode(grouped, LIBRARY, 'Model', edit.place!.nodeIds[0]!));
    expect(reroutesInto(back, 'norm')).toEqual(points);
  }
});
