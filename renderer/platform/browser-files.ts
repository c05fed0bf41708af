/** Opening and saving documents in a browser. */
import { droppedHandle, isAllowed, orCancelled, pickers } from './file-system-access.ts';
import type { FileStore } from './file-store.ts';
import { DOCUMENT_ENDING } from './file-types.ts';
import { type FileRef, type OpenedFile, PlatformError, type RecentFile } from './platform.ts';
import { readWhole } from './read-whole.ts';
import { download, upload } from './upload.ts';

const PICKER = {
  id: 'patchbay-documents',
  types: [{ description: 'Patchbay document', accept: { 'application/json': [DOCUMENT_ENDING] } }],
} as const;

/** Tells whether another program wrote the file meanwhile. */
export type FileStamp = Pick<File, 'lastModified' | 'size'>;

export class BrowserFiles {
  readonly #store: FileStore;
  /** Files of this session, also those that have left the recent ones. */
  readonly #handles = new Map<string, FileSystemFileHandle>();
  /** How each looked when it was last opened or saved here, or to whoever made the edits that were recovered. */
  readonly #stamps = new Map<string, FileStamp>();
  /** The last use of each file that is being saved, or looked at. */
  readonly #saving = new Map<string, Promise<unknown>>();

  constructor(store: FileStore) {
    this.#store = store;
  }

  async open(multiple: boolean): Promise<readonly OpenedFile[]> {
    const picking = pickers()?.showOpenFilePicker({ ...PICKER, multiple });
    if (!picking) return await Promise.all((await upload({ accept: DOCUMENT_ENDING, multiple })).map(uploaded));
    const opened: OpenedFile[] = [];
    for (const handle of (await orCancelled(picking)) ?? []) opened.push(await this.#openHandle(handle));
    return opened;
  }

  async openRecent(id: string): Promise<OpenedFile | null> {
    const file = await this.#store.get(id);
    if (!file) throw new PlatformError('This file is no longer among the recent ones.');
    return (await isAllowed(file.handle, 'read')) ? await this.#openHandle(file.handle) : null;
  }

  async openDropped(data: DataTransfer): Promise<readonly OpenedFile[]> {
    // All of them before the first await, after which the transfer is empty.
    const dropped = [...data.items]
      .filter(({ kind }) => kind === 'file')
      .map((item) => ({ file: item.getAsFile(), handle: droppedHandle(item) }));
    const opened: OpenedFile[] = [];
    for (const { file, handle: gettingHandle } of dropped) {
      const handle = await gettingHandle;
      if (!file?.name.toLowerCase().endsWith(DOCUMENT_ENDING)) continue;
      opened.push(handle ? await this.#openHandle(handle) : await uploaded(file));
    }
    return opened;
  }

  async save(file: FileRef | null, suggestedName: string, bytes: Uint8Array<ArrayBuffer>): Promise<FileRef | null> {
    const known = file && (this.#handles.get(file.id) ?? (await this.#store.get(file.id))?.handle);
    if (known) {
      if (!(await isAllowed(known, 'readwrite'))) return null;
      return await this.#inTurn(file.id, async () => {
        const changed = await this.#changed(file.id, known);
        // The browser's own question: it holds the page until it is answered, so that nothing is written meanwhile.
        if (changed && !confirm(`${file.name} was changed by another program. Overwrite it?`)) return null;
        return await this.#write(known, bytes);
      });
    }
    const picking = pickers()?.showSaveFilePicker({ ...PICKER, suggestedName: file?.name ?? suggestedName });
    if (picking) {
      const handle = await orCancelled(picking);
      return handle && (await this.#write(handle, bytes));
    }
    const name = file?.name ?? suggestedName;
    download(name, bytes);
    return { id: file?.id ?? crypto.randomUUID(), name };
  }

  async readChanged({ id }: FileRef, take = false): Promise<Uint8Array<ArrayBuffer> | null> {
    const handle = this.#handles.get(id);
    if (!handle) return null;
    return await this.#inTurn(id, async () => {
      if (!(await this.#changed(id, handle))) return null;
      const { file, bytes } = await readWhole(handle);
      if (take) this.#stamps.set(id, file);
      return bytes;
    });
  }

  /** The file's handle; null for one that the browser gave none of. */
  handleOf({ id }: FileRef): FileSystemFileHandle | null {
    return this.#handles.get(id) ?? null;
  }

  /** How the file looks to whoever edits it here; null where that is not known. */
  stampOf({ id }: FileRef): FileStamp | null {
    return this.#stamps.get(id) ?? null;
  }

  /**
   * As `readChanged`, of a file that looked like this to whoever made edits before; null: nobody knows, and it counts as
   * changed. It may have to ask for permission, which takes a user's gesture; where that is refused, `save` compares.
   */
  async readChangedSince(stamp: FileStamp | null, file: FileRef): Promise<Uint8Array<ArrayBuffer> | null> {
    const { id } = file;
    const handle = this.#handles.get(id) ?? (await this.#store.get(id).catch(() => undefined))?.handle;
    if (!handle) return null;
    this.#handles.set(id, handle);
    if (stamp) this.#stamps.set(id, stamp);
    else this.#stamps.delete(id);
    // Without a gesture the browser refuses by an error.
    await isAllowed(handle, 'read').catch(() => false);
    return await this.readChanged(file);
  }

  async recent(): Promise<readonly RecentFile[]> {
    return (await this.#store.list()).map(({ id, name, openedAt }) => ({
      id,
      name,
      folder: null,
      openedAt: new Date(openedAt),
    }));
  }

