import { expect, test } from 'vitest';
import { importModules } from '../../graph/edits.ts';
import { apply } from '../../graph/diff.ts';
import { documentOf, instance, module } from '../../graph/testing/documents.ts';
import { fateOf, resultOf } from './import-dialog.tsx';

const HERE = documentOf([module('Main', {}), module('Same', {}), module('Other', { help: 'Here.' })]);
const FILE = documentOf([
  module('Main', {}),
  module('Same', {}),
  module('Other', { help: 'There.' }),
  module('Inner', {}),
  module('Outer', { nodes: [instance('i', 'Inner')] }),
]);

test('before it is done, each module says what becomes of it', () => {
  const planned = importModules(HERE, FILE, ['Same', 'Other', 'Outer']);
  expect(['Same', 'Other', 'Inner', 'Outer'].map((name) => fateOf(name, planned))).toEqual([
    'is here already',
    'another Other is here: comes as Other_1',
    'comes too: it is needed',
    '',
  ]);
  expect(fateOf('Same', null)).toBe('');
});

test('what was done is told with the names that modules have now', () => {
  const planned = importModules(HERE, FILE);
  expect(resultOf(planned, 'x.patchbay')).toBe('Imported Other as Other_1, Inner, Outer from x.patchbay');
  const again = importModules(apply(HERE, planned.edit.diff), FILE, ['Same', 'Inner']);
  expect(resultOf(again, 'x.patchbay')).toBe('Nothing new came from x.patchbay: all of it is here');
});
