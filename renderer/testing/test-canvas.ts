/** A canvas that shows nothing: it remembers which notes, frames and reroute points are selected. */
import type { App } from '../app-context.ts';
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
  });
  return canvas;
}
