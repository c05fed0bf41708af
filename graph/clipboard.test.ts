import { expect, test } from 'vitest';
import { apply, invert } from './diff.ts';
import { copySelection, EditError, parseClipboard, paste } from './edits.ts';
import type { PatchbayDocument } from './schema.ts';
import { BLOCK, documentOf, instance, module, node, stackDocument, wire } from './testing/documents.ts';
import { problemsOf } from './testing/show.ts';

const SOURCE = stackDocument();
const PICTURE = { id: 'p', name: 'p.png', mime: 'image/png', sha256: 'a'.repeat(64), data: 'AAAA' };

function pasted(
  document: PatchbayDocument,
  into: string,
  payload = copySelection(SOURCE, 'Model', ['blocks', 'norm']),
): PatchbayDocument {
  return apply(document, paste(document, into, payload, [100, 50]).diff);
}

test('a selection travels as a text, with the wires between its nodes and the modules that it needs', () => {
  const payload = copySelection(SOURCE, 'Model', ['norm', 'blocks']);
  expect(payload.nodes.map(({ id }) => id)).toEqual(['blocks', 'norm']);
  expect(payload.edges).toHaveLength(1);
  expect(payload.modules.map(({ name }) => name)).toEqual(['Block']);
  expect(parseClipboard(JSON.stringify(payload))).toEqual(payload);
  expect(() => copySelection(SOURCE, 'Model', ['nobody'])).toThrow(EditError);
});

test('other texts are none of ours', () => {
  const payload = JSON.stringify(copySelection(SOURCE, 'Model', ['norm']));
  const twice = payload.replace('"nodes":[', '"nodes":[{"id":"norm","name":"n","type":"t","position":[0,0]},');
  for (const text of [
    '',
    'hello',
    '{"format":"patchbay-clipboard"}',
    payload.slice(0, -1),
    payload.replace('"type"', '"tpye"'),
    twice,
  ])
    expect(parseClipboard(text)).toBeUndefined();
});

test('pasting within a document: new names and ids, the same module, placed where asked', () => {
  const document = pasted(SOURCE, 'Model');
  const main = document.modules[0]!;
  expect(document.modules).toHaveLength(2);
  expect(main.nodes.slice(4)).toMatchObject([
    { id: 'blocks_1', name: 'blocks_1', module: 'Block', repeat: 'depth', position: [100, 50] },
    { id: 'norm_1', name: 'norm_1', position: [100, 50] },
  ]);
  expect(main.edges.at(-1)).toEqual(wire('blocks_1.hidden_states', 'norm_1.input'));
});

test('pasting into another document brings the modules, renamed where another has the name', () => {
  const empty = documentOf([module('Empty', {})]);
  expect(pasted(empty, 'Empty').modules.map(({ name }) => name)).toEqual(['Empty', 'Block']);
  const same = documentOf([module('Empty', {}), BLOCK]);
  expect(pasted(same, 'Empty').modules).toHaveLength(2);
  const different = documentOf([module('Empty', {}), module('Block', {})]);
  const document = pasted(different, 'Empty');
  expect(document.modules.map(({ name }) => name)).toEqual(['Empty', 'Block', 'Block_1']);
  expect(document.modules[0]!.nodes[0]).toMatchObject({ module: 'Block_1' });
});

test('a renamed module is renamed in those that use it, too', () => {
  const source = documentOf([
    module('M', { nodes: [instance('o', 'Outer')] }),
    module('Outer', { nodes: [instance('b', 'Block')] }),
    BLOCK,
  ]);
  const target = documentOf([module('T', {}), module('Block', {})]);
  const document = pasted(target, 'T', copySelection(source, 'M', ['o']));
  expect(document.modules.map(({ name }) => name)).toEqual(['T', 'Block', 'Block_1', 'Outer']);
  expect(document.modules[3]!.nodes[0]).toMatchObject({ module: 'Block_1' });
});

test('pictures come along, and are one where their content is', () => {
  const source = documentOf([module('M', { nodes: [node('i', 'image_input', { images: 'p' })] })], {
    assets: [PICTURE],
  });
  const payload = copySelection(source, 'M', ['i']);
  expect(payload.assets).toEqual([PICTURE]);
  const taken = documentOf([module('T', {})], { assets: [{ ...PICTURE, sha256: 'b'.repeat(64) }] });
  const document = pasted(taken, 'T', payload);
  expect(document.assets.map(({ id }) => id)).toEqual(['p', 'p_1']);
  expect(document.modules[0]!.nodes[0]!.params).toEqual({ images: 'p_1' });
  const known = documentOf([module('T', {})], { assets: [{ ...PICTURE, id: 'q' }] });
  expect(pasted(known, 'T', payload).modules[0]!.nodes[0]!.params).toEqual({ images: 'q' });
});

