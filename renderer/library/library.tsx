/** The palette of nodes and modules: search, drag onto the canvas, or Enter to add at its middle; the document's modules below. */
import { useApp, useDocument } from '../app-context.ts';
import { ReadOnlyLine } from '../panels/read-only.tsx';
import { addEntry } from './add-entry.ts';
import { EntryList } from './entry-list.tsx';
import { ModulesPanel } from './modules-panel.tsx';

export function Library() {
  const app = useApp();
  const readOnly = useDocument((state) => state.readOnly);
  return (
    <nav className="library" aria-label="Nodes and modules">
      <ReadOnlyLine />
      <EntryList
        withOwn={false}
        draggable
        disabled={readOnly}
        hint={<kbd aria-hidden="true">Shift A</kbd>}
        onAdd={(entry, written) =>
          addEntry(
            app,
            entry,
            app.canvas.current?.insertionPoint() ?? [0, 0],
            null,
            written,
            app.canvas.current?.insertionPointOnScreen().free,
          )
        }
      />
      <ModulesPanel />
    </nav>
  );
}
