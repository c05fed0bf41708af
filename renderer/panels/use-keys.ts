/** Keys of the window run commands, unless what has the focus needs them. */
import { useEffect, useMemo } from 'react';
import { useApp } from '../app-context.ts';
import { commandsByChord, handleKey } from '../commands/runner.ts';
import { typingIn } from '../platform/text-editing.ts';

/** Operated by Enter or the space bar. */
const CONTROLS = 'button, a[href], select, summary, input, [role="menuitem"], [role="option"]';
/** What is open over the rest has the keys to itself. */
const MODALS = '[role="dialog"], [role="alertdialog"], [role="menu"]';

export function useKeys(): void {
  const app = useApp();
  const byChord = useMemo(() => commandsByChord(app.commands.list), [app]);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const focus = document.activeElement;
      const where = {
        mac: app.platform.mac,
        typing: typingIn(focus),
        control: focus?.matches(CONTROLS) ?? false,
        modal: modalIsOpen,
      };
      if (handleKey(byChord, event, where, app)) event.preventDefault();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [app, byChord]);
}

function modalIsOpen(): boolean {
  // What is closing may stay in the page for a moment, unseen.
  return [...document.querySelectorAll(MODALS)].some((layer) => layer.checkVisibility({ visibilityProperty: true }));
}
