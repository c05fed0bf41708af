/** An edit: what one action of the user does to the document, with its name in the history and where it acts. */
import { apply, squash, type Diff } from './diff.ts';
import type { PatchbayDocument } from './schema.ts';

export interface Edit {
  /** As undo names it: `Move 3 nodes`. */
  readonly title: string;
  readonly diff: Diff;
  /** Where it acts, so that undo can go there; absent for the document as a whole. */
  readonly place?: { readonly module: string; readonly nodeIds: readonly string[] };
  /** Edits in a row with the same key are one step: a slider, a burst of typing. */
  readonly coalesce?: string;
}

/** Several edits as one, each made from what the one before leaves. */
export function combine(
  document: PatchbayDocument,
  title: string,
  steps: readonly ((document: PatchbayDocument) => Edit)[],
): Edit {
  let current = document;
  let whole: Edit = { title, diff: [] };
  for (const step of steps) {
    const edit = step(current);
    current = apply(current, edit.diff);
    whole = { title, diff: squash(whole.diff, edit.diff), ...placeOf(whole, edit) };
  }
  return whole;
}

/** The place of the first edit that has one, with the nodes of all in the same module. */
function placeOf(whole: Edit, { place }: Edit): Pick<Edit, 'place'> {
  if (!whole.place || !place) return { ...((whole.place ?? place) && { place: (whole.place ?? place)! }) };
  if (whole.place.module !== place.module) return { place: whole.place };
  return { place: { module: place.module, nodeIds: [...new Set([...whole.place.nodeIds, ...place.nodeIds])] } };
}

/** `3 nodes`, `1 node`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
