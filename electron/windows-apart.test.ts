/** Several windows of one main process: what is one's is no other's, and what comes for one goes to no other. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { CallName, DesktopCalls, MovedDocument, PickedCheckpoint } from './api.ts';
import { CALL_CHANNELS, EVENT_CHANNELS } from './channels.ts';
import { Desktop } from './desktop.ts';
import { MOST_WINDOWS } from './desktop-limits.ts';
import { registerHandlers } from './ipc.ts';
import type { FakeWindow } from './testing/fake-electron.ts';

const world = vi.hoisted(() => ({
  handlers: new Map<string, unknown>(),
  windows: new Set<FakeWindow>(),
  open: [] as string[],
  save: '',
  button: 0,
}));

vi.mock('electron', async () => (await import('./testing/fake-electron.ts')).createFakeElectron(world));

type Invoke = (
  event: object,
  payload: unknown,
) => Promise<{ ok: boolean; value?: unknown; error?: { message: string } }>;
type Answer<C extends CallName> = Extract<Awaited<ReturnType<DesktopCalls[C]>>, { ok: true }>['value'];

const VIT = readFileSync('templates/vit.patchbay');
const BYTES = new Uint8Array(3);
let root: string;
let path: string;
let desktop: Desktop;
let first: FakeWindow;
let second: FakeWindow;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'patchbay-windows-'));
  mkdirSync(join(root, 'documents'));
  path = join(root, 'documents/own.patchbay');
  writeFileSync(path, VIT);
  writeFileSync(join(root, 'weights.safetensors'), new Uint8Array(1000));
  world.windows.clear();
  desktop = await Desktop.create({
    preload: '',
    userData: join(root, 'user-data'),
    openFiles: join(root, 'open-files'),
    log: { path: join(root, 'patchbay.log') },
  });
  registerHandlers(
    (contents) => desktop.handlersFor(contents),
    (work) => desktop.track(work),
  );
  await desktop.showWindow();
  [first] = [...world.windows] as [FakeWindow];
  await call(first, 'newWindow');
  second = [...world.windows].at(-1)!;
});

afterEach(async () => {
  await desktop.pendingWork();
  rmSync(root, { recursive: true });
});

/** What the page of this window gets. @throws {Error} of the answer's message. */
async function call<C extends CallName>(window: FakeWindow, name: C, request?: unknown): Promise<Answer<C>> {
  const event = { sender: window.webContents, senderFrame: { url: 'patchbay://app/', parent: null } };
  const answer = await (world.handlers.get(CALL_CHANNELS[name]) as Invoke)(event, request);
  if (!answer.ok) throw new Error(answer.error!.message);
  return answer.value as Answer<C>;
}

async function open(window: FakeWindow): Promise<string> {
  world.open = [path];
  const [opened] = await call(window, 'openDialog', { several: false });
  return opened!.handle.id;
}

const payloadsOf = (window: FakeWindow, event: keyof typeof EVENT_CHANNELS) =>
  window.sent.flatMap(([channel, payload]) => (channel === EVENT_CHANNELS[event] ? [payload] : []));

test('what one window was given is worth nothing in another', async () => {
  const weights = join(root, 'weights.safetensors');
  const handle = await open(first);
  world.open = [weights];
  const { handle: checkpoint } = (await call(first, 'pickCheckpoint', { document: handle })) as PickedCheckpoint;
  world.save = join(root, 'export.zip');
  const writing = await call(first, 'exportPick', { suggestedName: 'export.zip' });
  await call(first, 'journalWrite', { id: 'own', name: 'own', handle, bytes: BYTES });
  expect(await call(first, 'readCheckpoint', { handle: checkpoint, begin: 0, end: 3 })).toHaveLength(3);

  const moved = { window: crypto.randomUUID(), name: 'x', handle, bytes: BYTES, unsaved: true, journalId: 'own' };
  for (const [name, request] of [
    ['save', { handle, bytes: BYTES }],
    ['readChanged', { handle, take: true }],
    ['claimFile', { handle, reveal: true }],
    ['releaseFile', { handle }],
    ['pickImages', { document: handle }],
    ['readCheckpoint', { handle: checkpoint, begin: 0, end: 3 }],
    ['exportWrite', { writing, bytes: BYTES, last: true }],
    ['journalWrite', { id: 'own', name: 'x', handle: null, bytes: BYTES }],
    ['journalAppend', { id: 'own', bytes: BYTES }],
    ['journalDiscard', { id: 'own' }],
    ['moveDocument', moved],
  ] as const) {
    await expect(call(second, name, request), name).rejects.toThrow();
  }
  expect(await call(second, 'journalClaim', { id: 'own' })).toBe(false);
  expect(await call(second, 'journalRead')).toEqual([]);
  const sha256 = createHash('sha256').update(new Uint8Array(1000)).digest('hex');
  const named = { document: null, path: weights, sha256 };
  expect(await call(second, 'openCheckpoint', named)).toBeNull();
  expect(await call(first, 'openCheckpoint', named)).not.toBeNull();
  expect(readFileSync(path)).toEqual(VIT);
  await call(first, 'journalAppend', { id: 'own', bytes: BYTES });
});

