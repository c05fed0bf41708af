/**
 * Where checkpoints were that a browser has read, by their hash: handles in IndexedDB, which outlive the page, or the
 * knowledge that a folder has to be chosen once more.
 */
import { openDatabase, settled } from './file-store.ts';
import { isAllowed, isReadable } from './file-system-access.ts';
import { filesOfFolder } from './model-files.ts';
import type { FileOrigin, ModelFile } from './platform.ts';

const DATABASE = 'patchbay-checkpoints';
const STORE = 'handles';

export interface KnownCheckpoint {
  readonly sha256: string;
  /** Path of the file that it is, or of the index, in the folder; of numbered parts without one, that of the first. */
  readonly main: string;
  /** Files one by one, or the folder of all; null: chosen by a field, which leaves no way back. */
  readonly from:
    | { readonly kind: 'files'; readonly handles: readonly FileSystemFileHandle[] }
    | { readonly kind: 'folder'; readonly handle: FileSystemDirectoryHandle | null };
}

/** As it was written when only single files were kept. */
interface SingleFile {
  readonly sha256: string;
  readonly handle: FileSystemFileHandle;
}

export class KnownCheckpoints {
  #database: Promise<IDBDatabase> | undefined;

  /** Where the browser keeps no database, files are known as long as the page is. */
  async remember(sha256: string, main: string, files: readonly ModelFile[]): Promise<void> {
    const from = originOf(files);
    if (from) await this.#run('readwrite', (store) => store.put({ sha256, main, from })).catch(() => undefined);
  }

  async find(sha256: string): Promise<KnownCheckpoint | null> {
    const found = (await this.#run('readonly', (store) => store.get(sha256)).catch(() => undefined)) as
      | KnownCheckpoint
      | SingleFile
      | undefined;
    if (!found) return null;
    if ('from' in found) return found;
    return { sha256, main: found.handle.name, from: { kind: 'files', handles: [found.handle] } };
  }

  async #run<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    this.#database ??= openDatabase(DATABASE, STORE, 'sha256');
    return await settled(act((await this.#database).transaction(STORE, mode).objectStore(STORE)));
  }
}

/** The files if they may be read now, without a question; null if not, or they are gone. */
export async function readableFiles({ from }: KnownCheckpoint): Promise<readonly ModelFile[] | null> {
  for (const handle of handlesOf(from)) if (!(await isReadable(handle))) return null;
  return await filesFrom(from);
}

/** Nothing but its folder, chosen once more, leads to it. */
export function isChosenAgain({ from }: KnownCheckpoint): boolean {
  return from.kind === 'folder' && from.handle === null;
}

/** The files once the person allows it; null if they do not, or the files are gone. In a user's gesture. */
export async function allowedFiles({ from }: KnownCheckpoint): Promise<readonly ModelFile[] | null> {
  for (const handle of handlesOf(from)) if (!(await isAllowed(handle, 'read'))) return null;
  return await filesFrom(from);
}

function handlesOf(from: KnownCheckpoint['from']): readonly FileSystemHandle[] {
  if (from.kind === 'files') return from.handles;
  return from.handle ? [from.handle] : [];
}

async function filesFrom(from: KnownCheckpoint['from']): Promise<readonly ModelFile[] | null> {
  try {
    if (from.kind === 'folder') return from.handle && (await filesOfFolder(from.handle));
    const files: ModelFile[] = [];
    for (const handle of from.handles) {
      files.push({ path: handle.name, file: await handle.getFile(), from: { kind: 'file', handle } });
    }
    return files;
  } catch {
    // Moved, removed, or another folder by now.
    return null;
  }
}

/** Of files that belong together; null where one of them cannot be found again. */
function originOf(files: readonly ModelFile[]): KnownCheckpoint['from'] | null {
  const origins = files.map(({ from }) => from);
  const [first] = origins;
  if (first?.kind === 'folder') return first;
  const single = origins.filter((origin): origin is Extract<FileOrigin, { kind: 'file' }> => origin?.kind === 'file');
  if (single.length === 0 || single.length < files.length) return null;
  return { kind: 'files', handles: single.map(({ handle }) => handle) };
}
