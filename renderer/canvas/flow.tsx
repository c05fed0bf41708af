/** React Flow as a projection of the open module: what it reports becomes one edit when the hand lets go. */
import { Background, ReactFlow, SelectionMode, useReactFlow, useStore as useFlow, useStoreApi } from '@xyflow/react';
import { useEffect, useLayoutEffect, useMemo, useRef, useState, type MouseEvent } from 'react';
import { useStore } from 'zustand';
import { NODES } from '../../nodes/registry.ts';
import { useApp, useDocument, useView } from '../app-context.ts';
import { usePalette } from '../previews/palette.ts';
import { PictureCache } from '../previews/pictures.ts';
import { LargeView } from '../views/large-view.tsx';
import { createCanvasActions } from './actions.ts';
import { CanvasContext, type CanvasTools } from './canvas-context.ts';
import { handleCanvasKey } from './canvas-keys.ts';
import { createCanvasStore, foldKey, type CanvasMenu } from './canvas-store.ts';
import { CanvasContextMenu } from './context-menu.tsx';
import { ConnectList } from './connect-list.tsx';
import { ZoomControl } from './controls.tsx';
import { FrameCard, NoteCard } from './decorations.tsx';
import { DefinitionBanner } from './definition-banner.tsx';
import { HandMarks } from './hand-marks.tsx';
import { EmptyHint } from './empty-hint.tsx';
import { startCut } from './cut-stroke.ts';
import { createFlowEdges, createFlowNodes, type FlowNode } from './flow-nodes.ts';
import { detailAt, geometryVariables, GRID, type Point } from './geometry.ts';
import { markOf } from './marks.ts';
import { NodeCard } from './node-card.tsx';
import { createProjector } from './node-view.ts';
import { Overview } from './overview.tsx';
import { createPlacement } from './placement.ts';
import { createEndNames } from './names.ts';
import { QuickAdd } from './quick-add.tsx';
import { RerouteDot } from './reroute-dot.tsx';
import { RunMarks } from './run-marks.tsx';
import { useCanvasFocus } from './use-canvas-focus.ts';
import { useDrops } from './use-drops.ts';
import { useLongPress } from './use-long-press.ts';
import { useNodeChanges } from './use-node-changes.ts';
import { useOpenModule } from './use-facts.ts';
import { MAX_ZOOM, MIN_ZOOM, useViewport } from './use-viewport.ts';
import { useZoomedDensity } from './use-zoomed-density.ts';
import { useWheel } from './use-wheel.ts';
import { Wire, type WireEdge } from './wire.tsx';
import { WireInHand } from './wire-in-hand.tsx';
import { Wirer } from './wirer.ts';

const NODE_TYPES = { card: NodeCard, note: NoteCard, frame: FrameCard, reroute: RerouteDot };
const EDGE_TYPES = { wire: Wire };

/** With more nodes than this, those out of sight are not rendered. */
const MANY = 120;

