/** Undo and redo over diffs: pure values; an edit that continues the one before becomes one step with it. */
import { apply, invert, squash } from './diff.ts';
import type { Edit } from './edit.ts';
import type { PatchbayDocument } from './schema.ts';

export interface History {
  /** Edits that undo takes back, the latest last. */
  readonly past: readonly Edit[];
  /** Edits that redo brings back, the next one last. */
  readonly future: readonly Edit[];
  /** The latest edit is closed: the next one does not join it. */
  readonly sealed?: true;
}

/** A step back or forth: the document and history after it, and the edit that it was about. */
export interface Step {
  readonly document: PatchbayDocument;
  readonly history: History;
  readonly edit: Edit;
}

export const emptyHistory: History = { past: [], future: [] };

/**
 * Records an edit that has been applied. One with the `coalesce` key of the latest joins it, unless something was undone
 * in between or it is sealed; if both together change nothing, nothing is left of them. An edit that changes nothing is not recorded.
 */
export function record(history: History, edit: Edit): History {
  if (edit.diff.length === 0) return history;
  const latest = history.past.at(-1);
  const joins = edit.coalesce !== undefined && latest?.coalesce === edit.coalesce;
  if (latest && joins && history.future.length === 0 && !history.sealed) {
    const diff = squash(latest.diff, edit.diff);
    const before = history.past.slice(0, -1);
    return { past: diff.length === 0 ? before : [...before, { ...edit, diff }], future: [] };
  }
  return { past: [...history.past, edit], future: [] };
}

/** Ends a burst, at the end of a gesture or when the document is saved: the next edit is a step of its own. */
export function seal(history: History): History {
  return history.sealed || history.past.length === 0 ? history : { ...history, sealed: true };
}

/** Takes back the latest edit; null if there is none. */
export function undo(history: History, document: PatchbayDocument): Step | null {
  const { length } = history.past;
  return length === 0 ? null : walk(history, document, length - 1);
}

/** Brings back what was undone last; null if there is nothing. */
export function redo(history: History, document: PatchbayDocument): Step | null {
  return history.future.length === 0 ? null : walk(history, document, history.past.length + 1);
}

/**
 * Goes to where so many steps lie behind, from wherever it stands; null if it stands there.
 * @returns the edit that the way ended with.
 * @throws {RangeError} if there are not so many steps.
 */
export function walk(history: History, document: PatchbayDocument, position: number): Step | null {
  const steps = stepsOf(history);
  const here = history.past.length;
  if (!Number.isInteger(position) || position < 0 || position > steps.length) {
    throw new RangeError(`there is no step ${position} of ${steps.length}`);
  }
  if (position === here) return null;
  const edit = position < here ? steps[position]! : steps[position - 1]!;
  return {
    document: documentAt(history, document, position),
    history: { past: steps.slice(0, position), future: steps.slice(position).toReversed(), sealed: true },
    edit,
  };
}

/** The document as it is where so many steps lie behind. */
export function documentAt(history: History, document: PatchbayDocument, position: number): PatchbayDocument {
  const steps = stepsOf(history);
  const here = history.past.length;
  let current = document;
  for (const { diff } of steps.slice(position, here).toReversed()) current = apply(current, invert(diff));
  for (const { diff } of steps.slice(here, position)) current = apply(current, diff);
  return current;
}

/** All edits, in the order in which they were made. */
export function stepsOf({ past, future }: History): readonly Edit[] {
  return [...past, ...future.toReversed()];
}
