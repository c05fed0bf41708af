/**
 * Unsaved edits in the origin's private file system (OPFS), one file a document: a line of JSON that says what it is,
 * then the bytes of the entry, at once and one after the other. A lock tells other windows which entries are being written and are nobody's to recover.
 */
import type { FileStamp } from './browser-files.ts';
import { newestFirst, originFolder, unlessGone } from './origin-folder.ts';
import { heldLocks, holdLock, type Release } from './web-locks.ts';
import type { FromAppend, ToAppend } from './append.worker.ts';
import { type FileRef, type FoundJournalEntry, type Journal, type JournalEntry, PlatformError } from './platform.ts';

const FOLDER = 'journal';
const MAX_ENTRIES = 20;

/** For how long, and how often, somebody looks whether a page that is going has let go of its entries. */
const GOING_MILLISECONDS = 2000;
const LOOK_MILLISECONDS = 50;

/** What the journal writes down of an entry. */
export interface StoredEntry extends JournalEntry {
  /** With how the file looked to whoever made the edits; null: not known. */
  readonly file: (FileRef & { readonly stamp: FileStamp | null }) | null;
}

type Header = Omit<StoredEntry, 'bytes'>;

export interface BrowserJournal extends Journal {
  /** How the file of an entry that was read looked to whoever made its edits; null: not known. */
  stampOf(entryId: string): FileStamp | null;
}

/** The bytes of an entry's file. */
export function formatEntry({ id, name, file, bytes }: StoredEntry): Uint8Array<ArrayBuffer> {
  const header = new TextEncoder().encode(`${JSON.stringify({ id, name, file } satisfies Header)}\n`);
  const whole = new Uint8Array(header.byteLength + bytes.byteLength);
  whole.set(header);
  whole.set(bytes, header.byteLength);
  return whole;
}

/** The entry that a file holds, or null if it is none. */
export function parseEntry(whole: Uint8Array<ArrayBuffer>): StoredEntry | null {
  const end = whole.indexOf(0x0a);
  if (end < 0) return null;
  try {
    const header: unknown = JSON.parse(new TextDecoder().decode(whole.subarray(0, end)));
    if (!isHeader(header)) return null;
    const { id, name, file } = header;
    return {
      id,
      name,
      file: file && { id: file.id, name: file.name, stamp: parseStamp(file.stamp) },
      bytes: whole.slice(end + 1),
    };
  } catch {
    return null;
  }
}

/** Edits are not given up for a stamp that cannot be read, nor for that of an older entry, which has none. */
function parseStamp(value: unknown): FileStamp | null {
  const { lastModified, size } = (value ?? {}) as Partial<Record<keyof FileStamp, unknown>>;
  return typeof lastModified === 'number' && typeof size === 'number' ? { lastModified, size } : null;
}

/** The stamp may be anything yet. */
type ReadHeader = Omit<Header, 'file'> & { readonly file: (FileRef & { readonly stamp?: unknown }) | null };

function isHeader(value: unknown): value is ReadHeader {
  const { id, name, file } = (value ?? {}) as Partial<Record<keyof Header, unknown>>;
  const { id: fileId, name: fileName } = (file ?? {}) as Partial<Record<'id' | 'name', unknown>>;
  return (
    typeof id === 'string' &&
    typeof name === 'string' &&
    (file === null || (typeof fileId === 'string' && typeof fileName === 'string'))
  );
}

