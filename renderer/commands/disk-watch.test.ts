import { beforeEach, expect, test, vi } from 'vitest';
import { setSeed } from '../../graph/edits.ts';
import { formatDocument } from '../../graph/file.ts';
import { createTestApp, type TestApp } from '../testing/test-app.ts';
import { isDirty } from '../stores/document.ts';
import { DiskWatch } from './disk-watch.ts';
import { emptyDocument, save } from './documents.ts';

const FILE = 'Untitled.patchbay';
const bytesOf = (seed: number) => new TextEncoder().encode(formatDocument({ ...emptyDocument(), seed }));

let t: TestApp;
let watch: DiskWatch;
beforeEach(async () => {
  vi.stubGlobal('requestAnimationFrame', () => 0);
  t = createTestApp();
  watch = new DiskWatch(t.app);
  await save(t.app);
});

const dialog = () => t.app.notices.getState().dialog;
const state = () => t.app.document.getState();

/** Looks, and gives this answer to the question that comes. */
async function answer(button: string): Promise<void> {
  const looking = watch.look();
  await vi.waitFor(() => expect(dialog()?.title).toBe(`${FILE} was changed by another program`));
  t.app.notices.getState().answer(button);
  await looking;
}

test('a file that nobody wrote, or wrote as it was, is no news', async () => {
  await watch.look();
  t.writeElsewhere(FILE, bytesOf(0));
  await watch.look();
  expect(dialog()).toBeNull();
});

test('what is in the file is loaded when the person wants it', async () => {
  t.writeElsewhere(FILE, bytesOf(5));
  await answer('load');
  expect([state().document.seed, state().file?.id, isDirty(state())]).toEqual([5, FILE, false]);
  // The next save over it asks nothing.
  expect(await t.app.platform.readChanged(state().file!)).toBeNull();
});

test('what is kept here is not what is in the file: the next save over it asks', async () => {
  t.writeElsewhere(FILE, bytesOf(5));
  await answer('cancel');
  expect(await t.app.platform.readChanged(state().file!)).toEqual(bytesOf(5));
});

test('a file that is written again while the question stands is told again', async () => {
  t.writeElsewhere(FILE, bytesOf(5));
  const looking = watch.look();
  await vi.waitFor(() => expect(dialog()).not.toBeNull());
  t.writeElsewhere(FILE, bytesOf(6));
  const first = dialog();
  t.app.notices.getState().answer('load');
  await vi.waitFor(() => expect([null, first]).not.toContain(dialog()));
  expect(state().document.seed).toBe(5);
  t.app.notices.getState().answer('load');
  await looking;
  expect(state().document.seed).toBe(6);
});

test('kept, it is told once, and again when it is another', async () => {
  t.writeElsewhere(FILE, bytesOf(5));
  await answer('cancel');
  expect(state().document.seed).toBe(0);
  await watch.look();
  expect(dialog()).toBeNull();
  t.writeElsewhere(FILE, bytesOf(6));
  await answer('compare');
  expect(t.app.view.getState().compared).toMatchObject({ name: `${FILE}, as it is in the file` });
  expect(t.app.view.getState().compared?.document.seed).toBe(6);
});

test('unsaved edits are named before they are given up; a file that cannot be read is told', async () => {
  state().dispatch(setSeed(state().document, 9));
  t.writeElsewhere(FILE, bytesOf(5));
  const looking = watch.look();
  await vi.waitFor(() => expect(dialog()?.message).toMatch(/edits that are not saved/));
  t.app.notices.getState().answer('cancel');
  await looking;
  expect(state().document.seed).toBe(9);
  t.writeElsewhere(FILE, new TextEncoder().encode('{ half of'));
  await watch.look();
  expect(dialog()).toBeNull();
  expect(t.app.notices.getState().toasts.at(-1)?.message).toMatch(/cannot be read now: /);
  expect(state().document.seed).toBe(9);
});
