/** How the numbers differ from those of what is compared with: every node by flow, the first that differs marked. */
import { useApp, useComparison } from '../app-context.ts';
import { count } from '../../graph/edit.ts';
import { goToInstance } from '../commands/navigate.ts';
import type { ComparisonState } from '../stores/comparison.ts';
import { describeDifference, shortDistance, shortNumber } from './words.ts';
import type { DifferenceRow, DifferenceSummary } from './summary.ts';

/** More rows than this are counted. */
const MOST_ROWS = 400;

export function ValueComparison() {
  const { comparison } = useApp();
  const state = useComparison((current) => current);
  return (
    <section className="compare-values" aria-label="Values">
      <header>
        <h3>Values</h3>
        <Word state={state} />
        {state.kind === 'comparing' ? (
          <button type="button" className="button" onClick={() => comparison.cancel()}>
            Cancel
          </button>
        ) : (
          <button type="button" className="button" onClick={() => comparison.start()}>
            {state.kind === 'compared' ? 'Compare again' : 'Compare the values'}
          </button>
        )}
      </header>
      {state.kind === 'comparing' && <progress max={1} value={state.progress} aria-label="Comparing the values" />}
      {state.kind === 'failed' && (
        <p className="field-problem" role="alert">
          {state.message}
        </p>
      )}
      {state.kind === 'compared' && <Rows summary={state.summary} outdated={state.outdated} />}
    </section>
  );
}

function Word({ state }: { readonly state: ComparisonState }) {
  switch (state.kind) {
    case 'none':
      return <span className="muted">on the same inputs</span>;
    case 'comparing':
      return (
        <span className="muted" role="status">
          {Math.round(100 * state.progress)} %
        </span>
      );
    case 'failed':
      return <span className="muted">could not be compared</span>;
    case 'compared': {
      const { rows } = state.summary;
      const values = rows.filter(({ value }) => value !== null).length;
      const weights = rows.filter(({ weights }) => weights.length > 0).length;
      return (
        <span className="muted" role="status" title={`Computed on ${state.device}`}>
          {rows.length === 0
            ? 'none differs'
            : `${count(values, 'value')} · ${count(weights, 'node')} with other weights`}
          {state.outdated && ' · before the last edit'}
        </span>
      );
    }
    default:
      return state satisfies never;
  }
}

function Rows({ summary, outdated }: { readonly summary: DifferenceSummary; readonly outdated: boolean }) {
  const { rows, first, ownInputs } = summary;
  return (
    <>
      {ownInputs.length > 0 && (
        <p className="muted">
          Not on the same inputs: <span className="mono">{ownInputs.join(', ')}</span> has another shape in the other
          document.
        </p>
      )}
      {rows.length > 0 && (
        <ol data-outdated={outdated || undefined}>
          {rows.slice(0, MOST_ROWS).map((row) => (
            <Row key={row.path} row={row} first={row.path === first} />
          ))}
          {rows.length > MOST_ROWS && <li className="muted">{rows.length - MOST_ROWS} more</li>}
        </ol>
      )}
    </>
  );
}

function Row({ row: { path, value, weights }, first }: { readonly row: DifferenceRow; readonly first: boolean }) {
  const app = useApp();
  const names = weights.map((weight) => `${weight.name}: ${describeDifference(weight)}`).join('\n');
  return (
    <li>
      <button type="button" className="value-row" onClick={() => goToInstance(app, path)}>
        <span className="mono value-path" title={path}>
          {path}
        </span>
        {first && <span className="value-first">first</span>}
        {weights.length > 0 && (
          <span className="value-weights" title={names}>
            {weights.length === 1 ? 'weight' : `${weights.length} weights`}
          </span>
        )}
        <span className="mono value-number" title={value ? describeDifference(value) : undefined}>
          {value ? shortDistance(value) : '–'}
        </span>
        <span className="mono value-number muted" title="The largest difference of one number">
          {value && !value.shapeBefore ? `±${shortNumber(value.maxAbs)}` : ''}
        </span>
      </button>
    </li>
  );
}
