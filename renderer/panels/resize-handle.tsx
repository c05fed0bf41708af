/** A border that can be dragged, or moved with the arrow keys, to resize what lies beside it. */
import { useRef, useState } from 'react';

interface ResizeHandleProps {
  readonly label: string;
  /** The border's direction: a vertical one changes a width. */
  readonly orientation: 'vertical' | 'horizontal';
  /** +1 if moving right or down makes the panel larger, −1 otherwise. */
  readonly direction: 1 | -1;
  readonly size: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly onResize: (size: number) => void;
}

const KEY_STEP = 16;

export function ResizeHandle({ label, orientation, direction, size, minimum, maximum, onResize }: ResizeHandleProps) {
  const start = useRef<{ readonly at: number; readonly size: number } | null>(null);
  const [dragging, setDragging] = useState(false);
  const resize = (wanted: number) => onResize(Math.round(Math.min(maximum, Math.max(minimum, wanted))));
  const along = (event: { clientX: number; clientY: number }) =>
    orientation === 'vertical' ? event.clientX : event.clientY;
  const release = () => {
    start.current = null;
    setDragging(false);
  };
  return (
    // A separator that can be focused is a widget by ARIA's own definition; the rule knows only the static one.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <hr
      className={`resize-handle ${orientation}`}
      aria-label={label}
      aria-orientation={orientation}
      aria-valuenow={size}
      aria-valuemin={minimum}
      aria-valuemax={maximum}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      data-dragging={dragging || undefined}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        start.current = { at: along(event), size };
        setDragging(true);
      }}
      onPointerMove={(event) => {
        if (start.current) resize(start.current.size + direction * (along(event) - start.current.at));
      }}
      onPointerUp={release}
      onPointerCancel={release}
      onKeyDown={(event) => {
        const towards = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
        if (towards === undefined) return;
        event.preventDefault();
        resize(size + towards * direction * KEY_STEP);
      }}
    />
  );
}
