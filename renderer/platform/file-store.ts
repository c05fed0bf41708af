/** File System Access handles under ids of ours, kept in IndexedDB over restarts: what makes recent files possible. */

export interface StoredFile {
  readonly id: string;
  readonly name: string;
  readonly handle: FileSystemFileHandle;
  /** Milliseconds since the epoch. */
  readonly openedAt: number;
}

const DATABASE = 'patchbay';
const STORE = 'files';
const MAX_FILES = 12;

export class FileStore {
  /** Opened at the first use. */
  #database: Promise<IDBDatabase> | undefined;

  /** Newest first. */
  async list(): Promise<readonly StoredFile[]> {
    const files = (await this.#run('readonly', (store) => store.getAll())) as StoredFile[];
    return files.sort((a, b) => b.openedAt - a.openedAt);
  }

  async get(id: string): Promise<StoredFile | undefined> {
    return (await this.#run('readonly', (store) => store.get(id))) as StoredFile | undefined;
  }

  /** Puts the handle first, under the id it had if the same file is known already, or else under this one. */
  async touch(handle: FileSystemFileHandle, newId: string = crypto.randomUUID()): Promise<StoredFile> {
    const files = await this.list();
    const known = await findSame(files, handle);
    const file = { id: known?.id ?? newId, name: handle.name, handle, openedAt: Date.now() };
    await this.#run('readwrite', (store) => store.put(file));
    for (const { id } of files.filter(({ id }) => id !== file.id).slice(MAX_FILES - 1)) {
      await this.#run('readwrite', (store) => store.delete(id));
    }
    return file;
  }

  async delete(id: string): Promise<void> {
    await this.#run('readwrite', (store) => store.delete(id));
  }

  async clear(): Promise<void> {
    await this.#run('readwrite', (store) => store.clear());
  }

  async #run<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    this.#database ??= openDatabase(DATABASE, STORE, 'id');
    const transaction = (await this.#database).transaction(STORE, mode);
    return await settled(act(transaction.objectStore(STORE)));
  }
}

async function findSame(files: readonly StoredFile[], handle: FileSystemFileHandle): Promise<StoredFile | undefined> {
  for (const file of files) if (await file.handle.isSameEntry(handle)) return file;
  return undefined;
}

/** A database with one store, whose records are found by this field. */
export async function openDatabase(name: string, store: string, keyPath: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, 1);
  request.addEventListener('upgradeneeded', () => request.result.createObjectStore(store, { keyPath }));
  return await settled(request);
}

/** @throws {DOMException} why the request failed. */
export async function settled<T>(request: IDBRequest<T>): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  request.addEventListener('success', () => resolve(request.result));
  request.addEventListener('error', () => reject(request.error ?? new Error('IndexedDB failed')));
  return await promise;
}
