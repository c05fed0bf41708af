/** A palette entry that is dropped on the canvas becomes a node. Files are the window's. */
import { useReactFlow } from '@xyflow/react';
import { useMemo, type DragEvent } from 'react';
import { useApp } from '../app-context.ts';
import { addEntry, ENTRY_DATA, readEntry } from '../library/add-entry.ts';

interface DropEvents {
  readonly onDragOver: (event: DragEvent<HTMLElement>) => void;
  readonly onDrop: (event: DragEvent<HTMLElement>) => void;
}

export function useDrops(): DropEvents {
  const app = useApp();
  const { screenToFlowPosition } = useReactFlow();

  return useMemo(
    () => ({
      onDragOver: (event) => {
        const { types } = event.dataTransfer;
        if (!types.includes(ENTRY_DATA)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = 'copy';
      },
      onDrop: (event) => {
        const at = screenToFlowPosition({ x: event.clientX, y: event.clientY });
        const entry = readEntry(event.dataTransfer.getData(ENTRY_DATA));
        if (!entry) return;
        addEntry(app, entry, [Math.round(at.x), Math.round(at.y)]);
        event.preventDefault();
      },
    }),
    [app, screenToFlowPosition],
  );
}
