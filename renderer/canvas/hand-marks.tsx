/** What the hand draws over the canvas while it acts: lines snapped to, outlines of copies, the stroke that cuts. */
import { useCanvasState, useHand } from './canvas-context.ts';
import { OnCanvas } from './on-canvas.tsx';

export function HandMarks() {
  const guides = useHand((state) => state.guides);
  const ghosts = useHand((state) => state.ghosts);
  const stroke = useCanvasState((state) => state.cut?.stroke);
  if (guides.length === 0 && !ghosts && !stroke) return null;
  return (
    <OnCanvas>
      <svg className="hand-marks" aria-hidden="true">
        {guides.map(({ axis, at, from, to }) =>
          axis === 'x' ? (
            <line key="x" className="guide" x1={at} x2={at} y1={from} y2={to} />
          ) : (
            <line key="y" className="guide" x1={from} x2={to} y1={at} y2={at} />
          ),
        )}
        {[...(ghosts ?? [])].map(([id, { x, y, width, height }]) => (
          <rect key={id} className="ghost" x={x} y={y} width={width} height={height} rx={10} />
        ))}
        {stroke && <polyline className="cut-stroke" points={stroke.map(({ x, y }) => `${x},${y}`).join(' ')} />}
      </svg>
    </OnCanvas>
  );
}
