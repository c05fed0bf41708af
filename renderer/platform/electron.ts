/** The desktop shell: everything is asked of the main process over the bridge; failures come as values and leave as errors. */
import {
  CHECKPOINT_SLICE_BYTES,
  type DesktopApi,
  type DesktopJournalEntry,
  type HashedInPart,
  type HashProgress,
  type OpenedCheckpoint,
  type OpenedDesktopFile,
  type PickedCheckpoint as PickedDesktopCheckpoint,
  type Result,
} from '../../electron/api.ts';
import { copyImage, copyText } from './clipboard.ts';
import { DOCUMENT_ENDING } from './file-types.ts';
import { hashOf } from './hash-file.ts';
import { findKeptWeights } from './kept-weights.ts';
import { modelFilesFrom } from './desktop-model-folder.ts';
import { chooseModelFiles } from './model-files.ts';
import {
  type CheckpointFile,
  type CheckpointPlace,
  type FoundJournalEntry,
  type HashJob,
  type OpenedFile,
  type Platform,
  PlatformError,
} from './platform.ts';
import { filesOfCheckpoint, hashOfShards, shardsAmong } from './shards.ts';
import { editText } from './text-editing.ts';
import { download } from './upload.ts';

export function createElectronPlatform(api: DesktopApi, opensDocument: boolean): Platform {
  const readChanged: Platform['readChanged'] = async ({ id }, take = false) => {
    const bytes = await valueOf(api.readChanged({ handle: id, take }));
    return bytes && ownBytes(bytes);
  };
  return {
    kind: 'electron',
    mac: api.platform === 'darwin',

    openFile: async () => opened((await valueOf(api.openDialog({ several: false })))[0] ?? null),
    openFiles: async () => (await valueOf(api.openDialog({ several: true }))).map(openedFile),
    openRecent: async (id) => opened(await valueOf(api.openRecent({ id }))),
    openDropped: async (data) => {
      const files = [...data.files].filter((file) => file.name.toLowerCase().endsWith(DOCUMENT_ENDING));
      return await Promise.all(files.map((file) => openDropped(api, file)));
    },
    saveFile: (file, suggestedName, bytes) =>
      valueOf(file ? api.save({ handle: file.id, bytes }) : api.saveDialog({ suggestedName, bytes })),
    readChanged,
    // The main process compares with the entry's file since it read the entry.
    readChangedSince: (_entry, file) => readChanged(file),
    claimFile: ({ id }, reveal) => valueOf(api.claimFile({ handle: id, reveal })),
    releaseFile: ({ id }) => done(api.releaseFile({ handle: id })),
    newWindow: () => done(api.newWindow()),
    moveDocument: async (take) => {
      const window = await valueOf(api.newWindow());
      const moved = await take();
      if (!moved) return false;
      const { file, ...document } = moved;
      await done(api.moveDocument({ ...document, window, handle: file?.id ?? null }));
      return true;
    },
    recentFiles: async () =>
      (await valueOf(api.recentFiles())).map((file) => ({ ...file, openedAt: new Date(file.openedAt) })),
    forgetRecent: (id) => done(api.forgetRecent({ id })),
    clearRecentFiles: () => done(api.clearRecentFiles()),

    journal: {
      write: ({ id, name, file, bytes }) => done(api.journalWrite({ id, name, handle: file?.id ?? null, bytes })),
      append: (id, bytes) => done(api.journalAppend({ id, bytes })),
      read: async () => (await valueOf(api.journalRead())).map(foundEntry),
      // The main process knows at once which windows there are.
      freed: () => Promise.resolve(false),
      claim: (id) => valueOf(api.journalClaim({ id })),
      release: (id) => done(api.journalRelease({ id })),
      discard: (id) => done(api.journalDiscard({ id })),
    },

    pickImages: async (document) =>
      (await valueOf(api.pickImages({ document: document?.id ?? null }))).map((image) => ({
        ...image,
        bytes: ownBytes(image.bytes),
      })),
    readAsset: async (document, path, sha256) => {
      const bytes = await valueOf(api.readAsset({ document: document?.id ?? null, path, sha256 }));
      return bytes && ownBytes(bytes);
    },

    pickCheckpoint: async (document, _wanted, job) => {
      const begun = await valueOf(api.pickCheckpoint({ document: document?.id ?? null }));
      const picked = await hashed<PickedDesktopCheckpoint>(api, begun, job);
      return picked && { ...checkpointFile(api, picked, picked.name, picked.sha256), path: picked.path };
    },
    openCheckpoint: async (document, path, sha256, job) => {
      const begun = await valueOf(api.openCheckpoint({ document: document?.id ?? null, path, sha256 }));
      const found = await hashed<OpenedCheckpoint>(api, begun, job);
      const name = path.split('/').at(-1)!;
      return found ? checkpointFile(api, found, name, sha256) : await findKeptWeights(sha256, name);
    },
    pickModel: async (what) => {
      // The page's own field opens the system's dialog, and gives what was chosen there and nothing else.
      if (what === 'file') return await chooseModelFiles();
      // Of a folder it gives no links, as which Hugging Face's cache keeps all files.
      const folder = await valueOf(api.pickModelFolder());
      return folder && (await modelFilesFrom(api, folder));
    },
    adoptCheckpoint: async (files, main, job) => {
      const origin = files.find(({ path }) => path === main)?.from;
      if (origin?.kind === 'desktop') {
        const begun = await valueOf(api.adoptModelWeights({ folder: origin.folder, path: main }));
        const found = (await hashed<PickedDesktopCheckpoint>(api, begun, job))!;
        return { ...checkpointFile(api, found, found.name, found.sha256), path: found.path };
      }
      const { file } = files.find(({ path }) => path === main)!;
      const shards = await shardsAmong(filesOfCheckpoint(files, main));
      const sha256 = shards ? await hashOfShards(shards, job) : await hashOf(file, job);
      // Of several files the index is handed over: where it lies, its parts are looked for.
      const begun = await api.adoptCheckpoint(file, sha256);
      const adopted = begun && (await hashed<PickedDesktopCheckpoint>(api, unwrap(begun), job));
      if (!adopted) throw new PlatformError(`${main} cannot be read where it lies, or is another file by now.`);
      return { ...checkpointFile(api, adopted, adopted.name, adopted.sha256), path: adopted.path };
    },

    setDocumentState: (state) => void report(api.setDocumentState(state)),
    setCommands: (commands) => void report(api.setCommands({ commands })),
    confirmUnsaved: (name) => valueOf(api.confirmUnsaved({ name })),
    copyText,
    copyImage,
    exportFile: download,

    pickExport: async (suggestedName) => {
      const writing = await valueOf(api.exportPick({ suggestedName }));
      if (writing === null) return null;
      return {
        write: (bytes) => writeExport(api, writing, bytes),
      };
    },
    pickCheckpointPlace: async (suggestedName, files) => {
      if (files > 1) {
        const picked = await valueOf(api.exportPickParts({ suggestedName, count: files }));
        return picked && checkpointPlace(api, picked.writing, picked.stem);
      }
      const writing = await valueOf(api.exportPick({ suggestedName }));
      // One file is called as the person says, whatever its pieces are called here.
      return writing === null ? null : checkpointPlace(api, writing, suggestedName.replace(/\.safetensors$/, ''));
    },

    describeShell: () => valueOf(api.describeShell()),
    showLog: () => done(api.showLog()),
    pytorch: {
      open: (name, document) => valueOf(api.pytorchOpen({ name, document })),
      addWeights: (run, bytes) => done(api.pytorchWeights({ run, bytes })),
      run: (run, inputs) => valueOf(api.pytorchRun({ run, inputs })),
      close: (run) => done(api.pytorchClose({ run })),
    },

    opensDocument,
    onCommand: (listener) =>
      api.on('command', (command) => {
        // On macOS the menu's keys are how a text field undoes or copies: there the command is the field's.
        if (!editText(command)) listener(command);
      }),
    onOpenFile: (listener) => api.on('openFile', (file) => listener(openedFile(file))),
    onShowFile: (listener) => api.on('showFile', ({ handle }) => listener(handle)),
    onDocumentMoved: (listener) =>
      api.on('documentMoved', ({ handle, ...moved }) =>
        listener({ ...moved, file: handle, bytes: ownBytes(moved.bytes) }),
      ),
    onNotice: (listener) => {
      const stops = [
        api.on('notice', ({ message }) => listener(message)),
        api.on('gpuProcessGone', ({ deaths, reason }) => listener(gpuNotice(deaths, reason))),
      ];
      return () => stops.forEach((stop) => stop());
    },
    onCloseRequested: (listener) => {
      let asking = false;
      let latest = 0;
      const ask = async (question: number) => {
        latest = question;
        // The person clicked the cross again while the question stands: its answer is that to both.
        if (asking) return;
        asking = true;
        // A question that failed must not lose edits: the window stays.
        const close = await listener().catch(() => false);
        asking = false;
        await report(api.answerClose({ question: latest, close }));
      };
      return api.on('closeRequested', ({ question }) => void ask(question));
    },
  };
}

