/** The browser shell: File System Access where the browser has it, uploads and downloads elsewhere; journal in OPFS. */
import { BrowserFiles } from './browser-files.ts';
import { BrowserClaims } from './browser-claims.ts';
import { BrowserCheckpoints } from './browser-checkpoints.ts';
import { createBrowserJournal } from './browser-journal.ts';
import { findPicture, keepPicture } from './browser-pictures.ts';
import { copyImage, copyText } from './clipboard.ts';
import { IMAGE_TYPES } from './file-types.ts';
import { FileStore } from './file-store.ts';
import { folderPicker } from './file-system-access.ts';
import { findKeptWeights } from './kept-weights.ts';
import { pickCheckpointPlace } from './checkpoint-places.ts';
import { chooseModelFiles, pickModelFolder, uploadModelFolder } from './model-files.ts';
import type { PickedImage, Platform } from './platform.ts';
import { download, upload } from './upload.ts';

export function createBrowserPlatform(): Platform {
  const files = new BrowserFiles(new FileStore());
  const journal = createBrowserJournal((file) => files.stampOf(file));
  const checkpoints = new BrowserCheckpoints();
  const claims = new BrowserClaims();
  return {
    kind: 'browser',
    mac: /Mac|iPhone|iPad/.test(navigator.userAgent),

    openFile: async () => (await files.open(false))[0] ?? null,
    openFiles: () => files.open(true),
    openRecent: (id) => files.openRecent(id),
    openDropped: (data) => files.openDropped(data),
    saveFile: (file, suggestedName, bytes) => files.save(file, suggestedName, bytes),
    readChanged: (file, take) => files.readChanged(file, take),
    readChangedSince: ({ id }, file) => files.readChangedSince(journal.stampOf(id), file),
    claimFile: async (file) => {
      const handle = files.handleOf(file);
      return handle ? claims.claim(file.id, handle) : 'own';
    },
    releaseFile: ({ id }) => claims.release(id),
    newWindow: () => Promise.resolve(void window.open(location.href, '_blank', 'noopener')),
    moveDocument: null,
    recentFiles: () => files.recent(),
    forgetRecent: (id) => files.forgetRecent(id),
    clearRecentFiles: () => files.clearRecent(),

    journal,

    pickImages: async () => {
      const images = await upload({ accept: [...IMAGE_TYPES, '.csv', '.jsonl'].join(','), multiple: true });
      return await Promise.all(images.map(pickedImage));
    },
    readAsset: (_document, _path, sha256) => findPicture(sha256),
    pickCheckpoint: (_document, wanted, job) => checkpoints.pick(wanted, job),
    openCheckpoint: async (_document, path, sha256, job) =>
      (await checkpoints.open(sha256, job)) ?? (await findKeptWeights(sha256, path.split('/').at(-1)!)),
    pickModel: async (what) => {
      const picker = folderPicker();
      if (what === 'file') return await chooseModelFiles();
      return picker ? await pickModelFolder(picker) : await uploadModelFolder();
    },
    adoptCheckpoint: (files, main, job) => checkpoints.adopt(files, main, job),

    setDocumentState: createLeaveGuard(),
    setCommands: () => undefined,
    confirmUnsaved: null,
    copyText,
    copyImage,
    exportFile: download,
    pickExport: (name) => Promise.resolve({ write: async (bytes) => download(name, bytes) }),
    pickCheckpointPlace,
    describeShell: () => Promise.resolve([]),
    showLog: null,
    pytorch: null,

    opensDocument: false,
    onCommand: nothingToHear,
    onOpenFile: nothingToHear,
    onShowFile: nothingToHear,
    onDocumentMoved: nothingToHear,
    onNotice: nothingToHear,
    onCloseRequested: nothingToHear,
  };
}

async function pickedImage(file: File): Promise<PickedImage> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  // Without room for the copy the picture is shown now, and has to be located again next time if it is a large one.
  await keepPicture(bytes).catch((error: unknown) => console.warn(error));
  // As if it lay beside the document, for a page learns no more of where it lies.
  return { name: file.name, path: file.name, bytes };
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
