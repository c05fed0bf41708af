/**
 * Which files each window has open, in localStorage, which all windows share: the gallery offers to open again what was
 * open in windows that have closed since.
 */
import { z } from 'zod';
import type { FileRef } from '../platform/platform.ts';
import type { DocumentStore } from './document.ts';
import { recall } from './recall.ts';
import { openTabs, type TabsStore } from './tabs.ts';

const KEY = 'patchbay:open-files';

/** By window; in earlier versions, of the one window. */
function stored() {
  const files = z.array(z.object({ id: z.string().min(1), name: z.string().min(1) }));
  return z.union([z.record(z.string(), files), files.transform((before) => ({ before }))]);
}

type OpenFiles = Readonly<Record<string, readonly FileRef[]>>;

/** This window among others. */
export interface OwnWindow {
  /** Stays the same when the page is loaded anew. */
  readonly id: string;
  /** Ids of the others that are open. */
  others(): Promise<ReadonlySet<string>>;
}

function recallFiles(storage: Pick<Storage, 'getItem'>): OpenFiles {
  return recall(storage, KEY, stored) ?? {};
}

export interface RememberedFiles {
  /** What was open in windows that have closed, and in this one before its page was loaded anew. */
  readonly before: Promise<readonly FileRef[]>;
  stop(): void;
}

/**
 * Writes whenever another file is open here, or one is closed. From the first time on, what was open in windows that had
 * closed before is forgotten.
 */
export function rememberFiles(
  tabs: TabsStore,
  documents: DocumentStore,
  storage: Pick<Storage, 'getItem' | 'setItem'>,
  own: OwnWindow,
): RememberedFiles {
  const gone = own.others().then((others) => Object.entries(recallFiles(storage)).filter(([id]) => !others.has(id)));
  let written: string | null = null;
  const write = async (): Promise<void> => {
    const closed = new Set((await gone).map(([id]) => id));
    const open = openTabs(tabs.getState(), documents.getState()).flatMap(({ open: { file } }) => file ?? []);
    const text = JSON.stringify(open.map(({ id, name }) => ({ id, name })));
    if (text === written) return;
    written = text;
    const others = Object.entries(recallFiles(storage)).filter(([id]) => id !== own.id && !closed.has(id));
    const all = Object.fromEntries([...others, [own.id, JSON.parse(text) as FileRef[]]]);
    try {
      storage.setItem(KEY, JSON.stringify(all));
    } catch {
      // Storage is full or denied: they are merely forgotten.
    }
  };
  const stops = [
    tabs.subscribe(() => void write()),
    documents.subscribe(({ file }, before) => {
      if (file !== before.file) void write();
    }),
  ];
  return {
    before: gone.then((windows) => {
      const all = windows.flatMap(([, files]) => files);
      return all.filter(({ id }, index) => all.findIndex((file) => file.id === id) === index);
    }),
    stop: () => stops.forEach((stop) => stop()),
  };
}
