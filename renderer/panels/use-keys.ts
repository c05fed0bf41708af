/** Keys of the window run commands, unless what has the focus needs them. */
import { useLayoutEffect } from 'react';
import { useApp } from '../app-context.ts';
import { focusResumed } from '../canvas/focus.ts';
import { handleKey } from '../commands/runner.ts';
import { modalIsOpen } from '../keyboard/modal.ts';
import { typingIn } from '../platform/text-editing.ts';

/** Operated by Enter or the space bar. */
const CONTROLS = 'button, a[href], select, summary, input, [role="menuitem"], [role="option"]';
/** Panels beside the canvas and below it. */
const PANELS = '.side-panel, .problems, .history, .outline, .pins, .status-bar';

export function useKeys(): void {
  const app = useApp();
  // Before the screen shows: what a person sees takes keys.
  useLayoutEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const focus = document.activeElement;
      if (focus === document.body && event.key !== 'Tab' && !modalIsOpen() && passToCanvas(event)) return;
      // Escape leads from the panels back to the node that is selected, or to the canvas.
      if (event.key === 'Escape' && focus?.closest(PANELS) && !modalIsOpen()) {
        event.preventDefault();
        focusResumed(app.view.getState().selection);
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

/** What has no focus (the node was deleted, a module was opened) leaves it to the canvas, and the key with it. */
function passToCanvas(event: KeyboardEvent): boolean {
  const canvas = document.querySelector<HTMLElement>('.react-flow');
  if (!canvas) return false;
  canvas.focus({ preventScroll: true });
  if (!canvas.dispatchEvent(new KeyboardEvent('keydown', event))) event.preventDefault();
  return true;
}
