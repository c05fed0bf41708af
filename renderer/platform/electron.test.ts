import { expect, test, vi } from 'vitest';
import {
  CHECKPOINT_SLICE_BYTES,
  type DesktopApi,
  type DesktopEvents,
  type EventName,
  type Result,
} from '../../electron/api.ts';
import { createElectronPlatform } from './electron.ts';
import { PlatformError } from './platform.ts';

const ok = <T>(value: T): Promise<Result<T>> => Promise.resolve({ ok: true, value });
const failed = (message: string) => Promise.resolve({ ok: false, error: { message } } as const);

/** A bridge whose calls a test replaces and whose events it sends. */
function fakeBridge(calls: Partial<DesktopApi>) {
  const listeners = new Map<EventName, (payload: never) => void>();
  const api = {
    platform: 'linux',
    on: (event: EventName, listener: (payload: never) => void) => {
      listeners.set(event, listener);
      return () => listeners.delete(event);
    },
    ...calls,
  } as DesktopApi;
  const emit = <E extends EventName>(event: E, payload: DesktopEvents[E]) => listeners.get(event)?.(payload as never);
  return { platform: createElectronPlatform(api, false), emit };
}

const HANDLE = { id: 'h', name: 'vit.patchbay' };

test('answers are unwrapped, failures become errors, a cancelled dialog is null', async () => {
  const bytes = new Uint8Array([1]);
  const { platform } = fakeBridge({
    openDialog: () => ok([]),
    openRecent: () => ok({ handle: HANDLE, bytes }),
    recentFiles: () => failed('The list is gone.'),
  });
  expect(await platform.openFile()).toBeNull();
  expect(await platform.openRecent('r')).toEqual({ file: HANDLE, name: 'vit.patchbay', bytes });
  await expect(platform.recentFiles()).rejects.toThrow(new PlatformError('The list is gone.'));
});

test('a file is saved by its handle, an untitled document by asking where', async () => {
  const save = vi.fn<DesktopApi['save']>(() => ok(HANDLE));
  const saveDialog = vi.fn<DesktopApi['saveDialog']>(() => ok(HANDLE));
  const { platform } = fakeBridge({ save, saveDialog });
  const bytes = new Uint8Array([1]);
  await platform.saveFile(HANDLE, 'x', bytes);
  expect(save).toHaveBeenCalledWith({ handle: 'h', bytes });
  await platform.saveFile(null, 'Untitled.patchbay', bytes);
  expect(saveDialog).toHaveBeenCalledWith({ suggestedName: 'Untitled.patchbay', bytes });
});

test('a checkpoint is read in slices that cross the bridge one after the other', async () => {
  const whole = Uint8Array.from({ length: 100 }, (_, index) => index);
  const asked: (readonly [number, number])[] = [];
  const far = 3 * CHECKPOINT_SLICE_BYTES;
  const { platform } = fakeBridge({
    openCheckpoint: () => ok({ handle: 'c', byteLength: far }),
    pickCheckpoint: () => ok(null),
    readCheckpoint: ({ begin, end }) => {
      asked.push([begin, end]);
      return ok(end - begin <= 100 ? whole.slice(0, end - begin) : new Uint8Array(end - begin));
    },
  });
  expect(await platform.pickCheckpoint(HANDLE, null)).toBeNull();
  const file = await platform.openCheckpoint(HANDLE, 'weights/vit.safetensors', 'ab');
  expect(file).toMatchObject({ name: 'vit.safetensors', sha256: 'ab', byteLength: far });
  expect(await file!.read(7, 17)).toEqual(whole.slice(0, 10));
  expect((await file!.read(5, 5)).byteLength).toBe(0);
  expect((await file!.read(1, far)).byteLength).toBe(far - 1);
  const size = CHECKPOINT_SLICE_BYTES;
  expect(asked).toEqual([
    [7, 17],
    [1, 1 + size],
    [1 + size, 1 + 2 * size],
    [1 + 2 * size, far],
  ]);
});

test('one question at a time before the window closes; one that fails keeps it open', async () => {
  const answers: (readonly [question: number, close: boolean])[] = [];
  const { platform, emit } = fakeBridge({
    answerClose: ({ question, close }) => {
      answers.push([question, close]);
      return ok(null);
    },
  });
  const questions: PromiseWithResolvers<boolean>[] = [];
  platform.onCloseRequested(() => {
    const question = Promise.withResolvers<boolean>();
    questions.push(question);
    return question.promise;
  });
  emit('closeRequested', { question: 1 });
  emit('closeRequested', { question: 2 });
  expect(questions).toHaveLength(1);
  questions[0]!.resolve(true);
  await vi.waitFor(() => expect(answers).toEqual([[2, true]]));
  emit('closeRequested', { question: 3 });
  questions[1]!.reject(new Error('the dialog broke'));
  await vi.waitFor(() => expect(answers.at(-1)).toEqual([3, false]));
});

test('what the shell has to tell is one kind of notice, and stops when it is no longer heard', () => {
  const { platform, emit } = fakeBridge({});
  const notices: string[] = [];
  const stop = platform.onNotice((message) => notices.push(message));
  emit('notice', { message: 'x could not be opened.' });
  for (const deaths of [1, 2, 4, 11]) emit('gpuProcessGone', { deaths, reason: 'oom' });
  stop();
  emit('notice', { message: 'unheard' });
  expect(notices).toEqual([
    'x could not be opened.',
    'The graphics process stopped (oom). Values are computed again; nothing is lost.',
    'The graphics process stopped (oom), 2 times within minutes. Values are computed again; nothing is lost.',
    'The graphics process stopped (oom), 4 times within minutes. Values are computed again; nothing is lost.',
    'The graphics process stopped (oom), 11 times within minutes. Values are computed again; nothing is lost.',
  ]);
});
