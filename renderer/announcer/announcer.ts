/**
 * Says to screen readers what the eye sees at once: what an edit did and what is wrong after it, what was undone, which
 * module is open, how much is selected. Waits until the hand rests, so that a burst of keys is one sentence.
 */
import type { App } from '../app-context.ts';
import { problemList, type ProblemEntry } from '../stores/problem-list.ts';
import { editWords, placeWords, problemWords, selectionWords } from './words.ts';

/** What is told in one breath, in this order; of each the latest alone. */
const PARTS = ['edit', 'place', 'selection', 'problems'] as const;
type Part = (typeof PARTS)[number];

/** Between two keys of a burst passes less. */
const REST_MILLISECONDS = 350;

/** @returns stops listening. */
export function keepAnnouncing({
  document,
  derived,
  view,
  notices,
}: Pick<App, 'document' | 'derived' | 'view' | 'notices'>): () => void {
  const waiting = new Map<Part, string>();
  let rest: ReturnType<typeof setTimeout> | undefined;
  /** As they were told last. */
  let told: readonly ProblemEntry[] = problemList(derived.getState());
  let selected = view.getState().selection.size;

  const speak = (): void => {
    if (view.getState().screen !== 'editor') return;
    const problems = problemList(derived.getState());
    const words = problemWords(told, problems);
    told = problems;
    if (words !== null) waiting.set('problems', words);
    const count = view.getState().selection.size;
    const selection = selectionWords(selected, count);
    selected = count;
    if (selection !== null) waiting.set('selection', selection);
    const sentence = PARTS.flatMap((part) => waiting.get(part) ?? []).join('. ');
    waiting.clear();
    if (sentence !== '') notices.getState().say(sentence);
  };
  const soon = (): void => {
    clearTimeout(rest);
    rest = setTimeout(speak, REST_MILLISECONDS);
  };
  const openedNow = (): void => {
    waiting.set('place', placeWords(derived.getState().tree, view.getState().openPath, document.getState().document));
    soon();
  };

  const stops = [
    document.subscribe((state, before) => {
      if (state.generation !== before.generation) {
        waiting.delete('edit');
        told = [];
        openedNow();
        return;
      }
      const words = editWords(before, state);
      if (words === null) return;
      waiting.set('edit', words);
      soon();
    }),
    derived.subscribe(({ problems }, before) => {
      if (problems !== before.problems) soon();
    }),
    view.subscribe((state, before) => {
      if (state.openPath !== before.openPath || state.screen !== before.screen) openedNow();
      else if (state.selection !== before.selection && (state.selection.size > 1 || selected > 1)) soon();
    }),
  ];
  return () => {
    clearTimeout(rest);
    stops.forEach((stop) => stop());
  };
}
