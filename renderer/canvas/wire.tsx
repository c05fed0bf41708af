/** A wire: coloured by what flows, with its shape on hover; dashed and red where it does not fit. */
import { EdgeLabelRenderer, type Edge as FlowEdge, type EdgeProps } from '@xyflow/react';
import { memo } from 'react';
import type { Edge } from '../../graph/schema.ts';
import { useCanvasState } from './canvas-context.ts';
import { wireKey } from './canvas-store.ts';
import { pointOnWire, wirePath } from './geometry.ts';
import type { NodeView } from './node-view.ts';
import { ShapeChip } from './shape-chip.tsx';
import { useNodeProblems, usePortType } from './use-facts.ts';
import { flowOf } from './values.ts';

export type WireEdge = FlowEdge<{ readonly edge: Edge; readonly source: NodeView }, 'wire'>;

export const Wire = memo(function Wire({ data, sourceX, sourceY, targetX, targetY }: EdgeProps<WireEdge>) {
  const { edge, source } = data!;
  const key = wireKey(edge);
  const port = { side: 'output', name: edge.from[1] } as const;
  const type = usePortType(source, port);
  const problem = useNodeProblems(edge.to[0]).find(
    ({ severity, place }) => severity === 'error' && place.port?.side === 'input' && place.port.name === edge.to[1],
  );
  const inHand = useCanvasState(({ wiring }) => wiring?.detached != null && wireKey(wiring.detached) === key);
  const selected = useCanvasState((state) => state.selectedWire === key);
  const hovered = useCanvasState((state) => state.hoveredWire === key);
  if (inHand) return null;
  const from = { x: sourceX, y: sourceY };
  const to = { x: targetX, y: targetY };
  const path = wirePath(from, to);
  const label = pointOnWire(from, to, 0.5);
  return (
    <>
      {/* Wider than what is drawn, to be hit without aiming. */}
      <path d={path} className="wire-reach" />
      <path
        d={path}
        className="wire"
        data-selected={selected || undefined}
        data-hovered={hovered || undefined}
        data-wrong={problem !== undefined || undefined}
        style={{ stroke: problem ? undefined : `var(--${flowOf(source, port, type)})` }}
      />
      {(hovered || selected) && (
        <EdgeLabelRenderer>
          <div
            className="wire-label"
            style={{ transform: `translate(-50%, -50%) translate(${label.x}px, ${label.y}px)` }}
          >
            {type ? <ShapeChip dims={type.dims} /> : <span className="shape">shape not known</span>}
            {type && type.dtype !== 'f32' && <span className="muted"> {type.dtype}</span>}
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
});
