import { expect, test } from 'vitest';
import { createTestApp } from '../testing/test-app.ts';
import { emptyDocument } from '../commands/documents.ts';
import { rememberFiles } from './remembered-files.ts';

/** What all windows have in common. */
function setUp(content?: string) {
  const values = new Map<string, string>(content === undefined ? [] : [['patchbay:open-files', content]]);
  const living = new Set<string>();
  const openWindow = (id: string) => {
    living.add(id);
    const { app } = createTestApp();
    const others = async () => new Set([...living].filter((other) => other !== id));
    const storage = {
      getItem: (key: string) => values.get(key) ?? null,
      setItem: (key: string, value: string) => void values.set(key, value),
    };
    const remembered = rememberFiles(app.tabs, app.document, storage, { id, others });
    return {
      app,
      open: (name: string | null) =>
        app.tabs
          .getState()
          .open(emptyDocument(), { file: name === null ? null : { id: name, name }, name: name ?? 'new' }),
      before: async () => (await remembered.before).map(({ id }) => id),
      close: async () => {
        // What it has to write is written.
        await remembered.before;
        await Promise.resolve();
        remembered.stop();
        living.delete(id);
      },
    };
  };
  return { values, openWindow };
}

test('the files of all tabs are remembered, in their order, and what has no file is not', async () => {
  const { openWindow } = setUp();
  const first = openWindow('1');
  const a = first.open('a');
  first.open(null);
  first.open('b');
  first.open('c');
  first.app.tabs.getState().close(a);
  await first.close();
  expect(await openWindow('2').before()).toEqual(['b', 'c']);
});

test('windows that are open keep what is theirs; what was open in closed ones is offered until something is opened', async () => {
  const { openWindow } = setUp();
  const [first, second] = [openWindow('1'), openWindow('2')];
  first.open('a');
  second.open('b');
  expect([await first.before(), await second.before()]).toEqual([[], []]);
  await second.close();
  const third = openWindow('3');
  expect(await third.before()).toEqual(['b']);
  third.open('c');
  await third.close();
  await first.close();
  // Both were open at the end; `b` was let go when the third window opened something else.
  expect(await openWindow('4').before()).toEqual(['a', 'c']);
});

test('a window whose page is loaded anew is offered its own', async () => {
  const { openWindow } = setUp();
  const first = openWindow('1');
  first.open('a');
  await first.close();
  expect(await openWindow('1').before()).toEqual(['a']);
});

test.each([
  ['[{"id":"a","name":"a"}]', ['a']],
  ['[{"id":1}]', []],
  ['{"1":[{"id":1}]}', []],
  ['{', []],
])('of what an earlier version, or nobody, has written: %s', async (content, expected) => {
  expect(await setUp(content).openWindow('1').before()).toEqual(expected);
});
