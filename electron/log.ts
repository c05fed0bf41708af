/** The log: what went wrong in the main process, in files of bounded size in the system's folder for logs. It goes nowhere else. */
import { appendFileSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';

const NAME = 'patchbay';
/** Of one file; there are at most as many as `KEPT`. */
const MAX_BYTES = 1024 * 1024;
const KEPT = 3;
/** A value of a renderer that was taken over could be of any length. */
const MAX_LINE = 8192;

export class LogFile {
  readonly path: string;
  readonly #folder: string;
  #bytes: number;
  #broken = false;

  constructor(folder: string) {
    this.#folder = folder;
    this.path = this.#numbered(0);
    this.#bytes = sizeOf(this.path);
  }

  /** A line with the time. At once: what is logged may be the last that the process does. Never throws. */
  write(values: readonly unknown[], now: Date = new Date()): void {
    if (this.#broken) return;
    const text = values.map((value) => (typeof value === 'string' ? value : inspect(value))).join(' ');
    const line = `${now.toISOString()} ${text.replaceAll('\n', '\n  ').slice(0, MAX_LINE)}\n`;
    try {
      mkdirSync(this.#folder, { recursive: true });
      if (this.#bytes + Buffer.byteLength(line) > MAX_BYTES) this.#rotate();
      appendFileSync(this.path, line);
      this.#bytes += Buffer.byteLength(line);
    } catch {
      // A disk that is full is told where something is saved; a log that cannot be written is no reason to fail.
      this.#broken = true;
    }
  }

  /** The oldest goes, the others move on by one. */
  #rotate(): void {
    rmSync(this.#numbered(KEPT - 1), { force: true });
    for (let number = KEPT - 2; number >= 0; number--) {
      if (sizeOf(this.#numbered(number)) > 0) renameSync(this.#numbered(number), this.#numbered(number + 1));
    }
    this.#bytes = 0;
  }

  #numbered(number: number): string {
    return join(this.#folder, number === 0 ? `${NAME}.log` : `${NAME}.${number}.log`);
  }
}

/** From now on what goes to the console as an error or a warning is logged too: a packaged application has no console. */
export function logConsole(log: LogFile, to: Pick<Console, 'error' | 'warn'> = console): void {
  for (const level of ['error', 'warn'] as const) {
    const print = to[level].bind(to);
    to[level] = (...values: unknown[]) => {
      print(...values);
      log.write([`[${level}]`, ...values]);
    };
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
