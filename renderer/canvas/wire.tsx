/** A wire: coloured by what flows, with its shape on hover; dashed and red where it does not fit. */
import { EdgeLabelRenderer, type Edge as FlowEdge, type EdgeProps } from '@xyflow/react';
import { memo } from 'react';
import type { Edge } from '../../graph/schema.ts';
import { useCanvasState } from './canvas-context.ts';
import { wireKey } from './canvas-store.ts';
import type { Point } from './geometry.ts';
import { throughOf } from './marks.ts';
import type { NodeView } from './node-view.ts';
import { ShapeChip } from './shape-chip.tsx';
import { useNodeProblems, usePortFlow, usePortType, useSymbolAt } from './use-facts.ts';
import { pointOnWire, wirePath } from './wire-curve.ts';

export type WireEdge = FlowEdge<{ readonly edge: Edge; readonly source: NodeView }, 'wire'>;

export const Wire = memo(function Wire({ data, sourceX, sourceY, targetX, targetY }: EdgeProps<WireEdge>) {
  const { edge, source } = data!;
  const key = wireKey(edge);
  const port = { side: 'output', name: edge.from[1] } as const;
  const flow = usePortFlow(source, port);
  const lit = useSymbolAt(source, port);
  const wrong = useNodeProblems(edge.to[0]).some(
    ({ severity, place }) => severity === 'error' && place.port?.side === 'input' && place.port.name === edge.to[1],
  );
  const inHand = useCanvasState(({ wiring }) => wiring?.detached != null && wireKey(wiring.detached) === key);
  const selected = useCanvasState((state) => state.selectedWire === key);
  const hovered = useCanvasState((state) => state.hoveredWire === key);
  // While something is dragged, the label would lie in its way.
  const labelled = useCanvasState(
    (state) => state.drag === null && (state.hoveredWire === key || state.selectedWire === key),
  );
  const cut = useCanvasState((state) => state.cut?.wires.has(key));
  const drag = useCanvasState((state) => (edge.reroutes ? state.drag : null));
  if (inHand) return null;
  const from = { x: sourceX, y: sourceY };
  const to = { x: targetX, y: targetY };
  const through = throughOf(edge, drag);
  const path = wirePath(from, to, through);
  return (
    <>
      {/* Wider than what is drawn, to be hit without aiming. */}
      <path d={path} className="wire-reach" />
      <path
        d={path}
        className="wire"
        data-selected={selected || undefined}
        data-hovered={hovered || undefined}
        data-wrong={wrong || undefined}
        data-symbol={lit || undefined}
        data-cut={cut || undefined}
        style={{ stroke: wrong || cut ? undefined : `var(--${flow})` }}
      />
      {labelled && <WireLabel source={source} port={edge.from[1]} at={labelPoint(from, to, through)} />}
    </>
  );
});

/** At the middle, or beside it where a reroute point lies there. */
function labelPoint(from: Point, to: Point, through: readonly Point[]): Point {
  const pieces = through.length + 1;
  return pointOnWire(from, to, pieces % 2 === 0 ? 0.5 - 0.5 / pieces : 0.5, through);
}

interface WireLabelProps {
  readonly source: NodeView;
  readonly port: string;
  readonly at: Point;
}

/** The whole shape, at the middle of the wire. */
function WireLabel({ source, port, at }: WireLabelProps) {
  const type = usePortType(source, { side: 'output', name: port });
  return (
    <EdgeLabelRenderer>
      <div className="wire-label" style={{ transform: `translate(-50%, -50%) translate(${at.x}px, ${at.y}px)` }}>
        {type ? <ShapeChip dims={type.dims} /> : <span className="shape">shape not known</span>}
        {type && type.dtype !== 'f32' && <span className="muted"> {type.dtype}</span>}
      </div>
    </EdgeLabelRenderer>
  );
}
