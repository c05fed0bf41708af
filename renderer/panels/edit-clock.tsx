/** Measures what an edit costs the main thread: from its dispatch to the DOM that shows its shapes (`patchbay:edit`). */
import { useLayoutEffect } from 'react';
import { useDerived } from '../app-context.ts';
import { EDIT_MARK, EDIT_MEASURE } from '../stores/document.ts';

/** Renders with every edit, and last, so that its effect runs once everything else of the same commit is in the DOM. */
export function EditClock() {
  useDerived((state) => state.document);
  useLayoutEffect(() => {
    if (performance.getEntriesByName(EDIT_MARK, 'mark').length === 0) return;
    performance.clearMeasures(EDIT_MEASURE);
    performance.measure(EDIT_MEASURE, EDIT_MARK);
    performance.clearMarks(EDIT_MARK);
  });
  return null;
}
