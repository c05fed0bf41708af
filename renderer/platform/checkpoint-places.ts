/**
 * Where a checkpoint goes in a browser: a file or a folder that the person picks, written in place of what was there once
 * it is whole; without the File System Access API, to the downloads.
 */
import { namesOfParts } from '../../graph/formats/safetensors-index.ts';
import { folderPicker, orCancelled, pickers } from './file-system-access.ts';
import { messageOf } from '../session/message-of.ts';
import { type CheckpointPlace, PlatformError } from './platform.ts';
import { download } from './upload.ts';

const ENDING = '.safetensors';
const PICKER = {
  id: 'patchbay-checkpoints',
  types: [{ description: 'Checkpoint', accept: { 'application/octet-stream': [ENDING] } }],
} as const;

export async function pickCheckpointPlace(suggestedName: string, files: number): Promise<CheckpointPlace | null> {
  const stem = suggestedName.replace(/\.safetensors$/i, '');
  if (files > 1) return await inFolder(stem, files);
  const picking = pickers()?.showSaveFilePicker({ ...PICKER, suggestedName });
  if (!picking) return downloads(stem);
  const handle = await orCancelled(picking);
  return handle && inFile(handle, stem);
}

async function inFolder(stem: string, files: number): Promise<CheckpointPlace | null> {
  const picker = folderPicker();
  if (!picker) return downloads(stem);
  const folder = await orCancelled(picker({ id: 'patchbay-saved-checkpoints', mode: 'readwrite' }));
  if (!folder) return null;
  const { parts, index } = namesOfParts(stem, files);
  for (const name of [...parts, index]) {
    const there = await folder.getFileHandle(name).catch(() => null);
    if (there) throw new PlatformError(`${name} is in ${folder.name} already: choose another folder, or remove it.`);
  }
  const made: string[] = [];
  return written(stem, {
    open: async (name) => {
      made.push(name);
      return (await folder.getFileHandle(name, { create: true })).createWritable();
    },
    remove: async () => {
      for (const name of made) await folder.removeEntry(name).catch(() => undefined);
    },
  });
}

/** Only browsers of one engine have it. */
interface RemovableHandle extends FileSystemFileHandle {
  remove?(): Promise<void>;
}

async function inFile(handle: RemovableHandle, stem: string): Promise<CheckpointPlace> {
  // The picker has made a file where there was none.
  const { size } = await handle.getFile();
  return written(stem, {
    open: () => handle.createWritable(),
    remove: async () => {
      if (size === 0) await handle.remove?.().catch(() => undefined);
    },
  });
}

interface Target {
  readonly open: (name: string) => Promise<FileSystemWritableFileStream>;
  /** What was made of it. */
  readonly remove: () => Promise<void>;
}

/** What is written takes a file's place when it is closed. */
function written(stem: string, { open, remove }: Target): CheckpointPlace {
  let writable: FileSystemWritableFileStream | null = null;
  return {
    stem,
    write: async (name, bytes, last) => {
      try {
        writable ??= await open(name);
        await writable.write(bytes);
        if (!last) return;
        await writable.close();
        writable = null;
      } catch (error) {
        throw new PlatformError(`${name} could not be written: ${messageOf(error)}`, {
          cause: error,
        });
      }
    },
    discard: async () => {
      await writable?.abort().catch(() => undefined);
      await remove();
    },
  };
}

/** The browser holds what is in a Blob, on disk where it is much; a file goes out when it is whole. */
function downloads(stem: string): CheckpointPlace {
  let parts: Blob[] = [];
  return {
    stem,
    write: async (name, bytes, last) => {
      parts.push(new Blob([bytes]));
      if (!last) return;
      download(name, new Blob(parts));
      parts = [];
    },
    discard: async () => {
      parts = [];
    },
  };
}
