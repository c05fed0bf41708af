/** The palette of nodes and modules: search, drag onto the canvas, or Enter to add at its middle. */
import { useApp, useDocument } from '../app-context.ts';
import { addEntry } from './add-entry.ts';
import { EntryList } from './entry-list.tsx';
import './library.css';

export function Library() {
  const app = useApp();
  const readOnly = useDocument((state) => state.readOnly);
  return (
    <nav className="library" aria-label="Nodes and modules">
      <EntryList
        draggable
        disabled={readOnly}
        hint={<kbd aria-hidden="true">Shift A</kbd>}
        onAdd={(entry, written) => addEntry(app, entry, app.canvas.current?.insertionPoint() ?? [0, 0], null, written)}
      />
    </nav>
  );
}
