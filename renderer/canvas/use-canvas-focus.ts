/**
 * The keyboard's place on the canvas: it is remembered, it follows what a command selects (a node that was added, pasted
 * or gone to), and it never falls out of the page when a card is gone.
 */
import { useCallback, useEffect, type FocusEvent } from 'react';
import { useApp } from '../app-context.ts';
import type { CanvasTools } from './canvas-context.ts';
import { focusCanvas, focusedAt, focusItem, itemOf } from './focus.ts';

/** @returns what the canvas does when something on it takes the focus. */
export function useCanvasFocus({ store, boxes }: CanvasTools): (event: FocusEvent) => void {
  const { view } = useApp();
  useEffect(() => {
    let frame = 0;
    const follow = (): void => {
      cancelAnimationFrame(frame);
      const now = (): void => followSelection(new Set([...view.getState().selection, ...store.getState().decorations]));
      // Cards of what was selected are there after the next frame; what was deleted may go with the one after it.
      frame = requestAnimationFrame(() => {
        now();
        frame = requestAnimationFrame(now);
      });
    };
    const stops = [
      view.subscribe(
        (state, before) => (state.selection !== before.selection || state.openPath !== before.openPath) && follow(),
      ),
      store.subscribe(({ decorations }, before) => decorations !== before.decorations && follow()),
    ];
    return () => {
      cancelAnimationFrame(frame);
      stops.forEach((stop) => stop());
    };
  }, [view, store]);
  return useCallback(
    (event) => {
      const focused = focusedAt(event.target);
      if (!focused) return;
      const id = itemOf(focused);
      const box = boxes().get(id);
      if (box && store.getState().current?.id !== id) store.setState({ current: { id, at: { x: box.x, y: box.y } } });
    },
    [store, boxes],
  );
}

/** @param selection React Flow ids. */
function followSelection(selection: ReadonlySet<string>): void {
  const active = document.activeElement;
  const nowhere = active === null || active === document.body;
  // Whoever types, or is in a panel or a dialog, stays there.
  if (!nowhere && (!active.closest('.canvas') || active.matches('input, textarea'))) return;
  const focused = focusedAt(active);
  if (focused && selection.has(itemOf(focused))) return;
  const [first] = selection;
  if (first !== undefined) focusItem(first);
  else if (nowhere) focusCanvas();
}
