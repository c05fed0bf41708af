/** What is selected, from its record: parameters, values, weights and cost; with nothing selected, the document. */
import { useDocument, useView } from '../app-context.ts';
import { useOpenModule } from '../canvas/use-facts.ts';
import { DocumentInspector } from './document-inspector.tsx';
import { ReadOnlyLine } from '../panels/read-only.tsx';
import { NodeInspector } from './node-inspector.tsx';
import { SelectionInspector } from './selection-inspector.tsx';

export function Inspector() {
  const selection = useView((state) => state.selection);
  const module = useOpenModule();
  const nodes = useDocument(({ document }) => document.modules.find(({ name }) => name === module)?.nodes);
  const selected = (nodes ?? []).filter(({ id }) => selection.has(id));
  return (
    <section className="inspector" aria-label="Inspector">
      <ReadOnlyLine />
      {selected.length === 0 ? (
        <DocumentInspector />
      ) : selected.length === 1 ? (
        <NodeInspector key={`${module}/${selected[0]!.id}`} module={module} node={selected[0]!} />
      ) : (
        <SelectionInspector nodes={selected} />
      )}
    </section>
  );
}