/** No more bytes of an export cross the bridge at once. */
const EXPORT_PIECE_BYTES = 16 * 1024 * 1024;

async function writeExport(api: DesktopApi, writing: string, bytes: Uint8Array): Promise<void> {
  // A file of no bytes has a last piece too.
  for (let at = 0; at === 0 || at < bytes.byteLength; at += EXPORT_PIECE_BYTES) {
    const last = at + EXPORT_PIECE_BYTES >= bytes.byteLength;
    // A copy: a view would take its whole buffer along.
    await done(api.exportWrite({ writing, bytes: bytes.slice(at, at + EXPORT_PIECE_BYTES), last }));
  }
}

/** The main process knows which file is the next. */
function checkpointPlace(api: DesktopApi, writing: string, stem: string): CheckpointPlace {
  return {
    stem,
    write: (_name, bytes, last) => done(api.exportWrite({ writing, bytes, last })),
    discard: () => done(api.exportCancel({ writing })),
  };
}

/** Asks on until the checkpoint is hashed: the last answer is what the first was to be. */
async function hashed<T extends OpenedCheckpoint>(
  api: DesktopApi,
  begun: T | HashedInPart | null,
  job: HashJob | undefined,
): Promise<T | null> {
  let answer: HashProgress = begun;
  while (answer !== null && 'hashing' in answer) {
    job?.signal.throwIfAborted();
    job?.onProgress(answer.name, answer.part);
    answer = await valueOf(api.hashCheckpoint({ hashing: answer.hashing }));
  }
  job?.signal.throwIfAborted();
  return answer as T | null;
}

