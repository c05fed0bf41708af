/** The wire that is being drawn, from its port to the pointer, and why it cannot end where the pointer is. */
import { useReactFlow } from '@xyflow/react';
import { useDerived, useView } from '../app-context.ts';
import { useCanvas, useCanvasState } from './canvas-context.ts';
import { portKey, type Fit, type PortRef } from './canvas-store.ts';
import type { Point } from './geometry.ts';
import { throughOf } from './marks.ts';
import { OnCanvas } from './on-canvas.tsx';
import { portPoint, type PlacedNode } from './ports.ts';
import { flowOf, portType } from './values.ts';
import { wirePath } from './wire-curve.ts';

export function WireInHand() {
  const { placed } = useCanvas();
  const { screenToFlowPosition } = useReactFlow();
  const wiring = useCanvasState((state) => state.wiring);
  const addFrom = useCanvasState((state) => state.addFrom);
  const addMenu = useView((state) => state.addMenu);
  if (wiring) {
    const { from, over, pointer, fits, detached } = wiring;
    const end = (over && pointOf(placed(), over)) ?? pointer;
    const fit = over === null ? undefined : fits.get(portKey(over));
    // One that was picked up still leads the way that it went.
    return <DrawnWire from={from} end={end} fit={fit} through={detached ? throughOf(detached) : []} />;
  }
  // One that was dropped waits there for its node.
  return addFrom && addMenu && <DrawnWire from={addFrom} end={screenToFlowPosition(addMenu)} through={[]} />;
}

interface DrawnWireProps {
  readonly from: PortRef;
  readonly end: Point;
  readonly fit?: Fit | undefined;
  readonly through: readonly Point[];
}

function DrawnWire({ from, end, fit, through }: DrawnWireProps) {
  const { placed } = useCanvas();
  const derived = useDerived((state) => state);
  const openPath = useView((state) => state.openPath);
  const layerOf = useView((state) => state.layerOf);
  const nodes = placed();
  const start = pointOf(nodes, from);
  const node = nodes.find(({ view }) => view.id === from.nodeId);
  if (!start || !node) return null;
  const port = { side: from.side, name: from.port };
  const type = portType(derived.tree, derived.inference, openPath, node.view, port, layerOf);
  const colour = `var(--${flowOf(node.view, port, type)})`;
  const path = from.side === 'output' ? wirePath(start, end, through) : wirePath(end, start);
  return (
    <OnCanvas>
      <svg className="wire-in-hand" aria-hidden="true">
        <path
          d={path}
          className="wire"
          data-wrong={typeof fit === 'string' || undefined}
          style={{ stroke: typeof fit === 'string' ? undefined : colour }}
        />
        <circle cx={end.x} cy={end.y} r={4} style={{ fill: colour }} />
      </svg>
      {typeof fit === 'string' && (
        <div className="wire-reason" role="status" style={{ transform: `translate(${end.x + 14}px, ${end.y + 10}px)` }}>
          {fit}
        </div>
      )}
    </OnCanvas>
  );
}

function pointOf(nodes: readonly PlacedNode[], ref: PortRef): Point | null {
  const node = nodes.find(({ view }) => view.id === ref.nodeId);
  return node ? portPoint(node, ref) : null;
}
