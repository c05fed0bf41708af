/** What the tint of the cards means while the heat overlay is on: the scale, and the time of the whole module. */
import { X } from 'lucide-react';
import { useApp, useDerived, useRun, useView } from '../app-context.ts';
import { formatMilliseconds } from '../previews/format.ts';
import { hottest } from './use-heat.ts';

export function HeatLegend() {
  const on = useView((state) => state.heat);
  return on ? <Legend /> : null;
}

function Legend() {
  const { view } = useApp();
  const openPath = useView((state) => state.openPath);
  const tree = useDerived((state) => state.tree);
  const most = useRun(({ timings }) => hottest(tree, timings, openPath));
  return (
    <section className="heat-legend" aria-label="Time per node">
      <span>Time per node</span>
      {most === 0 ? (
        <span className="muted">nothing has been measured yet: run the graph</span>
      ) : (
        <>
          <span className="mono">0</span>
          <i className="heat-scale" aria-hidden="true" />
          <span className="mono">{formatMilliseconds(most)}</span>
        </>
      )}
      <button
        type="button"
        className="icon-button"
        aria-label="Hide the time per node"
        onClick={() => view.getState().setHeat(false)}
      >
        <X size={13} aria-hidden="true" />
      </button>
    </section>
  );
}
