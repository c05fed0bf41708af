/**
 * Runs a document's PyTorch export for the page, which wants to compare it with what the canvas shows.
 *
 * The page hands over a document and numbers, never code or a path: this process parses the document as it would a file,
 * writes the package itself into a folder of its own, and runs the one script that it carries. What the page can reach by
 * that is what any document can, and the exporter lets no name of a document become code (export/hostile.oracle.test.ts).
 */
import { appendFile, mkdir, mkdtemp, open, rm, stat, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { planPackage } from '../export/verify/pytorch/package-plan.ts';
import { PACKAGE_FOLDER, PackageProcess } from '../export/verify/pytorch/package-process.ts';
import { DesktopError } from './errors.ts';
import { MAX_BYTES } from './schemas.ts';

export const NO_PYTHON =
  'No Python with PyTorch was found on this machine. Install torch and numpy, or set PATCHBAY_PYTHON to an interpreter that has them.';

const ENDED = 'This run of PyTorch has ended.';

/** A package lies in one folder; whatever a document holds, no file of it may lie elsewhere. */
const PLAIN_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

/** One at a time: a page cannot fill the machine with interpreters. */
export class PytorchRuns {
  readonly #findPython: () => Promise<string | undefined>;
  #current: PytorchRun | null = null;
  /** Grows with each end: what is being opened then is not to run. */
  #ends = 0;

  constructor(findPython: () => Promise<string | undefined>) {
    this.#findPython = findPython;
  }

  /**
   * Writes the document's package; the weights are still to come.
   * @throws {DesktopError} where no interpreter has PyTorch, or another run was opened meanwhile; an error of the document.
   */
  async open(document: Uint8Array, name: string): Promise<string> {
    const closing = this.closeAll();
    const ends = this.#ends;
    await closing;
    const python = await this.#findPython();
    if (python === undefined) throw new DesktopError(NO_PYTHON);
    const run = await PytorchRun.create(python, document, name);
    if (ends !== this.#ends) {
      await run.dispose();
      throw new DesktopError(ENDED);
    }
    this.#current = run;
    return run.id;
  }

  /** @throws {DesktopError} for a run that has ended. */
  get(id: string): PytorchRun {
    if (this.#current?.id !== id) throw new DesktopError(ENDED);
    return this.#current;
  }

  async close(id: string): Promise<void> {
    if (this.#current?.id === id) await this.closeAll();
  }

  /** Ends what runs, at once. */
  async closeAll(): Promise<void> {
    this.#ends++;
    const ending = this.#current;
    this.#current = null;
    await ending?.dispose();
  }
}

class PytorchRun {
  readonly id = randomUUID();
  readonly #python: string;
  readonly #folder: string;
  readonly #weightsFile: string;
  /** Bytes of weights that may still come. */
  #room: number;
  /** Requests wait for those before them. */
  #turn: Promise<unknown> = Promise.resolve();
  #process: Promise<PackageProcess> | null = null;
  readonly #ending = new AbortController();

  private constructor(python: string, folder: string, weights: { readonly path: string; readonly bytes: number }) {
    this.#python = python;
    this.#folder = folder;
    this.#weightsFile = join(folder, PACKAGE_FOLDER, weights.path);
    this.#room = weights.bytes;
  }

  static async create(python: string, document: Uint8Array, name: string): Promise<PytorchRun> {
    const { files, weights } = await planPackage(document, name);
    const folder = await mkdtemp(join(tmpdir(), 'patchbay-pytorch-'));
    try {
      await mkdir(join(folder, PACKAGE_FOLDER));
      for (const { path, pieces } of files) {
        if (!PLAIN_NAME.test(path)) throw new Error(`"${path}" is no plain file name`);
        // Never over something: two files of one name would be a fault of the exporter.
        await writeFile(join(folder, PACKAGE_FOLDER, path), pieces, { flag: 'wx' });
      }
      await (await open(join(folder, PACKAGE_FOLDER, weights.path), 'wx')).close();
      return new PytorchRun(python, folder, weights);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /**
   * The next bytes of the weights' file.
   * @throws {DesktopError} where there are more than the document has weights for, or the model is loaded already.
   */
  addWeights(bytes: Uint8Array): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#process) throw new DesktopError('The weights are loaded already.');
      if (bytes.byteLength > this.#room) throw new DesktopError('These are more weights than the document has.');
      this.#room -= bytes.byteLength;
      await appendFile(this.#weightsFile, bytes);
    });
  }

  /** Computes on inputs (a .safetensors file), at the first time after loading the model. @returns a .safetensors file. */
  compute(inputs: Uint8Array): Promise<Uint8Array> {
    return this.#inTurn(async () => {
      this.#process ??= PackageProcess.start(this.#python, this.#folder, this.#ending.signal);
      const running = await this.#process;
      const [given, results] = [join(this.#folder, 'inputs.safetensors'), join(this.#folder, 'outputs.safetensors')];
      await writeFile(given, inputs);
      await running.run(given, results);
      if ((await stat(results)).size > MAX_BYTES) {
        throw new DesktopError(
          'What PyTorch computed is larger than 512 MiB: patchbay verify GRAPH --against pytorch compares it.',
        );
      }
      return new Uint8Array(await readFile(results));
    });
  }

  async dispose(): Promise<void> {
    this.#ending.abort();
    // What waits for the interpreter learns that it has ended.
    await this.#turn;
    await this.#process?.then((running) => running.dispose()).catch(() => undefined);
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(async () => {
      if (this.#ending.signal.aborted) throw new DesktopError(ENDED);
      return work();
    });
    // Who waits for its turn does not care how the one before ended.
    this.#turn = done.catch(() => undefined);
    return done;
  }
}
