/** The graphs of a text that grows, step by step: what a step has computed of the positions so far, the next one reads. */
import { reusePrefixes, type Before, type Reusing } from '../../gpu/passes/grown/reuse.ts';
import { runPasses } from '../../gpu/passes/pipeline.ts';
import type { Graph, ValueId } from '../../gpu/ir/types.ts';
import { lastPosition, withFrontier } from './frontier.ts';
import type { TokenRows } from './generate-tokens.ts';

export interface StepRequest {
  /** As it was lowered for the ids. */
  readonly graph: Graph;
  /** `[batch, length, vocab]`; its last position is computed. */
  readonly logits: ValueId;
  /** What the last position is called. */
  readonly name: string;
  /** Name of the input whose ids grow. */
  readonly source: string;
  readonly rows: TokenRows;
}

export interface Step {
  /** All passes have run. */
  readonly graph: Graph;
  /**
   * Keys of what it reads of former steps. A device that does not have them any more asks for inputs that nobody has: then
   * `forget`, and begin the step again. Once it has run nobody wants them.
   */
  readonly reads: readonly string[];
  readonly rows: TokenRows;
  readonly reusing: Reusing;
}

export class Continuation {
  #before: (Before & { readonly rows: TokenRows }) | null = null;
  #keepsNothing = false;

  /** The graph of a step: of the new positions alone, where the step before has left what they need of the others. */
  begin({ graph, logits, name, source, rows }: StepRequest): Step {
    const { graph: whole, last } = lastPosition(graph, logits);
    const wanted: Graph = { ...whole, outputs: [{ name, value: last, kind: 'tap' }] };
    const before = this.#before && beginWith(rows, this.#before.rows) ? this.#before : null;
    const reusing = reusePrefixes(wanted, before, source);
    return { graph: runPasses(withFrontier(reusing.graph, source)), reads: reusing.reads, rows, reusing };
  }

  /** @param keyOf The key under which a device keeps the output of this name; undefined if it keeps none. */
  ran({ reusing, rows }: Step, keyOf: (output: string) => string | undefined): void {
    const keys = new Map<ValueId, string>();
    const { taps } = reusing;
    for (const [name, value] of taps) {
      const key = keyOf(name);
      if (key !== undefined) keys.set(value, key);
    }
    this.#keepsNothing ||= taps.size > 0 && keys.size === 0;
    this.#before = this.#keepsNothing ? null : { graph: reusing.source, keys, rows };
  }

  /** The next step is computed from the ids alone. */
  forget(): void {
    this.#before = null;
  }
}

/** Whether ids are others with more behind them. */
function beginWith(rows: TokenRows, before: TokenRows): boolean {
  return rows.length === before.length && before.every((row, at) => row.every((id, place) => rows[at]![place] === id));
}
