/** Commands on the documents that are open. */
import type { App } from '../app-context.ts';
import { closeTabs, reopenTab } from './close-documents.ts';
import type { Command } from './command.ts';
import { all, onEditor } from './conditions.ts';
import { activateTab } from './documents.ts';

const severalOpen: Command['when'] = all(
  onEditor,
  (app) => app.tabs.getState().tabs.length > 1 || 'No other document is open',
);

/** Those that a digit leads to. */
const NUMBERED = [1, 2, 3, 4, 5, 6, 7, 8, 9] as const;

export const TAB_COMMANDS: readonly Command[] = [
  {
    id: 'file.close-tab',
    title: 'Close the document',
    group: 'file',
    keys: ['Mod+W', 'Mod+Alt+W'],
    inText: true,
    when: onEditor,
    run: async (app) => {
      const { activeId } = app.tabs.getState();
      if (activeId !== null) await closeTabs(app, [activeId]);
    },
  },
  {
    id: 'file.reopen-tab',
    title: 'Reopen the closed document',
    group: 'file',
    keys: ['Mod+Shift+T', 'Mod+Alt+Shift+W'],
    inText: true,
    when: (app) => app.tabs.getState().closed.length > 0 || 'No document was closed',
    run: reopenTab,
  },
  {
    id: 'go.next-tab',
    title: 'Next document',
    group: 'go',
    keys: ['Mod+Tab', 'Mod+PageDown', 'Alt+PageDown'],
    inText: true,
    when: severalOpen,
    run: (app) => step(app, 1),
  },
  {
    id: 'go.previous-tab',
    title: 'Previous document',
    group: 'go',
    keys: ['Mod+Shift+Tab', 'Mod+PageUp', 'Alt+PageUp'],
    inText: true,
    when: severalOpen,
    run: (app) => step(app, -1),
  },
  ...NUMBERED.map((number): Command => ({
    id: `go.tab-${number}`,
    title: `Document ${number}`,
    group: 'go',
    keys: [`Alt+${number}`],
    inText: true,
    when: all(onEditor, (app) => app.tabs.getState().tabs.length >= number || 'Not open'),
    run: (app) => activateTab(app, app.tabs.getState().tabs[number - 1]!.id),
  })),
];

/** Around the ends. */
function step(app: App, by: 1 | -1): void {
  const { tabs, activeId } = app.tabs.getState();
  const index = tabs.findIndex(({ id }) => id === activeId);
  activateTab(app, tabs[(index + by + tabs.length) % tabs.length]!.id);
}
