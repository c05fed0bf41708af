/** The parts of the window as a keyboard goes round them: top bar, library, canvas, what lies below it, inspector, status. */
import { focusResumed } from '../canvas/focus.ts';
import type { App } from '../app-context.ts';
import type { Command } from './command.ts';
import { onEditor } from './conditions.ts';

export const PANE_COMMANDS: readonly Command[] = [
  {
    id: 'go.next-pane',
    title: 'Go to the next part of the window',
    group: 'go',
    keys: ['F6'],
    inText: true,
    when: onEditor,
    run: (app) => goToPane(app, 1),
  },
  {
    id: 'go.previous-pane',
    title: 'Go to the part of the window before',
    group: 'go',
    keys: ['Shift+F6'],
    inText: true,
    when: onEditor,
    run: (app) => goToPane(app, -1),
  },
];

/** In the order in which they are gone round; those that are folded are not there. */
const PANES = [
  '.top-bar',
  '.document-tab-strip',
  '.side-panel.left',
  '.canvas',
  '.history',
  '.outline',
  '.pins',
  '.compare',
  '.problems:not(.compare)',
  '.side-panel.right',
  '.status-bar',
];
const STOPS = 'a[href], button, input, select, textarea, [tabindex="0"]';

function goToPane(app: App, step: 1 | -1): void {
  const panes = PANES.flatMap((selector) => document.querySelector<HTMLElement>(selector) ?? []);
  // The innermost: history and outline lie beside the canvas, in one slot.
  const here = panes.findLastIndex((pane) => pane.contains(document.activeElement));
  for (let tried = 1; tried <= panes.length; tried++) {
    const pane = panes[(here + step * tried + panes.length * 2) % panes.length]!;
    if (pane.classList.contains('canvas')) {
      focusResumed(app.view.getState().selection);
      return;
    }
    const stop = [...pane.querySelectorAll<HTMLElement>(STOPS)].find(isStop);
    if (!stop) continue;
    stop.focus();
    return;
  }
}

function isStop(element: HTMLElement): boolean {
  return (
    element.tabIndex >= 0 && !element.matches(':disabled') && element.checkVisibility({ visibilityProperty: true })
  );
}
