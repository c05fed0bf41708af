import { expect, test } from 'vitest';
import { apply, invert } from './diff.ts';
import {
  addFrame,
  addNote,
  makeUnique,
  moveDecorations,
  removeDecorations,
  resizeDecoration,
  writeDecoration,
  type Edit,
} from './edits.ts';
import type { GraphModule, PatchbayDocument } from './schema.ts';

const MLP: GraphModule = {
  name: 'VisionMLP',
  origin: { library: 'patchbay', name: 'VisionMLP', version: 1 },
  hyperparameters: [{ name: 'embed_dim', type: 'int', default: 8 }],
  nodes: [{ id: 'fc1', name: 'fc1', type: 'linear', position: [0, 0] }],
  edges: [],
};

const DOCUMENT: PatchbayDocument = {
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
      nodes: [
        { id: 'a', name: 'a', module: 'VisionMLP', position: [0, 0] },
        { id: 'b', name: 'b', module: 'VisionMLP', position: [300, 0] },
      ],
      edges: [],
    },
    MLP,
  ],
};

/** Applies, and checks on the way that it can be undone. */
function done(document: PatchbayDocument, edit: Edit): PatchbayDocument {
  const after = apply(document, edit.diff);
  expect(apply(after, invert(edit.diff))).toEqual(document);
  return after;
}

test('notes come and go, and change in between', () => {
  const { edit, decoration } = addNote(DOCUMENT, 'Main', { text: '', position: [1, 2], size: [240, 100] });
  let document = done(DOCUMENT, edit);
  document = done(document, writeDecoration(document, 'Main', decoration, 'Look'));
  document = done(document, moveDecorations(document, 'Main', [decoration], [[5, 6]]));
  document = done(document, resizeDecoration(document, 'Main', decoration, [300, 120], [4, 6]));
  expect(document.modules[0]!.notes).toEqual([{ id: 'note_1', text: 'Look', position: [4, 6], size: [300, 120] }]);
  document = done(document, removeDecorations(document, 'Main', [decoration]));
  expect(document.modules[0]!.notes ?? []).toEqual([]);
});

test('a second frame has an id of its own', () => {
  const frame = { title: 'tower', position: [0, 0] as [number, number], size: [9, 9] as [number, number] };
  const first = done(DOCUMENT, addFrame(DOCUMENT, 'Main', frame).edit);
  const second = done(first, addFrame(first, 'Main', frame).edit);
  expect(second.modules[0]!.frames!.map(({ id }) => id)).toEqual(['frame_1', 'frame_2']);
});

test('a unique definition is a copy that the other uses do not share', () => {
  const document = done(DOCUMENT, makeUnique(DOCUMENT, 'Main', 'b'));
  expect(document.modules[0]!.nodes).toMatchObject([{ module: 'VisionMLP' }, { module: 'VisionMLP2' }]);
  const copy = document.modules.find(({ name }) => name === 'VisionMLP2')!;
  expect(copy.nodes).toEqual(MLP.nodes);
  // It is the document's own from now on.
  expect(copy.origin).toBeUndefined();
});
