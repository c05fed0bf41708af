/** For tests: writes exported packages to a folder and lets PyTorch run the tests that they bring, one process for all. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { findPython } from '../../scripts/oracle/python.ts';
import { PYTORCH } from '../pytorch/target.ts';
import type { ExportSource } from '../target.ts';
import { readFileOf } from './source.ts';

export class PackageTester {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;
  readonly #folder = mkdtempSync(join(tmpdir(), 'patchbay-packages-'));
  #count = 0;

  private constructor(python: string) {
    this.#process = spawn(python, [join(import.meta.dirname, 'serve.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /** @throws {Error} where no interpreter has PyTorch, saying how to install it. */
  static async start(): Promise<PackageTester> {
    const python = findPython();
    if (python === undefined) {
      throw new Error(
        'PyTorch is missing: apt-get install python3-torch python3-numpy libopenblas0, or set PATCHBAY_PYTHON',
      );
    }
    const tester = new PackageTester(python);
    await tester.#lines.next();
    return tester;
  }

  /** Writes the package and runs its tests, or compares its outputs in double and single precision. @returns what failed, or null. */
  async test(source: ExportSource, precision: 'float32' | 'both' = 'float32'): Promise<string | null> {
    const folder = join(this.#folder, String(this.#count++));
    mkdirSync(folder);
    for (const file of await PYTORCH.files(source)) writeFileSync(join(folder, file.path), await readFileOf(file));
    this.#process.stdin.write(`${JSON.stringify({ folder, precision })}\n`);
    const { done, value } = await this.#lines.next();
    if (done) throw new Error('the PyTorch process ended; its message stands above');
    const reply = JSON.parse(value) as { readonly ok: boolean; readonly error?: string };
    if (reply.ok) rmSync(folder, { recursive: true });
    return reply.ok ? null : `${folder}: ${reply.error}`;
  }

  close(): void {
    this.#process.stdin.end();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
