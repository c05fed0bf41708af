/** An exported package in a Python interpreter of its own: a fixed script runs it, a request a line. Node only. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { SERVER_SCRIPT } from './server-script.ts';

/** The folder, below the one that is given, which holds the package. */
export const PACKAGE_FOLDER = 'package';

/** PyTorch could not run the package; the message says why, in its words. */
export class PackageError extends Error {
  override readonly name = 'PackageError';
}

type Reply = { readonly ok: true; readonly torch?: string } | { readonly ok: false; readonly error: string };

/** How much of what Python wrote to stderr is kept for messages. */
const LONGEST_COMPLAINT = 4000;

export class PackageProcess {
  /** PyTorch's version. */
  readonly torch: string;
  readonly #talk: Conversation;

  private constructor(talk: Conversation, torch: string) {
    this.#talk = talk;
    this.torch = torch;
  }

  /**
   * Loads the package of a folder.
   * @param folder holds `package/` with the export's files, and is the process's own: the script is written there.
   * @param signal ends the interpreter, also while it starts.
   * @throws {PackageError} where it does not load, or was ended.
   */
  static async start(python: string, folder: string, signal?: AbortSignal): Promise<PackageProcess> {
    const script = join(folder, 'serve.py');
    await writeFile(script, SERVER_SCRIPT);
    const talk = new Conversation(python, [script, join(folder, PACKAGE_FOLDER)], folder);
    signal?.addEventListener('abort', () => void talk.end(), { once: true });
    if (signal?.aborted) void talk.end();
    try {
      return new PackageProcess(talk, (await talk.reply()).torch ?? '');
    } catch (error) {
      await talk.end();
      throw error;
    }
  }

  /**
   * Computes the model on a .safetensors file of inputs and writes another one: `output/NAME`, and `layer/PATH/INDEX`.
   * @throws {PackageError}
   */
  async run(inputs: string, outputs: string): Promise<void> {
    this.#talk.ask(JSON.stringify({ inputs, outputs }));
    await this.#talk.reply();
  }

  /** Ends the interpreter, whatever it is doing. */
  async dispose(): Promise<void> {
    await this.#talk.end();
  }
}

class Conversation {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly #ended: Promise<unknown>;
  #complaint = '';

  constructor(python: string, words: readonly string[], folder: string) {
    this.#process = spawn(python, words, {
      cwd: folder,
      stdio: 'pipe',
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
    });
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
    // One that could not be started ends with an error instead.
    this.#ended = once(this.#process, 'close').catch((error: unknown) => (this.#complaint += String(error)));
    this.#process.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#complaint = (this.#complaint + text).slice(-LONGEST_COMPLAINT);
    });
    // Who writes to a process that has ended learns so from its reply.
    this.#process.stdin.on('error', () => undefined);
  }

  ask(line: string): void {
    this.#process.stdin.write(`${line}\n`);
  }

  /** @throws {PackageError} */
  async reply(): Promise<Extract<Reply, { ok: true }>> {
    const { done, value } = await this.#lines.next();
    if (done) {
      await this.#ended;
      const last = this.#complaint.trimEnd().split('\n').at(-1);
      throw new PackageError(`PyTorch ended before it answered${last ? `: ${last}` : ''}`);
    }
    const answer = JSON.parse(value) as Reply;
    if (!answer.ok) throw new PackageError(`PyTorch: ${answer.error}`);
    return answer;
  }

  async end(): Promise<void> {
    // It may be in the midst of a computation, and nobody needs what comes of it.
    this.#process.kill('SIGKILL');
    await this.#ended;
  }
}
