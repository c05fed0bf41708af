/** A wire: coloured by what flows, with its shape on hover; dashed and red where it does not fit. */
import { EdgeLabelRenderer, type Edge as FlowEdge, type EdgeProps } from '@xyflow/react';
import { memo } from 'react';
import type { Edge } from '../../graph/schema.ts';
import { useCanvasState, useHand } from './canvas-context.ts';
import { wireKey, type CanvasState } from './canvas-store.ts';
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
  const marks = useCanvasState((state) => marksOf(state, key));
  const drag = useHand((state) => (edge.reroutes ? state.drag : null));
  if (marks & MARK.inHand) return null;
  const cut = (marks & MARK.cut) !== 0;
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
        data-selected={(marks & MARK.selected) !== 0 || undefined}
        data-hovered={(marks & MARK.hovered) !== 0 || undefined}
        data-wrong={wrong || undefined}
        data-symbol={lit || undefined}
        data-cut={cut || undefined}
        style={{ stroke: wrong || cut ? undefined : `var(--${flow})` }}
      />
      {(marks & (MARK.selected | MARK.hovered)) !== 0 && (
        <WireLabel source={source} port={edge.from[1]} at={labelPoint(from, to, through)} />
      )}
    </>
  );
});

/** What is done with a wire, in one number: each change of the canvas asks every wire in sight, once. */
const MARK = { inHand: 1, selected: 2, hovered: 4, cut: 8 } as const;

function marksOf({ wiring, selectedWire, hoveredWire, cut }: CanvasState, key: string): number {
  const inHand = wiring?.detached != null && wireKey(wiring.detached) === key;
  return (
    (inHand ? MARK.inHand : 0) |
    (selectedWire === key ? MARK.selected : 0) |
    (hoveredWire === key ? MARK.hovered : 0) |
    (cut?.wires.has(key) ? MARK.cut : 0)
  );
}

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

/** The whole shape, at the middle of the wire. While something is dragged, it would lie in its way. */
function WireLabel({ source, port, at }: WireLabelProps) {
  const type = usePortType(source, { side: 'output', name: port });
  const dragging = useHand((state) => state.drag !== null);
  if (dragging) return null;
  return (
    <EdgeLabelRenderer>
      <div className="wire-label" style={{ transform: `translate(-50%, -50%) translate(${at.x}px, ${at.y}px)` }}>
        {type ? <ShapeChip dims={type.dims} /> : <span className="shape">shape not known</span>}
        {type && type.dtype !== 'f32' && <span className="muted"> {type.dtype}</span>}
      </div>
    </EdgeLabelRenderer>
  );
}
