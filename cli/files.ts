/** Files as the command line reads them, and what is said of those that it cannot read or write: messages name the file. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { access, constants, open, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ByteSource } from '../graph/formats/safetensors.ts';
import type { SyncSource } from '../import/onnx/own-file.ts';
import { UserError } from './errors.ts';

/** @throws {UserError} where the file cannot be read. */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** The system takes no more than 2 GiB at once. */
const LARGEST_READ = 2 ** 30;

/** A file that is read in pieces; `close` it. */
export interface FileSource extends ByteSource {
  close(): Promise<void>;
}

/** @throws {UserError} where the file cannot be opened. */
export async function openSource(path: string): Promise<FileSource> {
  try {
    const handle = await open(path);
    const stat = await handle.stat();
    if (!stat.isFile()) {
      await handle.close();
      throw new UserError(`${path}: it is not a file`);
    }
    return {
      byteLength: stat.size,
      read: async (begin, end) => {
        const bytes = new Uint8Array(end - begin);
        let filled = 0;
        while (filled < bytes.byteLength) {
          const length = Math.min(bytes.byteLength - filled, LARGEST_READ);
          const { bytesRead } = await handle.read(bytes, filled, length, begin + filled);
          if (bytesRead === 0) throw new UserError(`${path}: the file became shorter while it was read`);
          filled += bytesRead;
        }
        return bytes;
      },
      close: () => handle.close(),
    };
  } catch (error) {
    throw error instanceof UserError ? error : unreadable(path, error);
  }
}

/**
 * Opens a file for as long as `use` takes, for those who cannot wait.
 * @param otherwise What is said of one that cannot be opened, where that is more than usual.
 * @throws {UserError} where it cannot be read.
 */
export function withSyncSource<T>(path: string, use: (source: SyncSource) => T, otherwise?: string): T {
  const refuse = (why: string): never => {
    throw new UserError(`${path}: ${why}`);
  };
  let handle: number;
  try {
    handle = openSync(path, 'r');
  } catch (error) {
    if (otherwise === undefined) throw unreadable(path, error);
    return refuse(`${otherwise} (${(error as NodeJS.ErrnoException).code})`);
  }
  const close = () => closeSync(handle);
  let result: T;
  try {
    const facts = fstatSync(handle);
    if (!facts.isFile()) refuse('it is not a file');
    const read = (begin: number, end: number): Uint8Array => {
      const bytes = new Uint8Array(end - begin);
      for (let at = 0; at < bytes.length;) {
        const got = readSync(handle, bytes, at, Math.min(bytes.length - at, LARGEST_READ), begin + at);
        if (got === 0) refuse('the file became shorter while it was read');
        at += got;
      }
      return bytes;
    };
    result = use({ byteLength: facts.size, read });
  } catch (error) {
    close();
    throw error;
  }
  if (result instanceof Promise) return result.finally(close) as T;
  close();
  return result;
}

/**
 * For before a long computation: whether its result could be written here.
 * @throws {UserError} where the folder is missing or closed to us, or the path is a folder.
 */
export async function checkWritable(path: string): Promise<void> {
  try {
    await access(dirname(path), constants.W_OK);
    const existing = await stat(path).catch(() => undefined);
    if (existing?.isDirectory()) throw new UserError(`${path}: it is a folder`);
  } catch (error) {
    throw error instanceof UserError ? error : unwritable(path, error);
  }
}

/** The error of a path that the system does not let us write. */
export function unwritable(path: string, error: unknown): UserError {
  return new UserError(`${path}: it cannot be written (${reason(error)})`);
}

function unreadable(path: string, error: unknown): UserError {
  return new UserError(`${path}: it cannot be read (${reason(error)})`);
}

/** Node's messages repeat the path and the system call; the words between are what a person wants. */
function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined) return message;
  return message.replace(`${code}: `, '').replace(/, \w+(?: '.*)?$/s, '');
}
