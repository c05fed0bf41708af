/** What leaves took to run, summed up into the modules and stacks that contain them. */
import type { InstancePath } from '../../graph/instance.ts';

/** Milliseconds of leaves, of the last run that they took part in. */
export class Timings {
  #leaves: ReadonlyMap<InstancePath, number> = new Map();
  /** Of documents that were shown before, by what names them in the journal. */
  readonly #left = new Map<string, ReadonlyMap<InstancePath, number>>();

  /** Those of another document, as they were when it was left. */
  show(left: string, shown: string): void {
    this.#left.set(left, this.#leaves);
    this.#leaves = this.#left.get(shown) ?? new Map();
  }

  /** Of a run: leaves that were not run again keep the time that they took. */
  add(timings: Iterable<readonly [InstancePath, number]>, isThere: { has(path: InstancePath): boolean }): void {
    this.#leaves = new Map([...this.#leaves, ...timings].filter(([path]) => isThere.has(path)));
  }

  get rolledUp(): ReadonlyMap<InstancePath, number> {
    return rollUpTimings(this.#leaves);
  }
}

/** Milliseconds by path: of every origin, and of everything around it; the root's is the empty path. */
export function rollUpTimings(timings: ReadonlyMap<InstancePath, number>): ReadonlyMap<InstancePath, number> {
  const total = new Map<InstancePath, number>();
  const add = (path: InstancePath, milliseconds: number) => total.set(path, (total.get(path) ?? 0) + milliseconds);
  for (const [path, milliseconds] of timings) {
    if (path !== '') add('', milliseconds);
    for (let end = path.length; end > 0; end = path.lastIndexOf('.', end - 1)) add(path.slice(0, end), milliseconds);
    if (path === '') add('', milliseconds);
  }
  return total;
}
