/**
 * A disk that tells what is in memory from what is durable, for tests of crashes.
 *
 * It is as unkind as POSIX allows: after a crash any subset of the folder operations since the last sync of the
 * folder may have happened, and a file that was not synced may hold anything between nothing and everything.
 */
import { basename, dirname } from 'node:path';
import type { FileSystem, WritableFile } from '../file-system.ts';

interface Inode {
  live: Uint8Array;
  durable: Uint8Array;
  mode: number;
  /** In calls so far: the disk has no other clock. */
  mtimeMs: number;
}

type FolderOperation = (entries: Map<string, Inode>) => void;

interface Pending {
  readonly folder: string;
  readonly operation: FolderOperation;
}

/** The machine stopped. Nothing that runs afterwards reaches the disk. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

export interface DiskFaults {
  /** How many bytes a write accepts at most; the last value repeats. */
  readonly writeLimits?: readonly number[];
  /** The call, counted from 0, at which the machine stops, and how much of it is done by then. */
  readonly crashAt?: number;
  readonly crashDone?: 'nothing' | 'half' | 'all';
  /** Calls, counted from 0, that fail, with the code of their error. */
  readonly failures?: ReadonlyMap<number, string>;
}

export class SimulatedDisk implements FileSystem {
  /** Calls so far. */
  steps = 0;
  /** Paths of the calls that failed. */
  readonly failed: string[] = [];
  readonly #faults: DiskFaults;
  readonly #entries = new Map<string, Inode>();
  readonly #durableEntries = new Map<string, Inode>();
  readonly #pending: Pending[] = [];
  #crashed = false;
  #writes = 0;

  constructor(files: Readonly<Record<string, Uint8Array>>, faults: DiskFaults = {}) {
    this.#faults = faults;
    for (const [path, bytes] of Object.entries(files)) {
      const inode = { live: bytes, durable: bytes, mode: 0o100644, mtimeMs: 0 };
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
    for (const { operation } of this.#pending) if (choose(2) === 1) operation(entries);
    return new Map(entries.entries().map(([path, inode]) => [path, leftOf(inode, choose)]));
  }

  resolve(path: string): Promise<string> {
    return this.#step(path, () => path);
  }

  stat(path: string): ReturnType<FileSystem['stat']> {
    return this.#step(path, () => {
      const inode = this.#entries.get(path);
      const { mode, mtimeMs } = inode ?? { mode: 0o040755, mtimeMs: 0 };
      const facts = {
        mode,
        mtimeMs,
        uid: 0,
        gid: 0,
        size: inode?.live.byteLength ?? 0,
        isFile: () => inode !== undefined,
      };
      const there = inode ?? this.#entries.keys().some((name) => name.startsWith(`${path}/`));
      return there ? facts : null;
    });
  }

  checkWritable(path: string): Promise<void> {
    return this.#step(path, () => undefined);
  }

  create(path: string): Promise<WritableFile> {
    return this.#step(path, () => {
      if (this.#entries.has(path)) throw systemError('EEXIST');
      const inode: Inode = { live: new Uint8Array(), durable: new Uint8Array(), mode: 0o100666, mtimeMs: this.steps };
      this.#change((entries) => entries.set(path, inode));
      return this.#open(path, inode);
    });
  }

  openToAppend(path: string): Promise<WritableFile> {
    return this.#step(path, () => {
      const inode = this.#entries.get(path);
      if (!inode) throw systemError('ENOENT');
      return this.#open(path, inode);
    });
  }

  rename(from: string, to: string): Promise<void> {
    return this.#step(from, () => {
      const inode = this.#entries.get(from);
      if (!inode || dirname(from) !== dirname(to)) throw systemError('EXDEV');
      this.#change((entries) => {
        // By the inode, not the name: a subset of operations may hold the rename without the creation.
        entries.delete(from);
        entries.set(to, inode);
      });
    });
  }

  unlink(path: string): Promise<void> {
    return this.#step(path, () => {
      if (!this.#entries.has(path)) throw systemError('ENOENT');
      this.#change((entries) => entries.delete(path));
    });
  }

  syncFolder(path: string): Promise<void> {
    return this.#step(path, () => {
      const [here, elsewhere] = [[] as Pending[], [] as Pending[]];
      for (const pending of this.#pending.splice(0)) (pending.folder === path ? here : elsewhere).push(pending);
      for (const { operation } of here) operation(this.#durableEntries);
      this.#pending.push(...elsewhere);
    });
  }

  makeFolder(path: string): Promise<void> {
    return this.#step(path, () => undefined);
  }

  list(path: string): Promise<readonly string[]> {
    return this.#step(path, () =>
      [...this.#entries.keys()].filter((name) => dirname(name) === path).map((name) => basename(name)),
    );
  }

  read(path: string): Promise<Uint8Array> {
    return this.#step(path, () => {
      const inode = this.#entries.get(path);
      if (!inode) throw systemError('ENOENT');
      return inode.live;
    });
  }

  #open(path: string, inode: Inode): WritableFile {
    return {
      write: (bytes, offset, length) =>
        this.#step(
          path,
          () => {
            const limits = this.#faults.writeLimits ?? [length];
            const limit = limits[Math.min(this.#writes++, limits.length - 1)]!;
            inode.mtimeMs = this.steps;
            return append(inode, bytes.subarray(offset, offset + Math.min(length, limit)));
          },
          () => append(inode, bytes.subarray(offset, offset + (length >> 1))),
        ),
      chmod: (mode) =>
        this.#step(path, () => {
          inode.mode = 0o100000 | mode;
        }),
      chown: () => this.#step(path, () => undefined),
      sync: () =>
        this.#step(path, () => {
          inode.durable = inode.live;
        }),
      close: () => this.#step(path, () => undefined),
    };
  }

  /** All the operations of one call are in one folder. */
  #change(operation: FolderOperation): void {
    const [before, after] = [new Map(this.#entries), this.#entries];
    operation(after);
    const changed = [...before.keys(), ...after.keys()].find((path) => before.get(path) !== after.get(path));
    if (changed !== undefined) this.#pending.push({ folder: dirname(changed), operation });
  }

  async #step<T>(path: string, call: () => T, halfway?: () => void): Promise<T> {
    if (this.#crashed) throw new Crash();
    const step = this.steps++;
    const { crashAt, crashDone = 'half', failures } = this.#faults;
    if (step === crashAt) {
      this.#crashed = true;
      if (crashDone === 'all') call();
      if (crashDone === 'half') halfway?.();
      throw new Crash();
    }
    const code = failures?.get(step);
    if (code !== undefined) {
      this.failed.push(path);
      throw systemError(code);
    }
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
  const { live, durable } = inode;
  if (live === durable) return live;
  // Files only grow: what was synced is before what was not.
  switch (choose(3)) {
    case 0:
      return durable;
    case 1:
      return live.slice(0, durable.byteLength + choose(live.byteLength - durable.byteLength + 1));
    default: {
      // Length without data: what ext4 and XFS leave of a delayed allocation.
      const left = new Uint8Array(live.byteLength);
      left.set(durable);
      return left;
    }
  }
}

function systemError(code: string): Error {
  return Object.assign(new Error(`simulated ${code}`), { code });
}