async function openDropped(api: DesktopApi, file: File): Promise<OpenedFile> {
  const dropped = await api.openDropped(file);
  if (dropped) return openedFile(unwrap(dropped));
  return { file: null, name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) };
}

/** @throws {PlatformError} */
async function valueOf<T>(result: Promise<Result<T>>): Promise<T> {
  return unwrap(await result);
}

function unwrap<T>(result: Result<T>): T {
  if (!result.ok) throw new PlatformError(result.error.message);
  return result.value;
}

async function done(result: Promise<Result<unknown>>): Promise<void> {
  await valueOf(result);
}

/** For what the person did not ask for and cannot act on: a failure belongs to whoever looks at the console. */
async function report(result: Promise<Result<unknown>>): Promise<void> {
  const { ok, ...rest } = await result;
  if (!ok) console.error(rest);
}

function opened(file: OpenedDesktopFile | null): OpenedFile | null {
  return file && openedFile(file);
}

function openedFile({ handle, bytes }: OpenedDesktopFile): OpenedFile {
  return { file: handle, name: handle.name, bytes: ownBytes(bytes) };
}

function foundEntry({ id, name, handle, bytes, savedAt }: DesktopJournalEntry): FoundJournalEntry {
  return { id, name, file: handle, bytes: ownBytes(bytes), savedAt: new Date(savedAt) };
}

function checkpointFile(
  api: DesktopApi,
  { handle, byteLength, parts }: OpenedCheckpoint,
  name: string,
  sha256: string,
): CheckpointFile {
  return {
    name,
    sha256,
    byteLength,
    ...(parts && { parts: parts.map(({ holds, ...part }) => ({ ...part, holds: holds && new Set(holds) })) }),
    read: async (begin, end) => {
      const bytes = new Uint8Array(end - begin);
      for (let at = begin; at < end; at += CHECKPOINT_SLICE_BYTES) {
        const slice = { handle, begin: at, end: Math.min(at + CHECKPOINT_SLICE_BYTES, end) };
        bytes.set(await valueOf(api.readCheckpoint(slice)), at - begin);
      }
      return bytes;
    },
  };
}

/** What comes over the bridge is a copy made for this page, never shared memory. */
function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes as Uint8Array<ArrayBuffer>;
}

function gpuNotice(deaths: number, reason: string): string {
  const times = deaths === 1 ? '' : `, ${deaths} times within minutes`;
  return `The graphics process stopped (${reason})${times}. Values are computed again; nothing is lost.`;
}
