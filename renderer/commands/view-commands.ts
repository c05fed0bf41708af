/** Commands on what is seen: zoom, panels, theme, and going in and out of modules. */
import type { App } from '../app-context.ts';
import { problemList } from '../stores/problem-list.ts';
import type { PanelName } from '../stores/view.ts';
import type { Command } from './command.ts';
import { all, always, onCanvas, onEditor } from './conditions.ts';
import { enterNode, goToProblem, leaveModule } from './navigate.ts';
import { startTour } from '../tour/start.ts';
import { selectedNode } from './open-module.ts';

const ZOOM_STEP = 1.25;

export const VIEW_COMMANDS: readonly Command[] = [
  {
    id: 'view.commands',
    title: 'Find a command…',
    group: 'view',
    keys: ['Mod+K'],
    inText: true,
    when: always,
    run: (app) => app.view.getState().setFinder('commands'),
  },
  {
    id: 'go.find',
    title: 'Find a node…',
    group: 'go',
    keys: ['Mod+F'],
    inText: true,
    when: onEditor,
    run: (app) => app.view.getState().setFinder('nodes'),
  },
  {
    id: 'view.fit',
    title: 'Fit the graph in the window',
    group: 'view',
    keys: ['F', '.'],
    when: onCanvas,
    run: (app) => app.canvas.current?.fit(),
  },
  {
    id: 'view.fit-selection',
    title: 'Fit the selection in the window',
    group: 'view',
    keys: ['Shift+F'],
    when: all(onCanvas, (app) => app.view.getState().selection.size > 0 || 'No node is selected'),
    run: (app) => app.canvas.current?.fit(app.view.getState().selection),
  },
  {
    id: 'view.zoom-in',
    title: 'Zoom in',
    group: 'view',
    keys: ['Mod+=', 'Mod++'],
    when: onCanvas,
    run: (app) => app.canvas.current?.zoomBy(ZOOM_STEP),
  },
  {
    id: 'view.zoom-out',
    title: 'Zoom out',
    group: 'view',
    keys: ['Mod+-'],
    when: onCanvas,
    run: (app) => app.canvas.current?.zoomBy(1 / ZOOM_STEP),
  },
  {
    id: 'view.zoom-reset',
    title: 'Zoom to 100 %',
    group: 'view',
    keys: ['Mod+0'],
    when: onCanvas,
    run: (app) => app.canvas.current?.zoomTo(1),
  },
  panelCommand('library', 'Show or fold the library', 'Mod+B'),
  panelCommand('inspector', 'Show or fold the inspector', 'Mod+I'),
  {
    id: 'view.help',
    title: 'Help for the node',
    group: 'help',
    keys: ['F1'],
    when: all(onEditor, (app) => selectedNode(app) !== undefined || 'Select one node'),
    run: (app) => {
      app.view.getState().setPanel('inspector', { open: true });
      // Where the panel is there, what is typed next finds the focus in it; else it comes with the next frame.
      if (!focusHelp()) requestAnimationFrame(focusHelp);
    },
  },
  {
    id: 'view.keys',
    title: 'Keys…',
    group: 'help',
    keys: ['?'],
    when: always,
    run: (app) => app.view.getState().setKeyList(true),
  },
  {
    id: 'view.about',
    title: 'About Patchbay…',
    group: 'help',
    when: always,
    run: (app) => app.view.getState().setAbout(true),
  },
  { id: 'view.tour', title: 'Take the tour', group: 'help', when: always, run: startTour },
  {
    id: 'view.outline',
    title: 'Outline: the open module as a list',
    group: 'view',
    keys: ['O'],
    when: onEditor,
    run: (app) => {
      const { outline, setOutline } = app.view.getState();
      setOutline(!outline);
    },
  },
  panelCommand('problems', 'Show or fold the problems', 'Mod+M'),
  panelCommand('profile', 'Show or fold the profile'),
  {
    id: 'view.theme',
    title: 'Switch between dark and light',
    group: 'view',
    keys: ['Mod+Shift+L'],
    when: always,
    run: (app) => app.view.getState().setTheme(app.theme.current === 'dark' ? 'light' : 'dark'),
  },
  {
    id: 'go.enter',
    title: 'Open the selected module',
    group: 'go',
    keys: ['Enter'],
    when: all(onEditor, canEnter),
    run: (app) => {
      enterNode(app, selectedNode(app)!.name);
    },
  },
  {
    id: 'go.up',
    title: 'Go up to the enclosing module',
    group: 'go',
    keys: ['Backspace', 'Escape'],
    when: all(
      onEditor,
      (app) =>
        app.view.getState().openPath !== '' ||
        app.view.getState().selection.size > 0 ||
        'The main module is open already',
    ),
    run: (app) => {
      // The first Escape lets go of the selection, the next one of the module.
      const { selection, select } = app.view.getState();
      if (selection.size > 0) select([]);
      else leaveModule(app);
    },
  },
  {
    id: 'go.next-problem',
    title: 'Go to the next problem',
    group: 'go',
    keys: ['F8'],
    when: all(onEditor, (app) => app.derived.getState().problems.length > 0 || 'There are no problems'),
    run: goToNextProblem,
  },
];

function panelCommand(panel: PanelName, title: string, key?: string): Command {
  return {
    id: `view.${panel}`,
    title,
    group: 'view',
    ...(key !== undefined && { keys: [key] }),
    when: onEditor,
    run: (app) => {
      const { panels, setPanel } = app.view.getState();
      setPanel(panel, { open: !panels[panel].open });
    },
  };
}

function canEnter(app: App): true | string {
  const node = selectedNode(app);
  if (!node) return 'Select one module to open it';
  return 'module' in node || `${node.name} is a library node: it has no inside`;
}

/** The one after the problem whose node is selected; the first, if none is. */
function goToNextProblem(app: App): void {
  const entries = problemList(app.derived.getState());
  const { selection } = app.view.getState();
  const here = entries.findLastIndex(({ problem }) => selection.has(problem.place.nodeId ?? ''));
  const next = entries[(here + 1) % entries.length];
  if (next) goToProblem(app, next.problem);
}

/** @returns false where no help is shown. */
function focusHelp(): boolean {
  const help = document.querySelector<HTMLElement>('.inspector-heading .help');
  help?.scrollIntoView({ block: 'nearest' });
  help?.focus();
  return help !== null;
}
