import { expect, test } from 'vitest';
import { apply, DiffError, equal, invert, squash, valueAt, type Change, type Diff } from './diff.ts';
import { stackDocument } from './testing/documents.ts';

const DOCUMENT = stackDocument();
const EPS = ['modules', 'Model', 'nodes', 'norm', 'params', 'eps'];
const SHAPE = ['modules', 'Model', 'nodes', 'norm', 'params', 'normalized_shape'];

const set = (path: string[], before: unknown, after: unknown): Change => ({ kind: 'set', path, before, after });
const insert = (path: string[], index: number, value: unknown): Change => ({ kind: 'insert', path, index, value });
const remove = (path: string[], index: number, value: unknown): Change => ({ kind: 'remove', path, index, value });

test('what a diff does not touch keeps its identity', () => {
  const after = apply(DOCUMENT, [set(SHAPE, 'embed_dim', 8)]);
  expect(valueAt(after, SHAPE)).toBe(8);
  expect(after.modules[1]).toBe(DOCUMENT.modules[1]);
  expect(after.modules[0]!.edges).toBe(DOCUMENT.modules[0]!.edges);
  expect(after.modules[0]!.nodes[0]).toBe(DOCUMENT.modules[0]!.nodes[0]);
  expect(valueAt(DOCUMENT, SHAPE)).toBe('embed_dim');
});

test('a field comes back where it was, so that the text is the same', () => {
  const diff: Diff = [remove(['modules', 'Model', 'nodes', 'norm', 'type'], 2, 'layer_norm')];
  const back = apply(apply(DOCUMENT, diff), invert(diff));
  expect(JSON.stringify(back)).toBe(JSON.stringify(DOCUMENT));
});

test('a diff that was not made for the document is refused, and changes nothing', () => {
  const refused: Diff[] = [
    [set(SHAPE, 'other', 8)],
    [set(['modules', 'Nowhere', 'name'], 'a', 'b')],
    [insert(SHAPE, 0, 1)],
    [remove(EPS, 0, 1)],
    [remove(SHAPE, 3, 'embed_dim')],
    [insert(['seed', 'x'], 0, 1)],
    [set(['modules', 'Model', 'nodes', 'norm', 'position', '0'], 0, 1)],
  ];
  for (const diff of refused) expect(() => apply(DOCUMENT, diff)).toThrow(DiffError);
});

test.each<[string, Diff, Diff, Diff]>([
  ['values set twice', [set(SHAPE, 'embed_dim', 1)], [set(SHAPE, 1, 2)], [set(SHAPE, 'embed_dim', 2)]],
  ['a value set and set back', [set(SHAPE, 'embed_dim', 1)], [set(SHAPE, 1, 'embed_dim')], []],
  ['something added and removed', [insert(EPS, 1, 1)], [remove(EPS, 1, 1)], []],
  ['something removed and put back', [remove(SHAPE, 0, 'embed_dim')], [insert(SHAPE, 0, 'embed_dim')], []],
  ['something added and changed', [insert(EPS, 1, 1)], [set(EPS, 1, 2)], [insert(EPS, 1, 2)]],
  [
    'a change of what is then removed',
    [set(['seed'], 0, 5), set(SHAPE, 'embed_dim', 1)],
    [remove(['modules', 'Model', 'nodes', 'norm', 'params'], 3, { normalized_shape: 1 })],
    [
      set(['seed'], 0, 5),
      remove(['modules', 'Model', 'nodes', 'norm', 'params'], 3, { normalized_shape: 'embed_dim' }),
    ],
  ],
  [
    'a change inside what was added',
    [insert(['assets', 'a'], 0, { id: 'a', name: 'x' })],
    [set(['seed'], 0, 5), set(['assets', 'a', 'name'], 'x', 'y')],
    [insert(['assets', 'a'], 0, { id: 'a', name: 'y' }), set(['seed'], 0, 5)],
  ],
])('squashing %s', (_, first, second, expected) => {
  expect(squash(first, second)).toEqual(expected);
});

test('equality of plain data', () => {
  expect(equal({ a: [1, { b: 2 }], c: 3 }, { c: 3, a: [1, { b: 2 }] })).toBe(true);
  expect(equal({ a: 1 }, { a: 1, b: undefined })).toBe(false);
  expect(equal([], {})).toBe(false);
  expect(equal(null, {})).toBe(false);
  expect(equal(0, -0)).toBe(false);
});
