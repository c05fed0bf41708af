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

/** More steps than anybody goes back; the oldest are forgotten. */
export const MAX_STEPS = 1000;

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
  return { past: [...history.past, edit].slice(-MAX_STEPS), future: [] };
}

/** Ends a burst, at the end of a gesture or when the document is saved: the next edit is a step of its own. */
export function seal(history: History): History {
  return history.sealed || history.past.length === 0 ? history : { ...history, sealed: true };
}

/** Takes back the latest edit; null if there is none. */
export function undo(history: History, document: PatchbayDocument): Step | null {
  const edit = history.past.at(-1);
  if (!edit) return null;
  return {
    document: apply(document, invert(edit.diff)),
    history: { past: history.past.slice(0, -1), future: [...history.future, edit], sealed: true },
    edit,
  };
}

/** Brings back what was undone last; null if there is nothing. */
export function redo(history: History, document: PatchbayDocument): Step | null {
  const edit = history.future.at(-1);
  if (!edit) return null;
  return {
    document: apply(document, edit.diff),
    history: { past: [...history.past, edit], future: history.future.slice(0, -1), sealed: true },
    edit,
  };
}
