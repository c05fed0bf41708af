/** Keys of the window run commands, unless what has the focus needs them. */
import { useEffect } from 'react';
import { useApp, type App } from '../app-context.ts';
import { handleKey } from '../commands/runner.ts';
import { typingIn } from '../platform/text-editing.ts';

/** Operated by Enter or the space bar. */
const CONTROLS = 'button, a[href], select, summary, input, [role="menuitem"], [role="option"]';
/** What is open over the rest has the keys to itself. */
const MODALS = '[role="dialog"], [role="alertdialog"], [role="menu"]';

export function useKeys(): void {
  const app = useApp();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const focus = document.activeElement;
      if (focus === document.body && event.key !== 'Tab' && !modalIsOpen() && passToCanvas(event)) return;
      if (event.key === 'Escape' && focus?.closest('.side-panel') && !modalIsOpen()) {
        event.preventDefault();
        focusCanvas(app);
        return;
      }
      const where = {
        mac: app.platform.mac,
        typing: typingIn(focus),
        control: focus?.matches(CONTROLS) ?? false,
        modal: modalIsOpen,
      };
      if (handleKey(app.keys.getState().byChord, event, where, app)) event.preventDefault();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [app]);
}

/** Escape leads from the panels back to the node that is selected, or to the canvas. */
function focusCanvas(app: App): void {
  const [selected] = app.view.getState().selection;
  const card = selected && document.querySelector<HTMLElement>(`[data-node="${CSS.escape(selected)}"]`);
  (card || document.querySelector<HTMLElement>('.react-flow'))?.focus({ preventScroll: true });
}

/** What has no focus (the node was deleted, a module was opened) leaves it to the canvas, and the key with it. */
function passToCanvas(event: KeyboardEvent): boolean {
  const canvas = document.querySelector<HTMLElement>('.react-flow');
  if (!canvas) return false;
  canvas.focus({ preventScroll: true });
  if (!canvas.dispatchEvent(new KeyboardEvent('keydown', event))) event.preventDefault();
  return true;
}

function modalIsOpen(): boolean {
  // What is closing may stay in the page for a moment, unseen.
  return [...document.querySelectorAll(MODALS)].some((layer) => layer.checkVisibility({ visibilityProperty: true }));
}