test('a module is not pasted into itself', () => {
  expect(() => pasted(SOURCE, 'Block', copySelection(SOURCE, 'Model', ['blocks']))).toThrow(
    'Block cannot be pasted into itself',
  );
});

test('what was pasted into a document with the same hyperparameters works', () => {
  const target = stackDocument({
    nodes: [node('pixel_values', 'random_tensor', { shape: 'batch, 5, embed_dim' })],
    edges: [],
  });
  const document = pasted(target, 'Model');
  document.modules[0]!.edges.push(wire('pixel_values.output', 'blocks.hidden_states'));
  expect(problemsOf(document)).toEqual([]);
});

test('on request the wires that came from other nodes are kept, in the module that has them', () => {
  const payload = copySelection(SOURCE, 'Model', ['blocks']);
  const edit = paste(SOURCE, 'Model', payload, [0, 0], true);
  const after = apply(SOURCE, edit.diff);
  const [id] = edit.place!.nodeIds;
  expect(after.modules[0]!.edges.at(-1)).toEqual(wire('pixel_values.output', `${id}.hidden_states`));
  expect(apply(after, invert(edit.diff))).toEqual(SOURCE);
  expect(apply(SOURCE, paste(SOURCE, 'Model', payload, [0, 0]).diff).modules[0]!.edges).toEqual(
    SOURCE.modules[0]!.edges,
  );
  const elsewhere = documentOf([{ ...SOURCE.modules[0]!, name: 'Other' }, BLOCK]);
  expect(pasted(elsewhere, 'Other', payload).modules[0]!.edges).toEqual(SOURCE.modules[0]!.edges);
});

test('notes and frames are copied along, with ids of their own where they come', () => {
  const source = stackDocument({
    notes: [
      { id: 'note_1', text: 'Look', position: [-40, -60], size: [200, 50] },
      { id: 'note_2', text: 'Not this', position: [0, 0], size: [200, 50] },
    ],
    frames: [{ id: 'tower', title: 'Tower', position: [-20, -30], size: [500, 400] }],
  });
  const payload = copySelection(
    source,
    'Model',
    ['norm'],
    [
      { kind: 'frame', id: 'tower' },
      { kind: 'note', id: 'note_1' },
    ],
  );
  expect(parseClipboard(JSON.stringify(payload))).toEqual(payload);
  const edit = paste(source, 'Model', payload, [100, 100]);
  expect(edit.title).toBe('Paste 1 node and 2 notes and frames');
  expect(edit.decorations).toEqual([
    { kind: 'frame', id: 'frame_1' },
    { kind: 'note', id: 'note_3' },
  ]);
  const after = apply(source, edit.diff).modules[0]!;
  // The corner of all that was copied is the note's.
  expect(after.notes!.at(-1)).toEqual({ id: 'note_3', text: 'Look', position: [100, 100], size: [200, 50] });
  expect(after.frames!.at(-1)).toEqual({ id: 'frame_1', title: 'Tower', position: [120, 130], size: [500, 400] });
  expect(after.nodes.at(-1)!.position).toEqual([140, 160]);
  expect(apply(apply(source, edit.diff), invert(edit.diff))).toEqual(source);
});

test('notes alone can be copied, into a module that has none; nothing cannot', () => {
  const source = stackDocument({ notes: [{ id: 'n', text: 'Look', position: [7, 8], size: [200, 50] }] });
  const payload = copySelection(source, 'Model', [], [{ kind: 'note', id: 'n' }]);
  const edit = paste(SOURCE, 'Model', payload, [1, 2]);
  expect(edit.title).toBe('Paste 1 note or frame');
  expect(apply(SOURCE, edit.diff).modules[0]!.notes).toEqual([
    { id: 'note_1', text: 'Look', position: [1, 2], size: [200, 50] },
  ]);
  expect(apply(apply(SOURCE, edit.diff), invert(edit.diff))).toEqual(SOURCE);
  expect(parseClipboard(JSON.stringify(copySelection(source, 'Model', [])))).toBeUndefined();
});
