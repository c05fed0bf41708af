/** What an application showed at every step of its history: the document's bytes, and all that follows from it. */
import { expect } from 'vitest';
import { formatDocument, parseDocument } from '../../../graph/file.ts';
import { describeShape } from '../../../graph/patterns.ts';
import { showProblem } from '../../../graph/testing/show.ts';
import type { App } from '../../app-context.ts';
import { createDeriveMemory, derive, type DerivedState } from '../../stores/derived.ts';

/** Steps between two at which everything is derived without anything that was known before. */
const AFRESH_EVERY = 10;

interface Shown {
  readonly text: string;
  /** Shapes, problems and the tree, in words. */
  readonly derived: readonly string[];
}

export class Trail {
  readonly #app: App;
  /** By how many steps lie behind. */
  #shown: readonly Shown[];

  constructor(app: App) {
    this.#app = app;
    this.#shown = [shownBy(app)];
  }

  get length(): number {
    return this.#shown.length - 1;
  }

  /** Notes what came of something that was done: at most one step, and none if nothing changed. @returns whether it did. */
  follow(what: string): boolean {
    const { past, future } = this.#app.document.getState().history;
    const [known, last] = [this.#shown, this.#shown.at(-1)!];
    const shown = shownBy(this.#app);
    const changed = shown.text !== last.text;
    // A burst that goes on is the same step, and one that ends where it began is none.
    const steps = past.length - this.length;
    expect([-1, 0, 1], what).toContain(steps);
    if (steps === 1) expect(changed, `${what} made a step that changes nothing`).toBe(true);
    if (steps === -1) expect(shown, what).toEqual(known.at(-2));
    if (changed) expect(future, what).toEqual([]);
    this.#shown = [...known.slice(0, past.length), shown];
    expect(parseDocument(shown.text).document, what).toEqual(this.#app.document.getState().document);
    return changed;
  }

  /** The application shows what it showed at this step. */
  compare(): void {
    const { past } = this.#app.document.getState().history;
    const what = `step ${past.length}: ${past.at(-1)?.title}`;
    const shown = shownBy(this.#app);
    expect(shown, what).toEqual(this.#shown[past.length]);
    if (past.length % AFRESH_EVERY === 0) {
      const { document } = this.#app.document.getState();
      const afresh = derive(document, createDeriveMemory());
      expect(shown.derived, `${what}, derived afresh`).toEqual(wordsOf(afresh));
    }
  }

  /** What was undone is forgotten: the next edit begins a branch. */
  cut(): void {
    this.#shown = this.#shown.slice(0, this.#app.document.getState().history.past.length + 1);
  }
}

function shownBy(app: App): Shown {
  return { text: formatDocument(app.document.getState().document), derived: wordsOf(app.derived.getState()) };
}

/** Shapes in the order of their names: which were found first depends on what was known before. */
function wordsOf({ tree, inference, problems }: Pick<DerivedState, 'tree' | 'inference' | 'problems'>): string[] {
  const shapes = Array.from(
    inference.outputs,
    ([port, { dims, dtype, flow }]) => `${port} ${describeShape(dims)} ${dtype} ${flow}`,
  );
  return [...tree.byPath.keys(), ...shapes.sort(), ...problems.map(showProblem)];
}
