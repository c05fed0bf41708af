/** Zoom, at the lower left. */
import { useStore as useFlow } from '@xyflow/react';
import { useApp } from '../app-context.ts';

const STEP = 1.25;

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
