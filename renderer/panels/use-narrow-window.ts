/**
 * In a narrow window, as one is at 200 % zoom, the canvas keeps room: of the two side panels the one that was opened last
 * stays. What was folded for that comes back with the room.
 */
import { useEffect } from 'react';
import { useApp } from '../app-context.ts';
import type { ViewStore } from '../stores/view.ts';

/** As the style sheet has it, styles/narrow.css. */
const NARROW = '(max-width: 900px)';

export function useNarrowWindow(): void {
  const { view } = useApp();
  useEffect(() => keepRoom(view, matchMedia(NARROW)), [view]);
}

/** @returns what ends it. */
export function keepRoom(
  view: ViewStore,
  narrow: Pick<MediaQueryList, 'matches' | 'addEventListener' | 'removeEventListener'>,
): () => void {
  let folded = false;
  const look = (): void => {
    const { library, inspector } = view.getState().panels;
    if (narrow.matches && library.open && inspector.open) {
      folded = true;
      view.getState().setPanel('library', { open: false });
    } else if (!narrow.matches && folded) {
      folded = false;
      view.getState().setPanel('library', { open: true });
    }
  };
  const unsubscribe = view.subscribe(({ panels }, before) => {
    if (!narrow.matches || panels === before.panels || !panels.library.open || !panels.inspector.open) return;
    const libraryCame = !before.panels.library.open;
    // What the person does by hand is theirs: it is not undone when there is room again.
    folded = false;
    view.getState().setPanel(libraryCame ? 'inspector' : 'library', { open: false });
  });
  look();
  narrow.addEventListener('change', look);
  return () => {
    unsubscribe();
    narrow.removeEventListener('change', look);
  };
}
