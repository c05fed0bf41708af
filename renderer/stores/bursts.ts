/**
 * Ends bursts: edits of one value in a row are one step of undo as long as they are one movement of the hand. It ends
 * with a press or release of the pointer, when a field is left, and after a pause in which no pointer was held.
 */
import type { DocumentStore } from './document.ts';

/** Longer than there is between two keys of somebody who types, or taps an arrow key. */
export const BURST_PAUSE_MILLISECONDS = 1000;

/**
 * @param events The window.
 * @returns lets go of both.
 */
export function endBursts(document: DocumentStore, events: EventTarget): () => void {
  let held = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = (): void => {
    clearTimeout(timer);
    document.getState().seal();
  };
  const stop = document.subscribe(({ history }, before) => {
    if (history === before.history || history.sealed) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (!held) end();
    }, BURST_PAUSE_MILLISECONDS);
  });
  const press = (): void => {
    held = true;
    end();
  };
  const release = (): void => {
    held = false;
    end();
  };
  const listeners = { pointerdown: press, pointerup: release, pointercancel: release, focusout: end };
  // The press ends it before what is pressed edits; the release and the leaving after their last edit.
  for (const [name, listener] of Object.entries(listeners))
    events.addEventListener(name, listener, { capture: name === 'pointerdown' });
  return () => {
    clearTimeout(timer);
    stop();
    for (const [name, listener] of Object.entries(listeners))
      events.removeEventListener(name, listener, { capture: name === 'pointerdown' });
  };
}
