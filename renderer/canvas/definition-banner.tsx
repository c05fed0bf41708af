/** Over an open module: what is edited is the definition, which every use of it shares. */
import { useMemo } from 'react';
import { useApp, useDerived, useDocument, useView } from '../app-context.ts';
import { goToInstance, leaveModule } from '../commands/navigate.ts';
import { useCanvas } from './canvas-context.ts';
import { useOpenModule } from './use-facts.ts';
import { usesOf } from './uses.ts';

/** More uses than this are counted, not listed. */
const MOST_LISTED = 3;

export function DefinitionBanner() {
  const app = useApp();
  const { actions } = useCanvas();
  const openPath = useView((state) => state.openPath);
  const tree = useDerived((state) => state.tree);
  const readOnly = useDocument((state) => state.readOnly);
  const module = useOpenModule();
  const uses = useMemo(() => usesOf(tree, module), [tree, module]);
  if (openPath === '') return null;
  const others = uses.filter(({ path }) => openPath !== path && !openPath.startsWith(`${path}.`));
  return (
    <section className="definition-banner" aria-label="Definition">
      <span>
        Edits change <b>{module}</b> {uses.length === 1 ? 'where it is used once' : `in its ${uses.length} uses`};
        values shown are those of <b>{openPath}</b>.
      </span>
      {others.length > 0 && (
        <span className="uses">
          Also in{' '}
          {others.slice(0, MOST_LISTED).map(({ path, layers }) => (
            <button type="button" key={path} className="link" onClick={() => goToInstance(app, path)}>
              {path}
              {layers > 1 && ` ×${layers}`}
            </button>
          ))}
          {others.length > MOST_LISTED && ` and ${others.length - MOST_LISTED} more`}
        </span>
      )}
      {uses.length > 1 && !readOnly && (
        <button type="button" className="button quiet" onClick={() => actions.makeUnique(openPath)}>
          Make unique
        </button>
      )}
      <button type="button" className="button quiet" onClick={() => leaveModule(app)}>
        Up
      </button>
    </section>
  );
}
