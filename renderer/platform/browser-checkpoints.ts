/**
 * Checkpoints in a browser, found by their hash: files of this session, and beyond it File System Access handles, which
 * the browser lets a page read again where it kept the permission, or once the person gives it. No copy is made.
 */
import { blobSource } from '../../graph/formats/safetensors.ts';
import { openDatabase, settled } from './file-store.ts';
import { isAllowed, isReadable, orCancelled, pickers } from './file-system-access.ts';
import { hashOf } from './hash-file.ts';
import { type CheckpointFile, type HashJob, type ModelFile, type PickedCheckpoint, PlatformError } from './platform.ts';
import { upload } from './upload.ts';

const ENDING = '.safetensors';
const PICKER = {
  id: 'patchbay-checkpoints',
  types: [{ description: 'Checkpoint', accept: { 'application/octet-stream': [ENDING] } }],
} as const;

const DATABASE = 'patchbay-checkpoints';
const STORE = 'handles';

interface StoredHandle {
  readonly sha256: string;
  readonly handle: FileSystemFileHandle;
}

export class BrowserCheckpoints {
  /** Hashed in this session. */
  readonly #files = new Map<string, File>();
  #database: Promise<IDBDatabase> | undefined;

  /** The file of this hash that is known and may be read now, or null. */
  async open(sha256: string, job?: HashJob): Promise<CheckpointFile | null> {
    const known = this.#files.get(sha256);
    if (known) return checkpointOf(known, sha256);
    const handle = await this.#stored(sha256);
    return handle && (await isReadable(handle)) ? await this.#take(handle, sha256, job) : null;
  }

  async pick(wanted: string | null, job?: HashJob): Promise<PickedCheckpoint | null> {
    const handle = wanted === null ? null : await this.#stored(wanted);
    if (handle && (await isAllowed(handle, 'read'))) {
      const known = await this.#take(handle, wanted!, job);
      if (known) return { ...known, path: known.name };
    }
    return await this.#ask(job);
  }

  /** A file that the person chose elsewhere. */
  async adopt(files: readonly ModelFile[], main: string, job?: HashJob): Promise<PickedCheckpoint> {
    const { file } = files.find(({ path }) => path === main)!;
    return await this.#picked(file, job);
  }

  async #ask(job?: HashJob): Promise<PickedCheckpoint | null> {
    const picking = pickers()?.showOpenFilePicker(PICKER);
    if (!picking) {
      const [file] = await upload({ accept: ENDING, multiple: false });
      return file ? await this.#picked(file, job) : null;
    }
    const [handle] = (await orCancelled(picking)) ?? [];
    if (!handle) return null;
    const picked = await this.#picked(await handle.getFile(), job);
    // Where the browser keeps no database the file is known as long as the page is.
    await this.#run('readwrite', (store) => store.put({ sha256: picked.sha256, handle })).catch(() => undefined);
    return picked;
  }

  async #picked(file: File, job?: HashJob): Promise<PickedCheckpoint> {
    const sha256 = await hashOf(file, job);
    this.#files.set(sha256, file);
    // As if it lay beside the document, for a page learns no more of where it lies.
    return { ...checkpointOf(file, sha256), path: file.name };
  }

  /** Null where the file is gone or has become another. */
  async #take(handle: FileSystemFileHandle, sha256: string, job?: HashJob): Promise<CheckpointFile | null> {
    const file = await handle.getFile().catch(() => null);
    if (!file || (await hashOf(file, job)) !== sha256) return null;
    this.#files.set(sha256, file);
    return checkpointOf(file, sha256);
  }

  async #stored(sha256: string): Promise<FileSystemFileHandle | null> {
    const found = await this.#run('readonly', (store) => store.get(sha256)).catch(() => undefined);
    return (found as StoredHandle | undefined)?.handle ?? null;
  }

  async #run<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    this.#database ??= openDatabase(DATABASE, STORE, 'sha256');
    return await settled(act((await this.#database).transaction(STORE, mode).objectStore(STORE)));
  }
}

function checkpointOf(file: File, sha256: string): CheckpointFile {
  const source = blobSource(file);
  return {
    name: file.name,
    sha256,
    byteLength: file.size,
    read: (begin, end) =>
      source.read(begin, end).catch((error: unknown) => {
        // A File is of the content that was chosen; once that changed, the browser refuses to read it.
        throw new PlatformError(`${file.name} cannot be read any more: it was changed or moved. Locate it again.`, {
          cause: error,
        });
      }),
  };
}
