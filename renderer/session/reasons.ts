/** What asks for compilations, next and now, and whether what it asked for runs. */
import type { RunMode, RunState } from '../stores/run.ts';

/**
 * Why the graph is compiled: after an edit, and where it is opened, values are stale; after a look they are not; a demand
 * runs in any mode. Only what follows an edit waits for the next one.
 */
export type Reason = 'open' | 'edit' | 'look' | 'demand';

/** Live mode runs by itself what is predicted to take less. */
export const LIVE_SECONDS = 1;

/** @param seconds that the run is predicted to take; null where nothing is known of it. */
export function isRun(reasons: ReadonlySet<Reason>, mode: RunMode, seconds: number | null): boolean {
  if (reasons.has('demand')) return true;
  if (seconds !== null && seconds >= LIVE_SECONDS) return false;
  const edited = reasons.has('edit') || reasons.has('open');
  // On demand, a look into a module that was run is still the demand that was made, and what is kept costs nothing.
  const asked = !edited || seconds === 0;
  return mode === 'live' || (mode === 'on-demand' && asked);
}

/**
 * Why values are computed again whose device or thread is gone: those of the graph as it is were wanted, however long
 * they take.
 */
export function whyAgain({ current, mode }: Pick<RunState, 'current' | 'mode'>): Reason {
  return current && mode !== 'paused' ? 'demand' : 'edit';
}

export class Reasons {
  /** What asks for the next compilation; empty if nothing does. What is open waits for the device. */
  readonly #next = new Set<Reason>(['open']);
  /** What asked for the compilation that goes on, and what is not decided of those before it. */
  readonly #undecided = new Set<Reason>();

  get next(): readonly Reason[] {
    return [...this.#next];
  }

  /** Something was compiled, or is, of which nobody has said yet whether it runs. */
  get undecided(): boolean {
    return this.#undecided.size > 0;
  }

  /** A run was asked for, and has not begun yet. */
  get isDemanded(): boolean {
    return this.#next.has('demand') || this.#undecided.has('demand');
  }

  /** The next edit may come at once. */
  get isTyping(): boolean {
    return this.#next.has('edit') && !this.#next.has('demand') && !this.#next.has('open');
  }

  add(reason: Reason): void {
    this.#next.add(reason);
  }

  /** The graph is another: who asked to run or to open it asked for the one before. */
  edited(): void {
    for (const reasons of [this.#next, this.#undecided]) reasons.delete('demand');
    this.#next.delete('open');
  }

  /** It is compiled now. */
  begin(): void {
    for (const reason of this.#next) this.#undecided.add(reason);
    this.#next.clear();
  }

  /** @returns why it was compiled. */
  decide(): ReadonlySet<Reason> {
    const decided = new Set(this.#undecided);
    this.#undecided.clear();
    return decided;
  }

  /** What is being compiled comes to nothing, and is wanted as before. */
  again(): void {
    for (const reason of this.decide()) this.#next.add(reason);
  }

  clear(): void {
    this.#next.clear();
    this.#undecided.clear();
  }
}
