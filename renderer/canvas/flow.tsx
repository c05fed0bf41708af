/** React Flow as a projection of the open module: what it reports becomes one edit when the hand lets go. */
import { useReactFlow, useStore as useFlow } from '@xyflow/react';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { NODES } from '../../nodes/registry.ts';
import { useApp, useDocument, useView } from '../app-context.ts';
import { Afterwards } from '../panels/afterwards.tsx';
import { usePalette } from '../previews/palette.ts';
import { PictureCache } from '../previews/pictures.ts';
import { LargeView } from '../views/large-view.tsx';
import { createCanvasActions } from './actions.ts';
import { CanvasContext, DetailContext, type CanvasTools } from './canvas-context.ts';
import { handleCanvasKey } from './canvas-keys.ts';
import { createCanvasStore, createHandStore, foldKey } from './canvas-store.ts';
import { CanvasContextMenu } from './context-menu.tsx';
import { ConnectList } from './connect-list.tsx';
import { ZoomControl } from './controls.tsx';
import { DefinitionBanner } from './definition-banner.tsx';
import { EmptyHint } from './empty-hint.tsx';
import { startCut } from './cut-stroke.ts';
import { FlowGraph } from './flow-graph.tsx';
import { createFlowEdges, createFlowNodes } from './flow-nodes.ts';
import { detailAt, geometryVariables } from './geometry.ts';
import { createProjector } from './node-view.ts';
import { Overview } from './overview.tsx';
import { createPlacement } from './placement.ts';
import { createEndNames } from './names.ts';
import { QuickAdd } from './quick-add.tsx';
import { RunMarks } from './run-marks.tsx';
import { useCanvasFocus } from './use-canvas-focus.ts';
import { useDrops } from './use-drops.ts';
import { useFlowEvents } from './use-flow-events.ts';
import { useLongPress } from './use-long-press.ts';
import { useNodeChanges } from './use-node-changes.ts';
import { useOpenModule } from './use-facts.ts';
import { usePointer } from './use-pointer.ts';
import { modalIsOpen } from '../keyboard/modal.ts';
import { useViewport } from './use-viewport.ts';
import { useZoomedDensity } from './use-zoomed-density.ts';
import { useWheel } from './use-wheel.ts';
import { MANY } from './window.ts';
import { Wirer } from './wirer.ts';

export function Flow() {
  const app = useApp();
  const flow = useReactFlow();
  const palette = usePalette();
  const container = useRef<HTMLDivElement>(null);
  const pointer = usePointer(container);
  const readOnly = useDocument((state) => state.readOnly);
  const module = useOpenModule();
  const detail = useFlow((state) => detailAt(state.transform[2]));
  const selection = useView((state) => state.selection);

  const [{ store, hand, placement, project, flowNodes, flowEdges }] = useState(makeParts);
  const wiring = useStore(store, (state) => state.wiring !== null);
  const decorations = useStore(store, (state) => state.decorations);

  const folded = useView((state) => state.folded);
  const view = useDocument((state) => project(state.document, module));
  const nodes = useMemo(
    () => flowNodes(view, { selection, decorations, isFolded: (id) => folded.has(foldKey(module, id)) }),
    [flowNodes, view, selection, decorations, folded, module],
  );
  const edges = useMemo(() => flowEdges(view), [flowEdges, view]);
  useLayoutEffect(() => placement.set(nodes), [placement, nodes]);

  const pictures = useMemo(() => new PictureCache((...file) => app.platform.readAsset(...file)), [app]);
  useEffect(() => () => pictures.dispose(), [pictures]);
  const density = useZoomedDensity();
  const tools = useMemo((): CanvasTools => {
    const { placed, boxes } = placement;
    const actions = createCanvasActions(app, store, hand, placed);
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
    return { store, hand, actions, wirer, pictures, palette, density, placed, boxes, endNames: createEndNames() };
  }, [app, store, hand, placement, flow, pictures, palette, density]);
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
  const events = useFlowEvents(tools, container);
  const onFocus = useCanvasFocus(tools);
  /** The node that Tab comes back to is there, and rendered also where it is out of sight. */
  const resting = useStore(
    store,
    ({ current }) => current !== null && nodes.length <= MANY && nodes.some(({ id }) => id === current.id),
  );
  const drops = useDrops(tools);

  const count = view.nodes.length;
  const wrapper = useMemo(
    () => ({
      ...changes,
      ...events,
      // Where Tab comes to before there is a node for it to come back to.
      tabIndex: resting ? -1 : 0,
      'aria-label': `Graph of ${module}, ${count === 1 ? '1 node' : `${count} nodes`}`,
      'aria-describedby': KEYS_ID,
      onFocus,
    }),
    [changes, events, module, count, onFocus, resting],
  );
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
          if (modalIsOpen() || !handleCanvasKey(event, app, tools)) return;
          event.preventDefault();
          event.stopPropagation();
        }}
        onDoubleClick={(event) => {
          if (!(event.target as Element).classList.contains('react-flow__pane') || readOnly) return;
          app.view.getState().setAddMenu({ x: event.clientX, y: event.clientY });
        }}
        {...drops}
      >
        <DetailContext value={detail}>
          <FlowGraph nodes={nodes} edges={edges} wrapper={wrapper} />
        </DetailContext>
        <p id={KEYS_ID} hidden>
          Arrow keys go from node to node along the wires, Page Down in the order in which they run. Shift A adds a
          node, A one that is wired to the node, W wires it, F2 renames it, F1 leads to its parameters. Tab goes to its
          ports. Press ? for all keys.
        </p>
        <DefinitionBanner />
        {view.nodes.length === 0 && <EmptyHint />}
        {/* Nothing until they are asked for; then what is typed next is theirs. */}
        <QuickAdd />
        <ConnectList />
        <Afterwards>
          <ZoomControl />
          <Overview nodes={nodes} />
          <CanvasContextMenu />
          <LargeView />
          <RunMarks container={container} />
        </Afterwards>
      </section>
    </CanvasContext>
  );
}

const GEOMETRY = geometryVariables();
const KEYS_ID = 'canvas-keys';

function makeParts() {
  const hand = createHandStore();
  return {
    store: createCanvasStore(),
    hand,
    placement: createPlacement(hand),
    project: createProjector(NODES),
    flowNodes: createFlowNodes(),
    flowEdges: createFlowEdges(),
  };
}
