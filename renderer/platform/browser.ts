/** The browser shell: File System Access where the browser has it, uploads and downloads elsewhere; journal in OPFS. */
import { BrowserFiles } from './browser-files.ts';
import { createBrowserJournal } from './browser-journal.ts';
import { copyImage, copyText } from './clipboard.ts';
import { IMAGE_TYPES } from './file-types.ts';
import { FileStore } from './file-store.ts';
import type { Platform } from './platform.ts';
import { upload } from './upload.ts';

export function createBrowserPlatform(): Platform {
  const files = new BrowserFiles(new FileStore());
  return {
    kind: 'browser',
    mac: /Mac|iPhone|iPad/.test(navigator.userAgent),

    openFile: () => files.open(),
    openRecent: (id) => files.openRecent(id),
    openDropped: (data) => files.openDropped(data),
    saveFile: (file, suggestedName, bytes) => files.save(file, suggestedName, bytes),
    recentFiles: () => files.recent(),
    clearRecentFiles: () => files.clearRecent(),

    journal: createBrowserJournal(),

    pickImages: async () => {
      const images = await upload({ accept: IMAGE_TYPES.join(','), multiple: true });
      return await Promise.all(
        images.map(async (file) => ({
          name: file.name,
          // A page learns no path; what is too large to embed has to be located again next time.
          path: null,
          bytes: new Uint8Array(await file.arrayBuffer()),
        })),
      );
    },
    readAsset: () => Promise.resolve(null),

    setDocumentState: createLeaveGuard(),
    setCommands: () => undefined,
    confirmUnsaved: null,
    copyText,
    copyImage,

    onCommand: nothingToHear,
    onOpenFile: nothingToHear,
    onNotice: nothingToHear,
    onCloseRequested: nothingToHear,
  };
}

/** The browser asks its own question when a page with unsaved edits is left; a page cannot word or delay it. */
function createLeaveGuard(): Platform['setDocumentState'] {
  const hold = (event: BeforeUnloadEvent) => event.preventDefault();
  return ({ dirty }) => {
    // Only while it is needed: a page that listens is not kept for going back.
    if (dirty) window.addEventListener('beforeunload', hold);
    else window.removeEventListener('beforeunload', hold);
  };
}

const nothingToHear = () => () => undefined;
