/** The tour: what is shown on the attention template, each step done by doing it. Texts and conditions, without a window. */
import type { App } from '../app-context.ts';

/** What tells that a step was done. */
export interface TourFacts {
  readonly openPath: string;
  readonly selection: ReadonlySet<string>;
  /** Edits that can be undone, and that were. */
  readonly edits: number;
  readonly undone: number;
  /** Nodes of all modules. */
  readonly nodes: number;
  /** The field over the window is open. */
  readonly finding: boolean;
  readonly exporting: boolean;
}

export interface TourStep {
  readonly title: string;
  /** Keys stand in it as in the list of commands: `Mod+Z`. */
  readonly text: string;
  /** What the step is about, as a selector of the page. */
  readonly anchor: string;
  /** Path of the module that has to be open. */
  readonly place: string;
  /** @param start the facts when the step began. */
  readonly done: (now: TourFacts, start: TourFacts) => boolean;
}

/** Name of the template that the tour is given on, and the module of it that is opened. */
export const TOUR_TEMPLATE = 'attention';
const INSIDE = 'attention';

export const TOUR_STEPS: readonly TourStep[] = [
  {
    title: 'A graph that computes',
    text: 'Every card shows what PyTorch would compute there. Click the header of attention, or walk to it with the arrow keys.',
    anchor: '[data-node="attention"]',
    place: '',
    done: ({ selection }) => selection.has('attention'),
  },
  {
    title: 'Change a number',
    text: 'Its parameters and its help stand at the right; F1 goes there. Set num_heads to 6 and press Enter: shapes and values follow.',
    anchor: '.inspector',
    place: '',
    done: ({ edits }, start) => edits > start.edits,
  },
  {
    title: 'Take it back',
    text: 'Mod+Z undoes every edit, one step at a time.',
    anchor: '.canvas-slot',
    place: '',
    done: ({ undone }, start) => undone > start.undone,
  },
  {
    title: 'Open a module',
    text: 'A module is a graph of its own. Double-click attention, or select it and press Enter.',
    anchor: '[data-node="attention"]',
    place: '',
    done: ({ openPath }) => openPath === INSIDE,
  },
  {
    title: 'Down to the matmul',
    text: 'This is what attention does. Select softmax: its rows say which token looks at which.',
    anchor: '[data-node="softmax"]',
    place: INSIDE,
    done: ({ selection }) => selection.has('softmax'),
  },
  {
    title: 'Add a node',
    text: 'Double-click the empty canvas, or press Shift+A, type gelu and press Enter. Arguments may follow: linear(128, 64).',
    anchor: '.canvas-slot',
    place: INSIDE,
    done: ({ nodes }, start) => nodes > start.nodes,
  },
  {
    title: 'Go back up',
    text: 'The path above leads back: click Attention in it, or press Escape until you are there.',
    anchor: '.breadcrumbs',
    place: INSIDE,
    done: ({ openPath }) => openPath === '',
  },
  {
    title: 'Find anything',
    text: 'Mod+K finds every command, Mod+F every node. Open one of them; Escape closes it.',
    anchor: '.logo',
    place: '',
    done: ({ finding }) => finding,
  },
  {
    title: 'Take it with you',
    text: 'Mod+E shows the graph as PyTorch, as ONNX and as a web page. Open it.',
    anchor: '.logo',
    place: '',
    done: ({ exporting }) => exporting,
  },
];

export function factsOf(app: Pick<App, 'document' | 'view'>): TourFacts {
  const { document, history } = app.document.getState();
  const { openPath, selection, finder, exporting } = app.view.getState();
  return {
    openPath,
    selection,
    edits: history.past.length,
    undone: history.future.length,
    nodes: document.modules.reduce((count, { nodes }) => count + nodes.length, 0),
    finding: finder !== null,
    exporting,
  };
}
