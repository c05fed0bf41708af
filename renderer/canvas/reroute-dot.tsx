/** A point that a wire is led through: it is dragged, selected and deleted as a node is. */
import type { Node, NodeProps } from '@xyflow/react';
import { memo } from 'react';
import type { Edge } from '../../graph/schema.ts';
import { useCanvasState } from './canvas-context.ts';
import { wireKey } from './canvas-store.ts';
import type { NodeView } from './node-view.ts';
import { usePortFlow } from './use-facts.ts';

export type RerouteNode = Node<{ readonly edge: Edge; readonly source: NodeView; readonly index: number }, 'reroute'>;

export const RerouteDot = memo(function RerouteDot({ id, data: { edge, source, index } }: NodeProps<RerouteNode>) {
  const flow = usePortFlow(source, { side: 'output', name: edge.from[1] });
  const key = wireKey(edge);
  const tabIndex = useCanvasState((state) => (state.current?.id === id ? 0 : -1));
  const lit = useCanvasState(({ hoveredWire, selectedWire }) => hoveredWire === key || selectedWire === key);
  const cut = useCanvasState((state) => state.cut?.wires.has(key));
  return (
    <div
      className="reroute"
      data-mark={id}
      role="note"
      // PageDown behind the last node comes here; Enter selects it, Alt and arrows move it, Delete removes it.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={tabIndex}
      aria-label={`Reroute point ${index + 1} of the wire from ${source.name}.${edge.from[1]}`}
      data-lit={lit || undefined}
      data-cut={cut || undefined}
      style={{ color: `var(--${flow})` }}
    />
  );
});