test('what a document names comes into reach of a window where the person opens it', async () => {
  const handle = await open(first);
  world.open = [join(root, 'weights.safetensors')];
  const { path: written, sha256 } = (await call(first, 'pickCheckpoint', { document: handle })) as PickedCheckpoint;
  await call(first, 'save', { handle, bytes: VIT });
  const other = await open(second);
  expect(await call(second, 'openCheckpoint', { document: other, path: written, sha256 })).not.toBeNull();
});

test('a file is one window’s, where it is shown when it is asked for; then it is another’s', async () => {
  const [handle, other] = [await open(first), await open(second)];
  expect(await call(first, 'claimFile', { handle, reveal: true })).toBe('own');
  expect(await call(second, 'claimFile', { handle: other, reveal: false })).toBe('other-window');
  expect(payloadsOf(first, 'showFile')).toEqual([]);
  expect(await call(second, 'claimFile', { handle: other, reveal: true })).toBe('other-window');
  await desktop.openPath(path);
  expect(payloadsOf(first, 'showFile')).toEqual([{ handle }, { handle }]);
  expect([...payloadsOf(first, 'openFile'), ...payloadsOf(second, 'openFile')]).toEqual([]);
  // Saved as that file by the other, its edits here would be lost.
  world.save = path;
  await expect(call(second, 'saveDialog', { suggestedName: 'x', bytes: BYTES })).rejects.toThrow(
    'The file is open in another window. Save under another name, or close it there.',
  );
  await call(second, 'releaseFile', { handle: other });
  expect(await call(second, 'claimFile', { handle: other, reveal: false })).toBe('other-window');
  first.close();
  expect(await call(second, 'claimFile', { handle: other, reveal: false })).toBe('own');
});

test('what another window saved is a change on disk', async () => {
  const [handle, other] = [await open(first), await open(second)];
  await call(first, 'save', { handle, bytes: new TextEncoder().encode('by the first, and not as long') });
  expect(await call(first, 'readChanged', { handle, take: false })).toBeNull();
  expect(await call(second, 'readChanged', { handle: other, take: false })).not.toBeNull();
  world.button = 1;
  expect(await call(second, 'save', { handle: other, bytes: BYTES })).toBeNull();
  world.button = 0;
});

test('a document moves with its file, its stamp and its entry, to a window that was opened for it', async () => {
  const handle = await open(first);
  await call(first, 'claimFile', { handle, reveal: true });
  await call(first, 'journalWrite', { id: 'own', name: 'own', handle, bytes: BYTES });
  const window = await call(first, 'newWindow');
  const third = [...world.windows].at(-1)!;
  const moved = { window, name: 'own', handle, bytes: VIT, unsaved: true, journalId: 'own' };
  await call(first, 'moveDocument', moved);
  const [event] = payloadsOf(third, 'documentMoved') as (Omit<MovedDocument, 'handle'> & { handle: { id: string } })[];
  expect(event).toEqual({ ...moved, window: undefined, handle: { id: event!.handle.id, name: 'own.patchbay' } });
  const passed = event!.handle.id;
  expect(await call(third, 'claimFile', { handle: passed, reveal: true })).toBe('own');
  expect(await call(third, 'readChanged', { handle: passed, take: false })).toBeNull();
  await call(third, 'journalAppend', { id: 'own', bytes: BYTES });
  await expect(call(first, 'journalAppend', { id: 'own', bytes: BYTES })).rejects.toThrow();
  // Once: it is a window of its own by now.
  await expect(call(first, 'moveDocument', moved)).rejects.toThrow('The new window was closed');
});

