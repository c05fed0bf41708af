/** Zoom at the lower left, a map of the whole at the lower right. */
import { MiniMap, useReactFlow, useStore as useFlow, type Node } from '@xyflow/react';
import { useApp, useDerived } from '../app-context.ts';
import { definitionKey } from '../stores/derived.ts';
import { useOpenModule } from './use-facts.ts';

const STEP = 1.25;

/** React Flow takes its proportions from here. */
const OVERVIEW_SIZE = { width: 160, height: 100 };

export function ZoomControl() {
  const app = useApp();
  const percent = useFlow((state) => Math.round(state.transform[2] * 100));
  return (
    <div className="zoom-control" role="group" aria-label="Zoom">
      <button type="button" aria-label="Zoom out" onClick={() => app.canvas.current?.zoomBy(1 / STEP)}>
        −
      </button>
      <button
        type="button"
        className="percent"
        aria-label={`Zoom ${percent} %; back to 100 %`}
        onClick={() => app.canvas.current?.zoomTo(1)}
      >
        {percent}%
      </button>
      <button type="button" aria-label="Zoom in" onClick={() => app.canvas.current?.zoomBy(STEP)}>
        +
      </button>
      <button type="button" onClick={() => app.canvas.current?.fit()}>
        Fit
      </button>
    </div>
  );
}

export function Overview() {
  const module = useOpenModule();
  const problemsOf = useDerived((state) => state.problemsOf);
  const { setCenter, getZoom } = useReactFlow();
  const colour = (node: Node): string => {
    if (node.type === 'note') return 'transparent';
    if (node.type === 'frame') return 'var(--raised)';
    const wrong = problemsOf.get(definitionKey(module, node.id))?.some(({ severity }) => severity === 'error');
    if (wrong) return 'var(--bad)';
    return node.selected ? 'var(--accent)' : 'color-mix(in srgb, var(--muted) 65%, transparent)';
  };
  return (
    <MiniMap
      className="overview"
      ariaLabel="Map of the graph"
      nodeColor={colour}
      nodeStrokeWidth={0}
      nodeBorderRadius={14}
      pannable
      zoomable
      style={OVERVIEW_SIZE}
      maskColor="color-mix(in srgb, var(--canvas) 60%, transparent)"
      maskStrokeColor="var(--accent)"
      maskStrokeWidth={1.5}
      onClick={(_, { x, y }) => void setCenter(x, y, { zoom: getZoom() })}
    />
  );
}
