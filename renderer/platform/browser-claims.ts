/**
 * Which files the pages of this browser have open. Each page puts the handle of a file into a database that all share,
 * under a key whose lock it holds: what a page leaves that is gone has no lock, and counts for nothing.
 */
import { openDatabase, settled } from './file-store.ts';
import type { FileClaim } from './platform.ts';
import { heldLocks, holdLock, isKept, type Release } from './web-locks.ts';

const PREFIX = 'patchbay-file:';
const STORE = 'files';

/** A page that is left, or loaded anew, lets go of what it has within a moment: nobody is to be asked about that. */
const GOING_MILLISECONDS = 300;

interface OpenFile {
  readonly key: string;
  readonly handle: FileSystemFileHandle;
}

export class BrowserClaims {
  /** What this page holds, by the file's id. */
  readonly #own = new Map<string, { readonly key: string; readonly release: Release }>();
  #database: Promise<IDBDatabase> | undefined;
  /** One change at a time: a claim must not overtake the release before it. */
  #last: Promise<unknown> = Promise.resolve();

  /** Where the browser keeps no database (private windows), no page knows of the others, and the file is its own. */
  claim(id: string, handle: FileSystemFileHandle): Promise<FileClaim> {
    return this.#inTurn(async () => {
      if (!this.#own.has(id)) {
        const key = crypto.randomUUID();
        const release = await holdLock(PREFIX + key);
        if (!release) throw new Error('a lock of a new name is held by somebody');
        this.#own.set(id, { key, release });
        // After the lock: a file without one is nobody's.
        if (!(await this.#write((store) => store.put({ key, handle } satisfies OpenFile)))) return 'own';
      }
      return (await this.#isOpenElsewhere(handle)) ? 'other-program' : 'own';
    });
  }

  release(id: string): Promise<void> {
    return this.#inTurn(async () => {
      const own = this.#own.get(id);
      this.#own.delete(id);
      if (!own) return;
      await this.#write((store) => store.delete(own.key));
      await own.release();
    });
  }

  async #isOpenElsewhere(handle: FileSystemFileHandle): Promise<boolean> {
    const own = new Set([...this.#own.values()].map(({ key }) => key));
    const files = ((await settled((await this.#store('readonly')).getAll())) as OpenFile[]).filter(
      ({ key }) => !own.has(key),
    );
    // After the files: who has put one there holds its lock since before.
    const alive = await heldLocks(PREFIX);
    let open = false;
    for (const file of files) {
      if (!alive.has(file.key)) await this.#write((store) => store.delete(file.key));
      else if (await file.handle.isSameEntry(handle)) open ||= await isKept(PREFIX + file.key, GOING_MILLISECONDS);
    }
    return open;
  }

  /** @returns false where the browser keeps no database. */
  async #write(act: (store: IDBObjectStore) => IDBRequest): Promise<boolean> {
    try {
      await settled(act(await this.#store('readwrite')));
      return true;
    } catch {
      return false;
    }
  }

  async #store(mode: IDBTransactionMode): Promise<IDBObjectStore> {
    this.#database ??= openDatabase('patchbay-open-files', STORE, 'key');
    return (await this.#database).transaction(STORE, mode).objectStore(STORE);
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return await done;
  }
}