export function Flow() {
  const app = useApp();
  const flow = useReactFlow();
  const palette = usePalette();
  const container = useRef<HTMLDivElement>(null);
  const pointer = useRef<Point | null>(null);
  const readOnly = useDocument((state) => state.readOnly);
  const module = useOpenModule();
  const detail = useFlow((state) => detailAt(state.transform[2]));
  const selection = useView((state) => state.selection);

  const [{ store, placement, project, flowNodes, flowEdges }] = useState(makeParts);
  useGivenSizes();
  const wiring = useStore(store, (state) => state.wiring !== null);
  const drag = useStore(store, (state) => state.drag);
  const sizes = useStore(store, (state) => state.sizes);
  const decorations = useStore(store, (state) => state.decorations);

  const folded = useView((state) => state.folded);
  const view = useDocument((state) => project(state.document, module));
  const nodes = useMemo(
    () => flowNodes(view, { selection, decorations, drag, sizes, isFolded: (id) => folded.has(foldKey(module, id)) }),
    [flowNodes, view, selection, decorations, drag, sizes, folded, module],
  );
  const edges = useMemo(() => flowEdges(view), [flowEdges, view]);
  useLayoutEffect(() => placement.set(nodes), [placement, nodes]);

  const pictures = useMemo(() => new PictureCache((...file) => app.platform.readAsset(...file)), [app]);
  useEffect(() => () => pictures.dispose(), [pictures]);
  const density = useZoomedDensity();
  const tools = useMemo((): CanvasTools => {
    const { placed, boxes } = placement;
    const actions = createCanvasActions(app, store, placed);
    const wirer = new Wirer({
      store,
      actions,
      placed,
      toCanvas: (point) => flow.screenToFlowPosition(point),
      zoom: () => flow.getZoom(),
      onDropOnEmpty: (addFrom, at) => {
        store.setState({ addFrom });
        app.view.getState().setAddMenu(at);
      },
    });
    return { store, actions, wirer, pictures, palette, density, placed, boxes, endNames: createEndNames() };
  }, [app, store, placement, flow, pictures, palette, density]);
  const endCut = useRef<() => void>(null);
  useEffect(
    () => () => {
      tools.wirer.cancel();
      endCut.current?.();
    },
    [tools],
  );

  useViewport({ boxes: placement.boxes, container, pointer, acts: tools.actions.acts });
  useWheel(container);
  useLongPress(container);
  const changes = useNodeChanges(tools, view);
  const onFocus = useCanvasFocus(tools);
  const drops = useDrops(tools);

  const openMenu = (event: MouseEvent | globalThis.MouseEvent, target: CanvasMenu['target']): void => {
    event.preventDefault();
    const { clientX: x, clientY: y } = event;
    store.setState({ menu: { x, y, at: flow.screenToFlowPosition({ x, y }), target } });
  };
  /** One more point of a wire, where it was pointed at. */
  const leadThrough = ({ clientX: x, clientY: y }: MouseEvent, wire: WireEdge): void => {
    if (!readOnly) tools.actions.addReroute(wire.data!.edge, flow.screenToFlowPosition({ x, y }));
  };
  return (
    <CanvasContext value={tools}>
      {/* The canvas is one widget whose parts take the focus; what a key does is in canvas-keys.ts. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <section
        ref={container}
        className="canvas"
        data-detail={detail}
        data-wiring={wiring || undefined}
        aria-label="Canvas"
        style={GEOMETRY}
        onPointerDownCapture={(event) => {
          const onPane = (event.target as Element).classList.contains('react-flow__pane');
          if (!event.altKey || event.button !== 0 || !onPane || readOnly) return;
          event.stopPropagation();
          event.preventDefault();
          endCut.current = startCut({ ...tools, toCanvas: (point) => flow.screenToFlowPosition(point) }, event);
        }}
        onKeyDown={(event) => {
          if (!handleCanvasKey(event, app, tools)) return;
          event.preventDefault();
          event.stopPropagation();
        }}
        onPointerMove={(event) => {
          pointer.current = { x: event.clientX, y: event.clientY };
        }}
        onPointerLeave={() => {
          pointer.current = null;
        }}
        onDoubleClick={(event) => {
          if (!(event.target as Element).classList.contains('react-flow__pane') || readOnly) return;
          app.view.getState().setAddMenu({ x: event.clientX, y: event.clientY });
        }}
        {...drops}
      >
        <ReactFlow<FlowNode, WireEdge>
          // React Flow asks for arrays that it may change, and changes none.
          nodes={nodes as FlowNode[]}
          edges={edges as WireEdge[]}
          nodeTypes={NODE_TYPES}
          edgeTypes={EDGE_TYPES}
          {...changes}
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
          onlyRenderVisibleElements={nodes.length > MANY}
          attributionPosition="top-right"
          onEdgeMouseEnter={(_, wire) => store.setState({ hoveredWire: wire.id })}
          onEdgeMouseLeave={() => store.setState({ hoveredWire: null })}
          onEdgeDoubleClick={(event, wire) => leadThrough(event, wire)}
          onEdgeClick={(event, wire) => {
            if (event.altKey) {
              leadThrough(event, wire);
              return;
            }
            store.setState({ selectedWire: wire.id, decorations: new Set() });
            app.view.getState().select([]);
            container.current?.querySelector<HTMLElement>('.react-flow')?.focus({ preventScroll: true });
          }}
          onEdgeContextMenu={(event, wire) => openMenu(event, { kind: 'wire', edge: wire.data!.edge })}
          onNodeContextMenu={(event, node) => {
            const mark = markOf(node.id);
            if (mark) {
              if (!store.getState().decorations.has(node.id)) {
                app.view.getState().select([]);
                store.setState({ decorations: new Set([node.id]), selectedWire: null });
              }
              openMenu(event, { kind: mark.kind, id: node.id });
              return;
            }
            if (!app.view.getState().selection.has(node.id)) {
              store.setState({ decorations: new Set(), selectedWire: null });
              app.view.getState().select([node.id]);
            }
            openMenu(event, { kind: 'node', nodeId: node.id });
          }}
          onPaneContextMenu={(event) => openMenu(event, { kind: 'canvas' })}
          onNodeDoubleClick={(_, node) => tools.actions.open(node.id)}
          onPaneClick={() => store.setState({ selectedWire: null, decorations: new Set() })}
          // The one stop of Tab: from here arrow keys go to the nodes.
          tabIndex={0}
          aria-label={`Graph of ${module}, ${view.nodes.length === 1 ? '1 node' : `${view.nodes.length} nodes`}`}
          aria-describedby={KEYS_ID}
          onFocus={onFocus}
        >
          <Background gap={20} size={1} color="var(--dot)" />
          <WireInHand />
          <HandMarks />
        </ReactFlow>
        <p id={KEYS_ID} hidden>
          Arrow keys go from node to node along the wires, Page Down in the order in which they run. Shift A adds a
          node, A one that is wired to the node, W wires it, F2 renames it, F1 leads to its parameters. Tab goes to its
          ports. Press ? for all keys.
        </p>
        <ZoomControl />
        <Overview nodes={nodes} />
        <DefinitionBanner />
        {view.nodes.length === 0 && <EmptyHint />}
        <QuickAdd />
        <ConnectList />
        <CanvasContextMenu />
        <LargeView />
        <RunMarks container={container} />
      </section>
    </CanvasContext>
  );
}

const GEOMETRY = geometryVariables();
const KEYS_ID = 'canvas-keys';
const PAN_BUTTONS = [1];
const MULTI_SELECTION = ['Shift', 'Meta', 'Control'];
const SNAP: [number, number] = [GRID, GRID];

function makeParts() {
  return {
    store: createCanvasStore(),
    placement: createPlacement(),
    project: createProjector(NODES),
    flowNodes: createFlowNodes(),
    flowEdges: createFlowEdges(),
  };
}

/**
 * Sizes and ports come from the records. React Flow would measure every node that it shows all the same, and take the
 * ports, which are none of its handles, for missing.
 */
function useGivenSizes(): void {
  const flow = useStoreApi();
  useState(() => flow.setState({ updateNodeInternals: () => undefined }));
}
