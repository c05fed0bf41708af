import { expect, test } from 'vitest';
import { apply, invert } from './diff.ts';
import { importModules } from './edits.ts';
import { BLOCK, documentOf, instance, module, node, stackDocument } from './testing/documents.ts';
import { problemsOf } from './testing/show.ts';

const OTHER = documentOf([
  module('Main', { nodes: [instance('outer', 'Outer')] }),
  module('Outer', { nodes: [instance('block', 'Block')] }),
  { ...BLOCK, help: 'Another one of this name.' },
]);

test('modules come with what they need; one that is the same is not copied', () => {
  const document = documentOf([module('Model', {})]);
  const { edit, added, renamed } = importModules(document, OTHER, ['Outer']);
  const after = apply(document, edit.diff);
  expect(added).toEqual(['Block', 'Outer']);
  expect(renamed).toEqual([]);
  expect(after.modules.map(({ name }) => name)).toEqual(['Model', 'Block', 'Outer']);
  expect(apply(after, invert(edit.diff))).toEqual(document);
  expect(importModules(after, OTHER)).toMatchObject({ added: [], present: ['Block', 'Outer'], edit: { diff: [] } });
});

test('where a name clashes, what comes is renamed, its instances follow, and what is here stays', () => {
  const document = stackDocument();
  const { edit, renamed } = importModules(document, OTHER);
  const after = apply(document, edit.diff);
  expect(renamed).toEqual([{ from: 'Block', to: 'Block_1' }]);
  expect(after.modules.find(({ name }) => name === 'Outer')!.nodes[0]).toMatchObject({ module: 'Block_1' });
  expect(after.modules.slice(0, 2)).toEqual(document.modules);
  expect(problemsOf(after)).toEqual(problemsOf(document));
});

test('a file without modules says so', () => {
  expect(() => importModules(stackDocument(), documentOf([module('Main', {})]))).toThrow(
    'no modules besides its main one',
  );
});

test('pictures that modules name come along, under an id that is free, and are one where their content is', () => {
  const picture = { id: 'p', name: 'lake.png', mime: 'image/png', sha256: 'a'.repeat(64), data: 'AAAA' };
  const source = documentOf(
    [module('Main', {}), module('Eye', { nodes: [node('see', 'image_input', { images: 'p' })] })],
    { assets: [picture] },
  );
  const other = { ...picture, sha256: 'b'.repeat(64) };
  const after = apply(
    documentOf([module('Model', {})], { assets: [other] }),
    importModules(documentOf([module('Model', {})], { assets: [other] }), source).edit.diff,
  );
  expect(after.assets).toEqual([other, { ...picture, id: 'p_1' }]);
  expect(after.modules[1]!.nodes[0]!.params).toEqual({ images: 'p_1' });
  // A second time it is known: by what it shows, and so is the module.
  const again = importModules(after, source);
  expect(apply(after, again.edit.diff).assets).toEqual(after.assets);
  expect(again.present).toEqual(['Eye']);
});

test('a choice of modules brings what it needs, and says so', () => {
  const document = documentOf([module('Model', {})]);
  expect(importModules(document, OTHER, ['Outer'])).toMatchObject({ added: ['Block', 'Outer'], needed: ['Block'] });
  expect(importModules(document, OTHER, ['Block'])).toMatchObject({ added: ['Block'], needed: [] });
});
