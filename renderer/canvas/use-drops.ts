/** A palette entry that is dropped on the canvas becomes a node; dropped on a wire, one in it. Files are the window's. */
import { useReactFlow } from '@xyflow/react';
import { useMemo, type DragEvent } from 'react';
import { useApp } from '../app-context.ts';
import { addEntry, ENTRY_DATA, readEntry } from '../library/add-entry.ts';
import type { CanvasTools } from './canvas-context.ts';
import { wireAt } from './wire-at.ts';

interface DropEvents {
  readonly onDragOver: (event: DragEvent<HTMLElement>) => void;
  readonly onDrop: (event: DragEvent<HTMLElement>) => void;
}

export function useDrops(tools: CanvasTools): DropEvents {
  const app = useApp();
  const { screenToFlowPosition } = useReactFlow();

  return useMemo(
    () => ({
      onDragOver: (event) => {
        const { types } = event.dataTransfer;
        if (!types.includes(ENTRY_DATA)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = 'copy';
        tools.store.setState({ hoveredWire: wireAt(event.clientX, event.clientY) });
      },
      onDrop: (event) => {
        const at = screenToFlowPosition({ x: event.clientX, y: event.clientY });
        const entry = readEntry(event.dataTransfer.getData(ENTRY_DATA));
        if (!entry) return;
        const wire = tools.actions.wireOf(wireAt(event.clientX, event.clientY));
        tools.store.setState({ hoveredWire: null });
        addEntry(app, entry, [Math.round(at.x), Math.round(at.y)], wire && { kind: 'wire', wire });
        event.preventDefault();
      },
    }),
    [app, tools, screenToFlowPosition],
  );
}
