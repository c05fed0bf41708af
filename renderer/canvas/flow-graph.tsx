/** React Flow with the part of the graph that is near the view. It alone renders with each step of a drag. */
import { ReactFlow, SelectionMode, useStore as useFlow, useStoreApi, type ReactFlowProps } from '@xyflow/react';
import { memo, useMemo, useState } from 'react';
import { useDocument } from '../app-context.ts';
import { useHand } from './canvas-context.ts';
import { FrameCard, NoteCard } from './decorations.tsx';
import { Dots } from './dots.tsx';
import { inHand, type FlowNode } from './flow-nodes.ts';
import { GRID } from './geometry.ts';
import { HandMarks } from './hand-marks.tsx';
import { NodeCard } from './node-card.tsx';
import { RerouteDot } from './reroute-dot.tsx';
import { MAX_ZOOM, MIN_ZOOM } from './use-viewport.ts';
import { createArea, createPart } from './window.ts';
import { WireInHand } from './wire-in-hand.tsx';
import { Wire, type WireEdge } from './wire.tsx';

interface FlowGraphProps {
  /** Of the whole module, at rest. */
  readonly nodes: readonly FlowNode[];
  readonly edges: readonly WireEdge[];
  /** Handlers and the wrapper's attributes, the same as long as they mean the same. */
  readonly wrapper: Omit<ReactFlowProps<FlowNode, WireEdge>, 'nodes' | 'edges'>;
}

export const FlowGraph = memo(function FlowGraph({ nodes, edges, wrapper }: FlowGraphProps) {
  useGivenSizes();
  const readOnly = useDocument((state) => state.readOnly);
  const drag = useHand((state) => state.drag);
  const sizes = useHand((state) => state.sizes);
  const [{ areaOf, partOf }] = useState(() => ({ areaOf: createArea(), partOf: createPart() }));
  const area = useFlow(areaOf);
  const whole = useMemo(() => ({ nodes, edges }), [nodes, edges]);
  const part = partOf(whole, area, drag);
  return (
    <ReactFlow<FlowNode, WireEdge>
      {...wrapper}
      // React Flow asks for arrays that it may change, and changes none.
      nodes={inHand(part.nodes, drag, sizes) as FlowNode[]}
      edges={part.edges as WireEdge[]}
      nodeTypes={NODE_TYPES}
      edgeTypes={EDGE_TYPES}
      minZoom={MIN_ZOOM}
      maxZoom={MAX_ZOOM}
      nodesDraggable={!readOnly}
      nodesConnectable={false}
      nodesFocusable={false}
      edgesFocusable={false}
      edgesReconnectable={false}
      disableKeyboardA11y
      deleteKeyCode={null}
      selectionOnDrag
      selectionKeyCode={null}
      selectionMode={SelectionMode.Partial}
      panOnDrag={PAN_BUTTONS}
      zoomOnDoubleClick={false}
      multiSelectionKeyCode={MULTI_SELECTION}
      snapToGrid
      snapGrid={SNAP}
      elevateNodesOnSelect
      attributionPosition="bottom-center"
    >
      {CHILDREN}
    </ReactFlow>
  );
});

const NODE_TYPES = { card: NodeCard, note: NoteCard, frame: FrameCard, reroute: RerouteDot };
const EDGE_TYPES = { wire: Wire };
const PAN_BUTTONS = [1];
const MULTI_SELECTION = ['Shift', 'Meta', 'Control'];
const SNAP: [number, number] = [GRID, GRID];
/** The same elements each time: a step of a drag does not render them. */
const CHILDREN = (
  <>
    <Dots />
    <WireInHand />
    <HandMarks />
  </>
);

/**
 * Sizes and ports come from the records. React Flow would measure every node that it shows all the same, and take the
 * ports, which are none of its handles, for missing.
 */
function useGivenSizes(): void {
  const flow = useStoreApi();
  useState(() => flow.setState({ updateNodeInternals: () => undefined }));
}
