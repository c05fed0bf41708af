/**
 * Which documents other processes of the application have open: of the same person, with other user data, in which none
 * knows of the next. Each leaves a mark for every document in one folder of the person's, and a door to knock at: a
 * process that was killed opens it no more, and its marks count for nothing, whoever has its number by now.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { describeError } from './errors.ts';
import { nodeFileSystem, unlinkIfThere } from './file-system.ts';

/** `<document>.<process>` is a mark, `<process>.door` a door. */
const MARK = /^([0-9a-f]{32})\.([0-9a-f]{16})$/;

export class OpenFiles {
  readonly #folder: string;
  /** Short: where a socket may lie is limited to some hundred characters. */
  readonly #process = randomBytes(8).toString('hex');
  #door: Promise<Server> | null = null;

  /** @param folder One for all processes of the person, whatever their user data. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * This process has the file open from now on.
   * @param path The real one: links to it are the same file.
   * @returns whether another process has it open too; false as well where that cannot be found out, which is logged: it
   * must not keep anybody from opening a file.
   */
  async enter(path: string): Promise<boolean> {
    try {
      this.#door ??= this.#openDoor();
      await this.#door;
      // First the mark, then the look: of two that do so at once each sees the other.
      await writeFile(this.#markOf(path), '');
      return await this.#isOpenElsewhere(path);
    } catch (error) {
      console.error(`Other processes cannot be told of open documents: ${describeError(error)}`);
      return false;
    }
  }

  async leave(path: string): Promise<void> {
    await unlinkIfThere(this.#markOf(path), nodeFileSystem).catch((error: unknown) =>
      console.error(describeError(error)),
    );
  }

  async #openDoor(): Promise<Server> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    // That somebody answers is the answer: nothing is read.
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.end();
    });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.once('error', reject);
    server.listen(this.#addressOf(this.#process), resolve);
    await promise;
    // It does not keep the process alive.
    return server.unref();
  }

  async #isOpenElsewhere(path: string): Promise<boolean> {
    const document = nameOf(path);
    let open = false;
    for (const name of await readdir(this.#folder)) {
      const [, marked, process] = MARK.exec(name) ?? [];
      if (marked !== document || process === undefined || process === this.#process) continue;
      if (await this.#isAlive(process)) open = true;
      else await this.#removeTracesOf(process);
    }
    return open;
  }

  async #isAlive(process: string): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const socket = connect(this.#addressOf(process));
    socket.once('connect', () => resolve(true));
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(!NOBODY.has(error.code ?? '')));
    return await promise.finally(() => socket.destroy());
  }

  /** What a process leaves that was killed. */
  async #removeTracesOf(process: string): Promise<void> {
    for (const name of await readdir(this.#folder)) {
      if (name.split('.').includes(process)) await unlinkIfThere(join(this.#folder, name), nodeFileSystem);
    }
  }

  #markOf(path: string): string {
    return join(this.#folder, `${nameOf(path)}.${this.#process}`);
  }

  #addressOf(id: string): string {
    return process.platform === 'win32' ? `\\\\.\\pipe\\patchbay-${id}` : join(this.#folder, `${id}.door`);
  }
}

/** What connecting fails with where the process is gone. */
const NOBODY: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOENT']);

/** Of the document, telling nothing of where it lies. */
function nameOf(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 32);
}
