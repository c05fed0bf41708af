/** The way from the main module to the one that is open; in a stack, the layer too. */
import { useMemo } from 'react';
import { useApp, useDerived, useDocument, useView } from '../app-context.ts';
import { breadcrumbs, type Crumb } from '../stores/navigation.ts';
import { isDirty } from '../stores/document.ts';

export function Breadcrumbs() {
  const { view } = useApp();
  const tree = useDerived((state) => state.tree);
  const openPath = useView((state) => state.openPath);
  const name = useDocument((state) => state.name);
  const dirty = useDocument(isDirty);
  const crumbs = useMemo(() => breadcrumbs(tree, openPath), [tree, openPath]);
  return (
    <nav className="breadcrumbs" aria-label="Open module">
      <ol>
        <li className="document-name" title={dirty ? `${name}, with unsaved edits` : name}>
          {name}
          {/* Its room is always there: nothing moves with the first edit. */}
          <i>
            {dirty && (
              <>
                <span aria-hidden="true">•</span>
                <span className="visually-hidden">, with unsaved edits</span>
              </>
            )}
          </i>
        </li>
        {crumbs.map((crumb, index) => (
          <li key={crumb.path}>
            {index === crumbs.length - 1 ? (
              <b aria-current="page" title={crumb.module}>
                {crumb.label}
              </b>
            ) : (
              <button type="button" title={crumb.module} onClick={() => view.getState().open(crumb.path)}>
                {crumb.label}
              </button>
            )}
            {crumb.stack && <LayerSelect stack={crumb.stack} crumb={crumb} openPath={openPath} />}
          </li>
        ))}
      </ol>
    </nav>
  );
}

interface LayerSelectProps {
  readonly stack: NonNullable<Crumb['stack']>;
  readonly crumb: Crumb;
  readonly openPath: string;
}

/** Goes to the same place in another layer. */
function LayerSelect({ stack, crumb, openPath }: LayerSelectProps) {
  const { view } = useApp();
  return (
    <select
      className="layer-select"
      aria-label={`Layer of ${crumb.label}`}
      value={stack.layer}
      onChange={(event) => {
        const layer = Number(event.target.value);
        const { selection, open, setLayer } = view.getState();
        setLayer(stack.path, layer);
        open(`${stack.path}.${layer}${openPath.slice(crumb.path.length)}`, selection);
      }}
    >
      {Array.from({ length: stack.layers }, (_, layer) => (
        <option key={layer} value={layer}>{`layer ${layer}`}</option>
      ))}
    </select>
  );
}
