/** A panel at the left or right edge: its width is dragged and remembered; folded, it takes no room. */
import type { ReactNode } from 'react';
import { useApp, useView } from '../app-context.ts';
import { Afterwards } from './afterwards.tsx';
import { ResizeHandle } from './resize-handle.tsx';

interface SidePanelProps {
  readonly panel: 'library' | 'inspector';
  readonly side: 'left' | 'right';
  readonly label: string;
  readonly children: ReactNode;
}

const MINIMUM_WIDTH = 180;
const MAXIMUM_WIDTH = 560;

export function SidePanel({ panel, side, label, children }: SidePanelProps) {
  const { view } = useApp();
  const { open, size } = useView((state) => state.panels[panel]);
  if (!open) return null;
  return (
    <aside className={`side-panel ${side}`} aria-label={label} style={{ width: size }}>
      <div className="side-panel-content">
        <Afterwards>{children}</Afterwards>
      </div>
      <ResizeHandle
        label={`Width of ${label.toLowerCase()}`}
        orientation="vertical"
        direction={side === 'left' ? 1 : -1}
        size={size}
        minimum={MINIMUM_WIDTH}
        maximum={MAXIMUM_WIDTH}
        onResize={(size) => view.getState().setPanel(panel, { size })}
      />
    </aside>
  );
}
