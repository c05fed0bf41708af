/** What a click, a double click and a menu on nodes, wires and the empty canvas mean. The same handlers at every render. */
import { useReactFlow, type ReactFlowProps } from '@xyflow/react';
import { useMemo, type MouseEvent, type RefObject } from 'react';
import { useApp } from '../app-context.ts';
import type { CanvasTools } from './canvas-context.ts';
import type { CanvasMenu } from './canvas-store.ts';
import type { FlowNode } from './flow-nodes.ts';
import { markOf } from './marks.ts';
import type { WireEdge } from './wire.tsx';

type FlowEvents = Pick<
  ReactFlowProps<FlowNode, WireEdge>,
  | 'onEdgeMouseEnter'
  | 'onEdgeMouseLeave'
  | 'onEdgeDoubleClick'
  | 'onEdgeClick'
  | 'onEdgeContextMenu'
  | 'onNodeContextMenu'
  | 'onPaneContextMenu'
  | 'onNodeDoubleClick'
  | 'onPaneClick'
>;

export function useFlowEvents({ store, actions }: CanvasTools, container: RefObject<HTMLElement | null>): FlowEvents {
  const app = useApp();
  const { screenToFlowPosition } = useReactFlow();
  return useMemo((): FlowEvents => {
    const openMenu = (event: MouseEvent | globalThis.MouseEvent, target: CanvasMenu['target']): void => {
      event.preventDefault();
      const { clientX: x, clientY: y } = event;
      store.setState({ menu: { x, y, at: screenToFlowPosition({ x, y }), target } });
    };
    /** One more point of a wire, where it was pointed at. */
    const leadThrough = ({ clientX: x, clientY: y }: MouseEvent, wire: WireEdge): void => {
      if (!actions.readOnly()) actions.addReroute(wire.data!.edge, screenToFlowPosition({ x, y }));
    };
    return {
      onEdgeMouseEnter: (_, wire) => store.setState({ hoveredWire: wire.id }),
      onEdgeMouseLeave: () => store.setState({ hoveredWire: null }),
      onEdgeDoubleClick: (event, wire) => leadThrough(event, wire),
      onEdgeClick: (event, wire) => {
        if (event.altKey) {
          leadThrough(event, wire);
          return;
        }
        store.setState({ selectedWire: wire.id, decorations: new Set() });
        app.view.getState().select([]);
        container.current?.querySelector<HTMLElement>('.react-flow')?.focus({ preventScroll: true });
      },
      onEdgeContextMenu: (event, wire) => openMenu(event, { kind: 'wire', edge: wire.data!.edge }),
      onNodeContextMenu: (event, node) => {
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
      },
      onPaneContextMenu: (event) => openMenu(event, { kind: 'canvas' }),
      onNodeDoubleClick: (_, node) => actions.open(node.id),
      onPaneClick: () => store.setState({ selectedWire: null, decorations: new Set() }),
    };
  }, [app, store, actions, container, screenToFlowPosition]);
}