  forgetRecent(id: string): Promise<void> {
    return this.#store.delete(id);
  }

  clearRecent(): Promise<void> {
    return this.#store.clear();
  }

  async #openHandle(handle: FileSystemFileHandle): Promise<OpenedFile> {
    try {
      const { file, bytes } = await readWhole(handle);
      return { file: await this.#remember(handle, file), name: handle.name, bytes };
    } catch (error) {
      throw failure(handle.name, 'opened', error);
    }
  }

  /** The browser writes beside the file and swaps at `close`: the old file or the new, as on the desktop. */
  async #write(handle: FileSystemFileHandle, bytes: Uint8Array<ArrayBuffer>): Promise<FileRef> {
    try {
      const writable = await handle.createWritable();
      try {
        await writable.write(bytes);
      } catch (error) {
        await writable.abort();
        throw error;
      }
      await writable.close();
      return await this.#remember(handle, await handle.getFile());
    } catch (error) {
      throw failure(handle.name, 'saved', error);
    }
  }

  /** Saves of one file, one after the other: what one is about to leave is not taken for another program's. */
  async #inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
    const done = (this.#saving.get(id) ?? Promise.resolve()).then(work);
    // Who waits for its turn does not care how the one before ended.
    const ended = done.catch(() => undefined);
    this.#saving.set(id, ended);
    return await done.finally(() => {
      if (this.#saving.get(id) === ended) this.#saving.delete(id);
    });
  }

  /** The file, if another program wrote it or may have; null also where it is gone, or must not be read. */
  async #changed(id: string, handle: FileSystemFileHandle): Promise<File | null> {
    const stamp = this.#stamps.get(id);
    const file = await handle.getFile().catch(() => null);
    return file?.lastModified === stamp?.lastModified && file?.size === stamp?.size ? null : file;
  }

  /** The id that the file has in this session, be it among the recent ones or not. */
  async #known(handle: FileSystemFileHandle): Promise<string | undefined> {
    for (const [id, other] of this.#handles) if (await other.isSameEntry(handle)) return id;
    return undefined;
  }

  /** Where the browser keeps no database (private windows), the file is known as long as the page is. */
  async #remember(handle: FileSystemFileHandle, { lastModified, size }: FileStamp): Promise<FileRef> {
    const known = await this.#known(handle);
    const stored = await this.#store.touch(handle, known).catch(() => null);
    const id = known ?? stored?.id ?? crypto.randomUUID();
    this.#handles.set(id, handle);
    this.#stamps.set(id, { lastModified, size });
    return { id, name: handle.name };
  }
}

async function uploaded(file: File): Promise<OpenedFile> {
  return { file: null, name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) };
}

function failure(name: string, action: 'opened' | 'saved', error: unknown): PlatformError {
  const kind = error instanceof DOMException ? error.name : null;
  const reason =
    kind === 'NotFoundError'
      ? 'it is no longer there'
      : kind === 'NotAllowedError'
        ? 'the browser has no permission for it'
        : error instanceof Error
          ? error.message
          : String(error);
  return new PlatformError(`${name} could not be ${action}: ${reason}.`, { cause: error });
}
