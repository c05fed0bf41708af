/** Where the document's weights come from: drawn, or a checkpoint, and what of that is not the graph's. */
import { useMemo } from 'react';
import { useApp, useCheckpoint, useDerived, useDocument } from '../app-context.ts';
import { checkWeights, drawWeights, loadWeights } from '../commands/weights-commands.ts';
import { fitOf, type CheckpointState } from '../stores/checkpoint.ts';
import { Fact, Facts, Section } from './section.tsx';

export function CheckpointSection() {
  const app = useApp();
  const path = useDocument((state) => state.document.weights?.path);
  const readOnly = useDocument((state) => state.readOnly);
  const state = useCheckpoint((current) => current);
  return (
    <Section title="Weights">
      {path === undefined ? <p className="muted">Drawn from the seed</p> : <File path={path} state={state} />}
      <div className="checkpoint-actions">
        <button type="button" className="button" disabled={readOnly} onClick={() => void loadWeights(app)}>
          {path === undefined ? 'Load weights…' : state.kind === 'missing' ? 'Locate…' : 'Load others…'}
        </button>
        {state.kind === 'unchecked' && (
          <button type="button" className="button" onClick={() => checkWeights(app)}>
            Check again
          </button>
        )}
        <button type="button" className="button" onClick={() => app.commands.run('file.save-weights')}>
          Save weights…
        </button>
        {path !== undefined && (
          <button type="button" className="button" disabled={readOnly} onClick={() => drawWeights(app)}>
            Draw from the seed
          </button>
        )}
      </div>
    </Section>
  );
}

function File({ path, state }: { readonly path: string; readonly state: CheckpointState }) {
  const tree = useDerived((derived) => derived.tree);
  const fit = useMemo(() => (state.kind === 'open' ? fitOf(state.checkpoint, tree) : null), [state, tree]);
  return (
    <>
      <p className="checkpoint-file mono" title={path}>
        {path.split('/').at(-1)}
      </p>
      {fit && (
        <Facts>
          <Fact name="matched">{fit.matched.length}</Fact>
          {fit.missing.length > 0 && <Fact name="missing">{fit.missing.length}</Fact>}
          {fit.wrongShape.length > 0 && <Fact name="of another shape">{fit.wrongShape.length}</Fact>}
          {fit.unexpected.length > 0 && (
            <Fact name="left over" title={fit.unexpected.slice(0, 20).join('\n')}>
              {fit.unexpected.length}
            </Fact>
          )}
        </Facts>
      )}
      <Word path={path} state={state} />
    </>
  );
}

function Word({ path, state }: { readonly path: string; readonly state: CheckpointState }) {
  switch (state.kind) {
    case 'none':
    case 'open':
      return null;
    case 'opening':
      return (
        <p className="muted" role="status">
          Reading…
        </p>
      );
    case 'missing':
      return (
        <p className="field-problem" role="alert">
          {path} is not beside the document, or holds other weights than those it names.
        </p>
      );
    case 'unchecked':
      return (
        <p className="field-problem" role="alert">
          The check of {path} was cancelled.
        </p>
      );
    case 'broken':
      return (
        <p className="field-problem" role="alert">
          {state.message}
        </p>
      );
    default:
      return state satisfies never;
  }
}
