/** Over an open module: what is edited is the definition, which every use of it shares. */
import { useMemo } from 'react';
import type { DefinitionPlace, InstancePath, InstanceTree } from '../../graph/instance.ts';
import { useApp, useDerived, useDocument, useView } from '../app-context.ts';
import { goToInstance, leaveModule } from '../commands/navigate.ts';
import { useCanvas } from './canvas-context.ts';
import { useOpenModule } from './use-facts.ts';
import { usesOf } from './uses.ts';

/** More uses than this are counted, not listed. */
const MOST_LISTED = 2;

export function DefinitionBanner() {
  const openPath = useView((state) => state.openPath);
  // The main module has one use: nothing is looked for with each of its edits.
  return openPath === '' ? null : <Uses openPath={openPath} />;
}

function Uses({ openPath }: { readonly openPath: InstancePath }) {
  const app = useApp();
  const { actions } = useCanvas();
  const tree = useDerived((state) => state.tree);
  const readOnly = useDocument((state) => state.readOnly);
  const module = useOpenModule();
  const uses = useMemo(() => usesOf(tree, module), [tree, module]);
  const here = placeOf(tree, openPath);
  const others = uses.filter(({ place }) => place.module !== here?.module || place.nodeId !== here.nodeId);
  return (
    <section className="definition-banner" aria-label="Definition that is open">
      <span>
        Edits change the definition of <b>{module}</b>. Values are those of <b>{openPath}</b>.
      </span>
      {others.length > 0 && (
        <span className="uses">
          Also used at{' '}
          {others.slice(0, MOST_LISTED).map(({ path }) => (
            <button type="button" key={path} className="link" onClick={() => goToInstance(app, path)}>
              {path}
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

/** Where the open instance is written; of a layer, where its stack is. */
function placeOf(tree: InstanceTree, path: InstancePath): DefinitionPlace | undefined {
  return tree.byPath.get(path)?.place ?? tree.byPath.get(path.slice(0, Math.max(0, path.lastIndexOf('.'))))?.place;
}