/** @param stampOf How a file looks to whoever edits it now. */
export function createBrowserJournal(stampOf: (file: FileRef) => FileStamp | null): BrowserJournal {
  /** Of the entries that were read, by entry. */
  const stamps = new Map<string, FileStamp | null>();
  /** Releases of the locks that this window holds, by entry. */
  const held = new Map<string, Release>();
  /** Entries that the last read left out: other pages have them. */
  let others: readonly string[] = [];
  const appender = createAppender();
  const claim = async (id: string): Promise<boolean> => {
    if (held.has(id)) return true;
    const release = await holdLock(LOCK_PREFIX + id);
    if (release) held.set(id, release);
    return release !== null;
  };
  const release = async (id: string): Promise<void> => {
    const letGo = held.get(id);
    held.delete(id);
    await letGo?.();
  };
  const mustClaim = async (id: string): Promise<void> => {
    if (!(await claim(id))) throw new PlatformError('Another window has these edits.');
  };
  return {
    write: async (entry) => {
      await mustClaim(entry.id);
      const file = entry.file && { ...entry.file, stamp: stampOf(entry.file) };
      const folder = await originFolder(FOLDER);
      const handle = await folder.getFileHandle(entry.id, { create: true });
      // The browser swaps the file at `close`; until then the entry before stands.
      const writable = await handle.createWritable();
      await writable.write(formatEntry({ ...entry, file }));
      await writable.close();
      await dropOldest(folder);
    },
    append: async (id, bytes) => {
      const folder = await originFolder(FOLDER);
      await appender(await folder.getFileHandle(id), bytes);
    },
    read: async () => {
      const folder = await originFolder(FOLDER);
      const locked = await heldLocks(LOCK_PREFIX);
      others = [...locked].filter((id) => !held.has(id));
      const entries = await readAll(folder, locked);
      for (const { id, file } of entries) stamps.set(id, file?.stamp ?? null);
      return entries.map(({ file, ...entry }) => ({ ...entry, file: file && { id: file.id, name: file.name } }));
    },
    freed: async () => {
      for (const end = performance.now() + GOING_MILLISECONDS; others.length > 0 && performance.now() < end;) {
        await new Promise((resolve) => setTimeout(resolve, LOOK_MILLISECONDS));
        const locked = await heldLocks(LOCK_PREFIX);
        if (others.some((id) => !locked.has(id))) return true;
      }
      return false;
    },
    claim: async (id) => {
      if (!(await claim(id))) return false;
      const isThere = (await unlessGone((await originFolder(FOLDER)).getFileHandle(id))) !== null;
      if (!isThere) await release(id);
      return isThere;
    },
    release,
    discard: async (id) => {
      await mustClaim(id);
      const folder = await originFolder(FOLDER);
      await unlessGone(folder.removeEntry(id));
      stamps.delete(id);
      await release(id);
    },
    stampOf: (id) => stamps.get(id) ?? null,
  };
}

/** Starts its worker with the first use, and keeps it. */
function createAppender(): (file: FileSystemFileHandle, bytes: Uint8Array<ArrayBuffer>) => Promise<void> {
  let worker: Worker | undefined;
  return async (file, bytes) => {
    worker ??= new Worker(new URL('./append.worker.ts', import.meta.url), { type: 'module', name: 'append' });
    const { port1, port2 } = new MessageChannel();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    // A worker that breaks answers nothing any more: the next use has another one.
    const broken = () => {
      worker = undefined;
      reject(new PlatformError('The journal could not be written: its thread stopped.'));
    };
    worker.addEventListener('error', broken, { once: true });
    port1.addEventListener('message', ({ data }: MessageEvent<FromAppend>) => {
      if (data === null) resolve();
      else reject(new PlatformError(`The journal could not be written: ${data}`));
    });
    port1.start();
    worker.postMessage({ file, bytes, reply: port2 } satisfies ToAppend, [port2]);
    const used = worker;
    await promise.finally(() => {
      used.removeEventListener('error', broken);
      port1.close();
    });
  };
}

async function readAll(
  folder: FileSystemDirectoryHandle,
  locked: ReadonlySet<string>,
): Promise<readonly (StoredEntry & FoundJournalEntry)[]> {
  // What is being written is not read: it changes under the reader.
  const files = (await newestFirst(folder)).filter(({ name }) => !locked.has(name));
  const entries = files.map(async (file) => {
    const bytes = await unlessGone(file.arrayBuffer(), ['NotReadableError']);
    const entry = bytes && parseEntry(new Uint8Array(bytes));
    return entry?.id === file.name ? [{ ...entry, savedAt: new Date(file.lastModified) }] : [];
  });
  return (await Promise.all(entries)).flat();
}

async function dropOldest(folder: FileSystemDirectoryHandle): Promise<void> {
  const beyond = (await newestFirst(folder)).slice(MAX_ENTRIES);
  if (beyond.length === 0) return;
  const locked = await heldLocks(LOCK_PREFIX);
  for (const { name } of beyond) if (!locked.has(name)) await unlessGone(folder.removeEntry(name));
}

const LOCK_PREFIX = 'patchbay-journal:';
