/** A stroke with Alt held over the empty canvas, from its press to its end: it cuts the wires that it crosses, as one step. */
import type { CanvasActions } from './actions.ts';
import { wireKey, type CanvasStore } from './canvas-store.ts';
import { crossed, cutWires, type DrawnWire } from './cutting.ts';
import type { Point } from './geometry.ts';
import { throughOf } from './marks.ts';
import { portPoint, type PlacedNode } from './ports.ts';

interface StrokeOptions {
  readonly store: CanvasStore;
  readonly actions: CanvasActions;
  readonly placed: () => readonly PlacedNode[];
  readonly toCanvas: (point: Point) => Point;
}

/** Begins at a press; @returns cancels it. */
export function startCut(
  { store, actions, placed, toCanvas }: StrokeOptions,
  press: { readonly clientX: number; readonly clientY: number; readonly pointerId: number },
): () => void {
  const wires = cutWires(drawnWires(actions, placed()));
  const start = toCanvas({ x: press.clientX, y: press.clientY });
  store.setState({ cut: { stroke: [start], wires: new Set() } });

  const move = (event: PointerEvent): void => {
    const { cut } = store.getState();
    if (event.pointerId !== press.pointerId || !cut) return;
    const to = toCanvas({ x: event.clientX, y: event.clientY });
    const hit = crossed(wires, cut.stroke.at(-1)!, to).filter((key) => !cut.wires.has(key));
    store.setState({
      cut: { stroke: [...cut.stroke, to], wires: hit.length > 0 ? new Set([...cut.wires, ...hit]) : cut.wires },
    });
  };
  const up = (event: PointerEvent): void => {
    if (event.pointerId !== press.pointerId) return;
    const { cut } = store.getState();
    end();
    if (cut && cut.wires.size > 0) actions.disconnectAll(cut.wires);
  };
  const escape = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    end();
  };
  const listeners = new AbortController();
  const end = (): void => {
    listeners.abort();
    store.setState({ cut: null });
  };
  const { signal } = listeners;
  window.addEventListener('pointermove', move, { signal });
  window.addEventListener('pointerup', up, { signal });
  window.addEventListener('pointercancel', end, { signal });
  window.addEventListener('keydown', escape, { signal, capture: true });
  return end;
}

function drawnWires(actions: CanvasActions, nodes: readonly PlacedNode[]): readonly DrawnWire[] {
  const byId = new Map(nodes.map((node) => [node.view.id, node]));
  return actions.wires().flatMap((edge) => {
    const [source, target] = [byId.get(edge.from[0]), byId.get(edge.to[0])];
    const from = source && portPoint(source, { side: 'output', port: edge.from[1] });
    const to = target && portPoint(target, { side: 'input', port: edge.to[1] });
    return from && to ? [{ key: wireKey(edge), from, to, through: throughOf(edge) }] : [];
  });
}
