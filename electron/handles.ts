/** Opaque handles: the renderer holds an id; the main process the path, and how the file looked when it last touched it. */
import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { FileHandle } from './api.ts';
import { DesktopError } from './errors.ts';

/** Tells whether another program wrote the file meanwhile. Null: there was no file. */
export type FileStamp = { readonly modifiedMs: number; readonly size: number } | null;

export interface KnownFile {
  readonly handle: FileHandle;
  readonly path: string;
  readonly stamp: FileStamp;
}

/** The file's stamp now. */
export async function stampOf(path: string): Promise<FileStamp> {
  try {
    const { mtimeMs, size } = await stat(path);
    return { modifiedMs: mtimeMs, size };
  } catch {
    return null;
  }
}

export class FileHandles {
  readonly #idOf: (path: string) => string | undefined;
  readonly #byId = new Map<string, KnownFile>();
  readonly #byPath = new Map<string, KnownFile>();

  /** @param idOf The id that a path is known by already, among the recent files: one file has one id. */
  constructor(idOf: (path: string) => string | undefined = () => undefined) {
    this.#idOf = idOf;
  }

  /** The handle of a path, which is the same one as long as the process lives, with the file's stamp of now. */
  remember(path: string, stamp: FileStamp): FileHandle {
    const handle = this.#byPath.get(path)?.handle ?? { id: this.#idOf(path) ?? randomUUID(), name: basename(path) };
    const file = { handle, path, stamp };
    this.#byId.set(handle.id, file);
    this.#byPath.set(path, file);
    return handle;
  }

  /** @throws {DesktopError} for an id that was not given out. */
  get(id: string): KnownFile {
    const file = this.#byId.get(id);
    if (!file) throw new DesktopError('This file was not opened in this session.');
    return file;
  }
}
