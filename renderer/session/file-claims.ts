/**
 * Tells the shell which files are open here, from their opening to the closing of their tabs: so that a file that is open
 * elsewhere is noticed before it is edited in two places.
 */
import type { FileClaim, FileRef, Platform } from '../platform/platform.ts';
import type { DocumentStore } from '../stores/document.ts';
import { openTabs, type TabsStore } from '../stores/tabs.ts';

export interface FileClaims {
  /**
   * The file is about to be opened.
   * @param reveal Another window that has it comes to the front with it.
   */
  claim(file: FileRef, reveal: boolean): Promise<FileClaim>;
  /** It was not opened after all; nothing happens if a tab has it. */
  release(file: FileRef): void;
  dispose(): void;
}

/**
 * Follows the tabs.
 * @param onConflict Told of a file that a tab got by other ways than opening it (saved as, reopened), and that is open
 * elsewhere too.
 */
export function keepFileClaims(
  tabs: TabsStore,
  documents: DocumentStore,
  platform: Pick<Platform, 'claimFile' | 'releaseFile'>,
  onConflict: (file: FileRef) => void,
): FileClaims {
  /** Ids of those that the shell was told of. */
  const claimed = new Set<string>();
  let open: ReadonlyMap<string, FileRef> = new Map();
  let scheduled = false;

  const claim = async (file: FileRef, reveal: boolean): Promise<FileClaim> => {
    claimed.add(file.id);
    const answer = await platform.claimFile(file, reveal);
    if (answer === 'other-window') claimed.delete(file.id);
    return answer;
  };
  const release = (file: FileRef): void => {
    claimed.delete(file.id);
    // That it cannot be given back harms nobody here.
    platform.releaseFile(file).catch((error: unknown) => console.error(error));
  };
  const follow = (): void => {
    scheduled = false;
    const now = new Map(
      openTabs(tabs.getState(), documents.getState()).flatMap(({ open: { file, elsewhere } }) =>
        file && !elsewhere ? [[file.id, file] as const] : [],
      ),
    );
    const before = open;
    open = now;
    for (const [id, file] of before) if (!now.has(id)) release(file);
    for (const [id, file] of now) {
      if (before.has(id) || claimed.has(id)) continue;
      claim(file, false).then(
        (answer) => answer !== 'own' && onConflict(file),
        (error: unknown) => console.error(error),
      );
    }
  };
  // Between the tabs' change and the document's, what is shown is told under the wrong tab.
  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    queueMicrotask(follow);
  };
  const stops = [
    tabs.subscribe(schedule),
    documents.subscribe(({ file, elsewhere }, before) => {
      if (file !== before.file || elsewhere !== before.elsewhere) schedule();
    }),
  ];
  return {
    claim,
    release: (file) => {
      if (!open.has(file.id)) release(file);
    },
    dispose: () => stops.forEach((stop) => stop()),
  };
}
