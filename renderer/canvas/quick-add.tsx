/** The palette at the pointer (Shift+A, a double click, or a wire dropped on the empty canvas), ready to be typed in. */
import { useCallback, useEffect, useMemo, useRef } from 'react';
import { useReactFlow } from '@xyflow/react';
import { useApp, useView } from '../app-context.ts';
import type { AddPlace } from '../stores/view.ts';
import { addEntry, type WiredTo } from '../library/add-entry.ts';
import { EntryList } from '../library/entry-list.tsx';
import type { PaletteEntry } from '../library/entries.ts';
import { useCanvas, useCanvasState } from './canvas-context.ts';

const WIDTH = 260;
const HEIGHT = 340;

export function QuickAdd() {
  const at = useView((state) => state.addMenu);
  return at ? <QuickAddAt {...at} /> : null;
}

function QuickAddAt({ x, y, free = false }: AddPlace) {
  const app = useApp();
  const { store, actions } = useCanvas();
  const { screenToFlowPosition } = useReactFlow();
  const from = useCanvasState((state) => state.addFrom);
  const into = useCanvasState((state) => state.addInto);
  const panel = useRef<HTMLDivElement>(null);
  // Where the focus was, to give it back.
  const before = useRef(document.activeElement);
  const close = useCallback(() => {
    store.setState({ addFrom: null, addInto: null });
    app.view.getState().setAddMenu(null);
    if (before.current instanceof HTMLElement) before.current.focus({ preventScroll: true });
  }, [app, store]);

  useEffect(() => {
    const outside = (event: PointerEvent): void => {
      if (!panel.current?.contains(event.target as Node)) close();
    };
    window.addEventListener('pointerdown', outside, { capture: true });
    return () => window.removeEventListener('pointerdown', outside, { capture: true });
  }, [close]);

  const rank = useMemo(() => (from === null ? null : actions.rankFor(from)), [actions, from]);
  const filter = useCallback((entry: PaletteEntry) => from === null || actions.couldWire(from, entry), [actions, from]);

  const add = (entry: PaletteEntry, written: string | null): void => {
    const { x: left, y: top } = screenToFlowPosition({ x, y });
    const wiredTo: WiredTo | null = into ? { kind: 'wire', wire: into } : from && { kind: 'port', port: from };
    addEntry(app, entry, [Math.round(left), Math.round(top)], wiredTo, written, free);
    close();
  };
  return (
    // Escape closes from anywhere inside.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      ref={panel}
      className="quick-add"
      role="dialog"
      aria-label={into ? 'Insert a node into the wire' : from ? `Add a node to ${from.port}` : 'Add a node'}
      style={{
        left: Math.max(8, Math.min(x, innerWidth - WIDTH - 8)),
        top: Math.max(8, Math.min(y, innerHeight - HEIGHT - 8)),
        width: WIDTH,
        maxHeight: HEIGHT,
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        close();
      }}
    >
      <EntryList autoFocus onAdd={add} {...(from && { filter })} {...(rank && { rank })} />
    </div>
  );
}
