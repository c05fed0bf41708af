/** Canvases that show nothing: one remembers which notes, frames and reroute points are selected, one acts as the real one. */
import type { App } from '../app-context.ts';
import { NODES } from '../../nodes/registry.ts';
import { createCanvasActions, type CanvasActions } from '../canvas/actions.ts';
import { createCanvasStore, createHandStore, type CanvasStore } from '../canvas/canvas-store.ts';
import { createProjector } from '../canvas/node-view.ts';
import type { PlacedNode } from '../canvas/ports.ts';
import { decorationKey } from '../canvas/marks.ts';
import { markRefs } from '../canvas/mark-edits.ts';
import { openModule } from '../commands/open-module.ts';

export interface TestCanvas {
  /** Selected notes, frames and reroute points, by React Flow id. */
  marked: readonly string[];
}

/** Attaches it to an application. */
export function attachTestCanvas(app: App): TestCanvas {
  const canvas: TestCanvas = { marked: [] };
  const nothing = (): undefined => undefined;
  app.canvas.attach({
    fit: nothing,
    reveal: nothing,
    zoomBy: nothing,
    zoomTo: nothing,
    fold: nothing,
    rename: nothing,
    connect: nothing,
    marks: () => markRefs(canvas.marked, openModule(app).edges),
    mark: (decorations) => {
      canvas.marked = decorations.map(decorationKey);
    },
    insertionPoint: () => [1000, 1000],
    insertionPointOnScreen: () => ({ x: 0, y: 0 }),
    addTo: nothing,
    addInto: nothing,
    addNote: nothing,
    addFrame: nothing,
  });
  return canvas;
}

export interface ActingCanvas {
  readonly store: CanvasStore;
  readonly actions: CanvasActions;
}

/** Attaches the canvas's own store and actions to an application, with every node where the document has it. */
export function attachActingCanvas(app: App): ActingCanvas {
  const store = createCanvasStore();
  const project = createProjector(NODES);
  const placed = (): readonly PlacedNode[] => {
    const { nodes, positions } = project(app.document.getState().document, openModule(app).name);
    return nodes.map((view, index) => ({ view, position: { x: positions[index]![0], y: positions[index]![1] } }));
  };
  const actions = createCanvasActions(app, store, createHandStore(), placed);
  const nothing = (): undefined => undefined;
  app.canvas.attach({
    ...actions.acts,
    fit: nothing,
    reveal: nothing,
    zoomBy: nothing,
    zoomTo: nothing,
    insertionPoint: () => [1000, 1000],
    insertionPointOnScreen: () => ({ x: 0, y: 0 }),
    addTo: nothing,
    addInto: nothing,
    addNote: nothing,
    addFrame: nothing,
  });
  return { store, actions };
}
