import { expect, test } from 'vitest';
import { apply, invert } from './diff.ts';
import { duplicateModule, reasonToKeep, removeModule } from './edits.ts';
import { stackDocument } from './testing/documents.ts';

test('a duplicate stands beside its module, alike but for its name, and may be deleted again', () => {
  const document = stackDocument();
  const [main, block] = document.modules;
  const shipped = { ...block!, origin: { library: 'patchbay', name: 'Block', version: 1 } };
  const before = { ...document, modules: [main!, shipped] };
  const edit = duplicateModule(before, 'Block');
  const after = apply(before, edit.diff);
  // What it was copied from says nothing of a copy that is there to be changed.
  expect(after.modules).toEqual([main, shipped, { ...block!, name: 'Block2' }]);
  expect(apply(after, invert(edit.diff))).toEqual(before);
  expect(apply(after, duplicateModule(after, 'Block').diff).modules[2]!.name).toBe('Block3');
  expect(apply(after, removeModule(after, 'Block2').diff)).toEqual(before);
});

test('what is used, and the main module, stay: the reason names who uses it', () => {
  const document = stackDocument();
  expect(reasonToKeep(document, 'Block')).toBe('Block is used in Model');
  expect(reasonToKeep(document, 'Model')).toBe('Model is the main module');
  expect(() => removeModule(document, 'Block')).toThrow('Block is used in Model');
  expect(() => duplicateModule(document, 'Model')).toThrow('the main module');
});
