/** The wire that is being drawn, from its port to the pointer, and why it cannot end where the pointer is. */
import { ViewportPortal } from '@xyflow/react';
import { useDerived, useView } from '../app-context.ts';
import { useCanvas, useCanvasState } from './canvas-context.ts';
import { portKey, type PortRef, type Wiring } from './canvas-store.ts';
import type { Point } from './geometry.ts';
import { throughOf } from './marks.ts';
import { portPoint, type PlacedNode } from './ports.ts';
import { flowOf, portType } from './values.ts';
import { wirePath } from './wire-curve.ts';

export function WireInHand() {
  const wiring = useCanvasState((state) => state.wiring);
  return wiring && <DrawnWire wiring={wiring} />;
}

function DrawnWire({ wiring }: { readonly wiring: Wiring }) {
  const { placed } = useCanvas();
  const derived = useDerived((state) => state);
  const openPath = useView((state) => state.openPath);
  const layerOf = useView((state) => state.layerOf);
  const nodes = placed();
  const start = pointOf(nodes, wiring.from);
  const node = nodes.find(({ view }) => view.id === wiring.from.nodeId);
  if (!start || !node) return null;
  const end = (wiring.over && pointOf(nodes, wiring.over)) ?? wiring.pointer;
  const port = { side: wiring.from.side, name: wiring.from.port };
  const type = portType(derived.tree, derived.inference, openPath, node.view, port, layerOf);
  const colour = `var(--${flowOf(node.view, port, type)})`;
  const fit = wiring.over === null ? undefined : wiring.fits.get(portKey(wiring.over));
  // One that was picked up still leads the way that it went.
  const through = wiring.detached ? throughOf(wiring.detached) : [];
  const path = wiring.from.side === 'output' ? wirePath(start, end, through) : wirePath(end, start);
  return (
    <ViewportPortal>
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
    </ViewportPortal>
  );
}

function pointOf(nodes: readonly PlacedNode[], ref: PortRef): Point | null {
  const node = nodes.find(({ view }) => view.id === ref.nodeId);
  return node ? portPoint(node, ref) : null;
}