test('who closes a window has answered for its edits alone; those of a page that is gone are anybody’s', async () => {
  await call(first, 'journalWrite', { id: 'own', name: 'own', handle: null, bytes: BYTES });
  await call(second, 'journalWrite', { id: 'other', name: 'other', handle: null, bytes: BYTES });
  const folder = join(root, 'user-data/journal');
  await call(first, 'answerClose', { question: 1, close: true });
  expect(readdirSync(folder)).toEqual(['other.journal']);
  await call(second, 'newWindow');
  const third = [...world.windows].at(-1)!;
  expect(await call(third, 'journalRead')).toEqual([]);
  second.close();
  expect((await call(third, 'journalRead')).map(({ id }) => id)).toEqual(['other']);
  expect([
    await call(third, 'journalClaim', { id: 'other' }),
    await call(third, 'journalClaim', { id: 'none' }),
  ]).toEqual([true, false]);
});

/** @returns whether the end was put off, to ask. */
function quit(): boolean {
  const state = { prevented: false };
  desktop.beforeQuit({ preventDefault: () => (state.prevented = true) });
  return state.prevented;
}

const asked = () => [first, second].map((window) => payloadsOf(window, 'closeRequested').length);

test('to end, windows with unsaved edits are asked one after the other, and one that stays calls all of it off', async () => {
  await call(second, 'newWindow');
  const third = [...world.windows].at(-1)!;
  for (const window of [first, second]) await call(window, 'setDocumentState', { title: 'x', dirty: true });
  first.focus();
  expect([quit(), asked()]).toEqual([true, [1, 0]]);
  await call(first, 'answerClose', { question: 1, close: false });
  expect([world.windows.size, asked()]).toEqual([3, [1, 0]]);

  expect(quit()).toBe(true);
  await call(first, 'answerClose', { question: 2, close: true });
  await vi.waitFor(() => expect(asked()).toEqual([2, 1]));
  expect([...world.windows]).toEqual([second, third]);
  await call(second, 'answerClose', { question: 1, close: true });
  await vi.waitFor(() => expect(world.windows.size).toBe(0));
  expect(quit()).toBe(false);
});

test('an answer that comes late to a question of before calls off no end that was asked for since', async () => {
  for (const window of [first, second]) await call(window, 'setDocumentState', { title: 'x', dirty: true });
  first.focus();
  quit();
  quit();
  expect(payloadsOf(first, 'closeRequested')).toEqual([{ question: 1 }, { question: 2 }]);
  await call(first, 'answerClose', { question: 1, close: false });
  await call(first, 'answerClose', { question: 2, close: true });
  await vi.waitFor(() => expect([...world.windows]).toEqual([second]));
  await vi.waitFor(() => expect(payloadsOf(second, 'closeRequested')).not.toEqual([]));
});

test('a page cannot fill the screen with windows', async () => {
  for (let window = world.windows.size; window < MOST_WINDOWS; window++) await call(second, 'newWindow');
  await expect(call(second, 'newWindow')).rejects.toThrow('16 windows are open. Close one first.');
  expect(world.windows.size).toBe(MOST_WINDOWS);
});

test('a window that is opened for a document waits for it; one that is asked for, or there already, does not', async () => {
  expect([...world.windows].map(({ url }) => url)).toEqual(['patchbay://app/', 'patchbay://app/']);
  await desktop.openPath(path);
  expect(world.windows.size).toBe(2);
  for (const window of world.windows) window.close();
  await desktop.openPath(path);
  const [window] = [...world.windows] as [FakeWindow];
  expect(window.url).toBe('patchbay://app/#opening');
  expect(payloadsOf(window, 'openFile')).toHaveLength(1);
});
