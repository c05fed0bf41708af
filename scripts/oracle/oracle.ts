/** Asks PyTorch what it computes: one Python process for a whole suite, one request at a time. */
import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { findPython } from './python.ts';

export interface OracleRequest {
  /** A system of serve.py. */
  readonly system: string;
  readonly seed: number;
  /** Its hyperparameters and sizes by name; a configuration as its file holds it. */
  readonly sizes: Readonly<Record<string, number | object>>;
}

type Reply = { readonly ok: true } | { readonly ok: false; readonly error: string };

export class Oracle {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;
  readonly #folder = mkdtempSync(join(tmpdir(), 'patchbay-oracle-'));
  #count = 0;

  private constructor(python: string) {
    this.#process = spawn(python, [join(import.meta.dirname, 'serve.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /** @throws {Error} where no interpreter has PyTorch, saying how to install it. */
  static async start(): Promise<Oracle> {
    const python = findPython();
    if (python === undefined) {
      throw new Error(
        'PyTorch is missing: apt-get install python3-torch python3-numpy libopenblas0, or set PATCHBAY_PYTHON to an interpreter that has torch and numpy',
      );
    }
    const oracle = new Oracle(python);
    await oracle.#line();
    return oracle;
  }

  /**
   * Draws and computes a system.
   * @returns the path of a .safetensors file with `weight/…` and `input/…` in float32 and `output/…` in float64; it is there until `close`.
   */
  async compute(request: OracleRequest): Promise<string> {
    const file = join(this.#folder, `${request.system}-${this.#count++}.safetensors`);
    this.#process.stdin.write(`${JSON.stringify({ ...request, file })}\n`);
    const reply = JSON.parse(await this.#line()) as Reply;
    if (!reply.ok) throw new Error(`PyTorch, ${request.system}: ${reply.error}`);
    return file;
  }

  close(): void {
    this.#process.stdin.end();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #line(): Promise<string> {
    const { done, value } = await this.#lines.next();
    if (done) throw new Error('the PyTorch process ended; its message stands above');
    return value;
  }
}
