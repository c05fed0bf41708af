/** For tests: packages that train, run by one Python process that reads PyTorch once. */
import { execFile, spawn, type ChildProcessByStdio } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { promisify } from 'node:util';
import { findPython } from '../../scripts/oracle/python.ts';
import { PYTORCH } from '../pytorch/target.ts';
import type { ExportSource } from '../target.ts';
import { readFileOf } from './source.ts';

export interface RunResult {
  /** Exit codes by rank; negative for a signal. */
  readonly codes: readonly number[];
  readonly text: string;
}

export interface Kill {
  /** As checkpoints.py calls it: `Log.add`, `os.replace`. */
  readonly function: string;
  readonly when: 'before' | 'after';
  /** Stands in the arguments of the call. */
  readonly marker: string;
}

/** A line of log.jsonl. */
export interface LogEntry {
  readonly step: number;
  readonly loss: number;
  readonly lr: number;
  readonly grad_norm: number;
  readonly samples_per_second: number;
}

/** `torchrun`, as Python's arguments. Python 3.11 reads the launcher's defaults for the two flags as None in PyTorch 1.13. */
export const TORCHRUN: readonly string[] = ['-m', 'torch.distributed.run', '--redirects', '1', '--tee', '2'];

export class TrainingTester {
  readonly folder = mkdtempSync(join(tmpdir(), 'patchbay-training-'));
  readonly #python: string;
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;
  #count = 0;

  private constructor(python: string) {
    this.#python = python;
    const script = join(import.meta.dirname, 'train_packages.py');
    this.#process = spawn(python, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /** @throws {Error} where no interpreter has PyTorch, saying how to install it. */
  static async start(): Promise<TrainingTester> {
    const python = findPython();
    if (python === undefined) {
      throw new Error(
        'PyTorch is missing: apt-get install python3-torch python3-numpy python3-pil, or set PATCHBAY_PYTHON',
      );
    }
    const tester = new TrainingTester(python);
    await tester.#lines.next();
    return tester;
  }

  /** A path that is not taken. */
  fresh(): string {
    return join(this.folder, String(this.#count++));
  }

  /** Writes a package; its folder. */
  async write(source: ExportSource): Promise<string> {
    const folder = this.fresh();
    mkdirSync(folder);
    for (const file of await PYTORCH.files(source)) writeFileSync(join(folder, file.path), await readFileOf(file));
    return folder;
  }

  /** Runs train.py once for each list of arguments. */
  async train(
    folder: string,
    runs: readonly (readonly string[])[],
    more: { readonly ranks?: number; readonly kill?: Kill } = {},
  ): Promise<readonly RunResult[]> {
    return (await this.#ask({ folder, runs, ...more })) as readonly RunResult[];
  }

  /** Runs Python in a package's folder. */
  async execute(folder: string, code: string, args: readonly string[] = [], ranks = 1): Promise<RunResult> {
    return (await this.#ask({ folder, code, arguments: args, ranks })) as RunResult;
  }

  /** Runs train.py by PyTorch's own launcher. @throws where it fails, with what was written. */
  async torchrun(folder: string, ranks: number, args: readonly string[]): Promise<void> {
    const port = ['--rdzv_backend', 'c10d', '--rdzv_endpoint', 'localhost:0'];
    const launch = [...TORCHRUN, '--log_dir', this.fresh(), '--nproc_per_node', String(ranks), ...port];
    const env = { ...process.env, OMP_NUM_THREADS: '1' };
    await promisify(execFile)(this.#python, [...launch, 'train.py', ...args], { cwd: folder, env });
  }

  async #ask(request: object): Promise<unknown> {
    this.#process.stdin.write(`${JSON.stringify(request)}\n`);
    const { done, value } = await this.#lines.next();
    if (done) throw new Error('the PyTorch process ended; its message stands above');
    return JSON.parse(value);
  }

  close(): void {
    this.#process.stdin.end();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The log of a run, without how fast it was. */
export function readLog(out: string): readonly Omit<LogEntry, 'samples_per_second'>[] {
  const lines = readFileSync(join(out, 'log.jsonl'), 'utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const { samples_per_second: speed, ...entry } = JSON.parse(line) as LogEntry;
    if (!(speed > 0)) throw new Error(`${speed} samples a second`);
    return entry;
  });
}
