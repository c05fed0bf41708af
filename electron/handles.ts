/** Opaque handles: the renderer holds an id, the main process the path and how the file looked when it was last read or written. */
import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { FileHandle } from './api.ts';
import { DesktopError } from './errors.ts';

/** Tells whether another program wrote the file meanwhile. */
export interface FileStamp {
  readonly modifiedMs: number;
  readonly size: number;
}

interface KnownFile {
  readonly handle: FileHandle;
  readonly path: string;
  /** Null if the file did not exist, or was not looked at. */
  readonly stamp: FileStamp | null;
}

/** The file's stamp now; null if it is not there. */
export async function stampOf(path: string): Promise<FileStamp | null> {
  try {
    const { mtimeMs, size } = await stat(path);
    return { modifiedMs: mtimeMs, size };
  } catch {
    return null;
  }
}

export class FileHandles {
  readonly #byId = new Map<string, KnownFile>();
  readonly #byPath = new Map<string, KnownFile>();

  /** The handle of a path: the same one for the same path, as long as the process lives. */
  handleOf(path: string, stamp?: FileStamp | null): FileHandle {
    const known = this.#byPath.get(path);
    const handle = known?.handle ?? { id: randomUUID(), name: basename(path) };
    const file = { handle, path, stamp: stamp === undefined ? (known?.stamp ?? null) : stamp };
    this.#byId.set(handle.id, file);
    this.#byPath.set(path, file);
    return handle;
  }

  /** @throws {DesktopError} for an id that was not given out. */
  get(id: string): { readonly path: string; readonly stamp: FileStamp | null } {
    const file = this.#byId.get(id);
    if (!file) throw new DesktopError('This file was not opened in this session.');
    return file;
  }
}
