/**
 * Which temporary files are being written, on record in the user's data folder: they lie beside documents, anywhere on
 * the disk, and after a kill the next start must know where to look. Only one instance has the folder at a time, so
 * that what is on record at a start belongs to a process that has ended.
 */
import { basename, dirname, isAbsolute, join } from 'node:path';
import { isTemporaryName } from './atomic-write.ts';
import { describeError } from './errors.ts';
import { nodeFileSystem, unlinkIfThere, type FileSystem } from './file-system.ts';

export class UnfinishedWrites {
  readonly #folder: string;
  readonly #files: FileSystem;

  constructor(folder: string, files: FileSystem = nodeFileSystem) {
    this.#folder = folder;
    this.#files = files;
  }

  /** The file system, where each file that is created is on record until it has another name or is gone. */
  recorded(): FileSystem {
    const files = this.#files;
    /** Renamed, which is not on the disk yet: a loss of power may bring them back. */
    const renamed = new Set<string>();
    return {
      ...bound(files),
      create: async (path) => {
        await orReport(this.#record(path));
        try {
          return await files.create(path);
        } catch (error) {
          await orReport(this.#forget(path));
          throw error;
        }
      },
      rename: async (from, to) => {
        await files.rename(from, to);
        renamed.add(from);
      },
      syncFolder: async (folder) => {
        await files.syncFolder(folder);
        for (const path of [...renamed].filter((path) => dirname(path) === folder)) {
          renamed.delete(path);
          await orReport(this.#forget(path));
        }
      },
      unlink: async (path) => {
        await files.unlink(path);
        await orReport(files.syncFolder(dirname(path)).then(() => this.#forget(path)));
      },
    };
  }

  /** At the start, before anything is written: removes what is on record. What fails is reported, and tried again at the next. */
  async tidy(): Promise<void> {
    for (const name of await this.#files.list(this.#folder)) await orReport(this.#tidyOne(join(this.#folder, name)));
  }

  async #tidyOne(record: string): Promise<void> {
    const path = new TextDecoder().decode(await this.#files.read(record));
    // A record that is torn was not on the disk yet, and so its file was not created.
    if (isAbsolute(path) && isTemporaryName(basename(path))) {
      // The disk may be one that is not there today.
      if (!(await this.#files.stat(dirname(path)))) return;
      await unlinkIfThere(path, this.#files);
    }
    await this.#files.unlink(record);
  }

  /** Durable before the file is created: a file without a record is nobody's. */
  async #record(path: string): Promise<void> {
    const files = this.#files;
    await files.makeFolder(this.#folder);
    const file = await files.create(this.#recordOf(path));
    try {
      const bytes = new TextEncoder().encode(path);
      for (let offset = 0; offset < bytes.length;) {
        const { bytesWritten } = await file.write(bytes, offset, bytes.length - offset);
        if (bytesWritten === 0) throw new Error('the disk takes no more bytes');
        offset += bytesWritten;
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await files.syncFolder(this.#folder);
  }

  async #forget(path: string): Promise<void> {
    await unlinkIfThere(this.#recordOf(path), this.#files);
  }

  #recordOf(path: string): string {
    return join(this.#folder, `${basename(path)}.record`);
  }
}

/** Its calls as properties, whether it is a record of functions or an instance of a class. */
function bound(files: FileSystem): FileSystem {
  return {
    resolve: (path) => files.resolve(path),
    stat: (path) => files.stat(path),
    checkWritable: (path) => files.checkWritable(path),
    create: (path) => files.create(path),
    openToAppend: (path) => files.openToAppend(path),
    rename: (from, to) => files.rename(from, to),
    unlink: (path) => files.unlink(path),
    syncFolder: (path) => files.syncFolder(path),
    makeFolder: (path) => files.makeFolder(path),
    list: (path) => files.list(path),
    read: (path) => files.read(path),
  };
}

/** That a record cannot be kept must not keep a person from saving: at worst a temporary file stays after a kill. */
async function orReport(work: Promise<void>): Promise<void> {
  await work.catch((error: unknown) => console.error(describeError(error)));
}
