/** Which files were open when the window closed, in localStorage: the gallery offers to open them again. */
import { z } from 'zod';
import type { FileRef } from '../platform/platform.ts';
import type { DocumentStore } from './document.ts';
import { recall } from './recall.ts';
import { openTabs, type TabsStore } from './tabs.ts';

const KEY = 'patchbay:open-files';

const files = () => z.array(z.object({ id: z.string().min(1), name: z.string().min(1) }));

/** Anything unreadable is no file. */
export function recallFiles(storage: Pick<Storage, 'getItem'>): readonly FileRef[] {
  return recall(storage, KEY, files) ?? [];
}

/** Writes whenever another file is open, or one is closed. @returns stops. */
export function rememberFiles(
  tabs: TabsStore,
  documents: DocumentStore,
  storage: Pick<Storage, 'setItem'>,
): () => void {
  let written: string | null = null;
  const write = (): void => {
    const open = openTabs(tabs.getState(), documents.getState()).flatMap(({ open: { file } }) => file ?? []);
    const text = JSON.stringify(open.map(({ id, name }) => ({ id, name })));
    if (text === written) return;
    written = text;
    try {
      storage.setItem(KEY, text);
    } catch {
      // Storage is full or denied: they are merely forgotten.
    }
  };
  const stops = [
    tabs.subscribe(write),
    documents.subscribe(({ file }, before) => {
      if (file !== before.file) write();
    }),
  ];
  return () => stops.forEach((stop) => stop());
}
