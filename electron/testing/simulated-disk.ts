/**
 * A disk that tells what is in memory from what is durable, for tests of crashes.
 *
 * It is as unkind as POSIX allows: after a crash any subset of the folder operations since the last sync of the
 * folder may have happened, and a file that was not synced may hold anything between nothing and everything.
 */
import { dirname } from 'node:path';
import type { FileSystem, WritableFile } from '../atomic-write.ts';

interface Inode {
  live: Uint8Array;
  durable: Uint8Array;
  mode: number;
}

type FolderOperation = (entries: Map<string, Inode>) => void;

/** The machine stopped. Nothing that runs afterwards reaches the disk. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

export interface DiskFaults {
  /** How many bytes a write accepts at most; the last value repeats. */
  readonly writeLimits?: readonly number[];
  /** The call, counted from 0, during which the machine stops, with half of that call done. */
  readonly crashAt?: number;
  /** The call, counted from 0, that fails with an input/output error. */
  readonly failAt?: number;
}

export class SimulatedDisk implements FileSystem {
  /** Calls so far. */
  steps = 0;
  readonly #faults: DiskFaults;
  readonly #entries = new Map<string, Inode>();
  readonly #durableEntries = new Map<string, Inode>();
  readonly #pending: FolderOperation[] = [];
  #crashed = false;
  #writes = 0;

  constructor(files: Readonly<Record<string, Uint8Array>>, faults: DiskFaults = {}) {
    this.#faults = faults;
    for (const [path, bytes] of Object.entries(files)) {
      const inode = { live: bytes, durable: bytes, mode: 0o100644 };
      this.#entries.set(path, inode);
      this.#durableEntries.set(path, inode);
    }
  }

  /** What a running program reads. */
  live(): ReadonlyMap<string, Uint8Array> {
    return new Map(this.#entries.entries().map(([path, inode]) => [path, inode.live]));
  }

  /** What is found after a restart, where `choose(n)` is 0 to n - 1: the whim of the disk. */
  afterCrash(choose: (options: number) => number): ReadonlyMap<string, Uint8Array> {
    const entries = new Map(this.#durableEntries);
    for (const operation of this.#pending) if (choose(2) === 1) operation(entries);
    return new Map(entries.entries().map(([path, inode]) => [path, leftOf(inode, choose)]));
  }

  resolve(path: string): Promise<string> {
    return this.#step(() => path);
  }

  stat(path: string): ReturnType<FileSystem['stat']> {
    return this.#step(() => {
      const inode = this.#entries.get(path);
      return inode ? { mode: inode.mode, uid: 0, gid: 0, isFile: () => true } : null;
    });
  }

  checkWritable(): Promise<void> {
    return this.#step(() => undefined);
  }

  create(path: string): Promise<WritableFile> {
    return this.#step(() => {
      if (this.#entries.has(path)) throw ioError('EEXIST');
      const inode: Inode = { live: new Uint8Array(), durable: new Uint8Array(), mode: 0o100666 };
      this.#change((entries) => entries.set(path, inode));
      return this.#open(inode);
    });
  }

  rename(from: string, to: string): Promise<void> {
    return this.#step(() => {
      const inode = this.#entries.get(from);
      if (!inode || dirname(from) !== dirname(to)) throw ioError('EXDEV');
      this.#change((entries) => {
        // By the inode, not the name: a subset of operations may hold the rename without the creation.
        entries.delete(from);
        entries.set(to, inode);
      });
    });
  }

  unlink(path: string): Promise<void> {
    return this.#step(() => this.#change((entries) => entries.delete(path)));
  }

  syncFolder(): Promise<void> {
    return this.#step(() => {
      for (const operation of this.#pending.splice(0)) operation(this.#durableEntries);
    });
  }

  #open(inode: Inode): WritableFile {
    return {
      write: (bytes, offset, length) =>
        this.#step(
          () => {
            const limits = this.#faults.writeLimits ?? [length];
            const limit = limits[Math.min(this.#writes++, limits.length - 1)]!;
            return append(inode, bytes.subarray(offset, offset + Math.min(length, limit)));
          },
          () => append(inode, bytes.subarray(offset, offset + (length >> 1))),
        ),
      chmod: (mode) =>
        this.#step(() => {
          inode.mode = 0o100000 | mode;
        }),
      chown: () => this.#step(() => undefined),
      sync: () =>
        this.#step(() => {
          inode.durable = inode.live;
        }),
      close: () => this.#step(() => undefined),
    };
  }

  #change(operation: FolderOperation): void {
    operation(this.#entries);
    this.#pending.push(operation);
  }

  async #step<T>(call: () => T, halfway?: () => void): Promise<T> {
    if (this.#crashed) throw new Crash();
    const step = this.steps++;
    if (step === this.#faults.crashAt) {
      halfway?.();
      this.#crashed = true;
      throw new Crash();
    }
    if (step === this.#faults.failAt) throw ioError('EIO');
    return call();
  }
}

function append(inode: Inode, bytes: Uint8Array): { bytesWritten: number } {
  const live = new Uint8Array(inode.live.byteLength + bytes.byteLength);
  live.set(inode.live);
  live.set(bytes, inode.live.byteLength);
  inode.live = live;
  return { bytesWritten: bytes.byteLength };
}

function leftOf(inode: Inode, choose: (options: number) => number): Uint8Array {
  if (inode.live === inode.durable) return inode.live;
  switch (choose(3)) {
    case 0:
      return inode.durable;
    case 1:
      return inode.live.slice(0, choose(inode.live.byteLength + 1));
    default:
      // Length without data: what ext4 and XFS leave of a delayed allocation.
      return new Uint8Array(inode.live.byteLength);
  }
}

function ioError(code: string): Error {
  return Object.assign(new Error(`simulated ${code}`), { code });
}
