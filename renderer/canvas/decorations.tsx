/** Notes and frames: what is written beside the graph and around it. */
import { NodeResizer, type Node, type NodeProps } from '@xyflow/react';
import { memo, useEffect, useRef, useState } from 'react';
import type { Frame, Note } from '../../graph/schema.ts';
import { useDocument } from '../app-context.ts';
import { useCanvas, useCanvasState } from './canvas-context.ts';
import { NoteText } from './note-text.tsx';

export type NoteNode = Node<{ readonly note: Note }, 'note'>;
export type FrameNode = Node<{ readonly frame: Frame }, 'frame'>;

export const NoteCard = memo(function NoteCard({ id, data: { note }, selected }: NodeProps<NoteNode>) {
  const { store, actions } = useCanvas();
  const editing = useCanvasState((state) => state.renaming === id);
  const readOnly = useDocument((state) => state.readOnly);
  const tabIndex = useCanvasState((state) => (state.current?.id === id ? 0 : -1));
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      className="note"
      data-mark={id}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={tabIndex}
      role="note"
      aria-label={`Note: ${note.text}`}
      onDoubleClick={() => !readOnly && store.setState({ renaming: id })}
    >
      <Resizer visible={selected} minimum={[120, 40]} onResize={(size, at) => actions.resizeDecoration(id, size, at)} />
      {editing ? (
        <TextField
          label="Text of the note"
          text={note.text}
          multiline
          onDone={(text) => {
            store.setState({ renaming: null });
            if (text !== note.text) actions.writeDecoration(id, text);
          }}
        />
      ) : note.text === '' ? (
        <p className="placeholder">Double-click to write</p>
      ) : (
        <NoteText text={note.text} />
      )}
    </div>
  );
});

export const FrameCard = memo(function FrameCard({ id, data: { frame }, selected }: NodeProps<FrameNode>) {
  const { store, actions } = useCanvas();
  const editing = useCanvasState((state) => state.renaming === id);
  const readOnly = useDocument((state) => state.readOnly);
  const tabIndex = useCanvasState((state) => (state.current?.id === id ? 0 : -1));
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <section
      className="frame"
      data-mark={id}
      aria-label={`Frame: ${frame.title}`}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={tabIndex}
      onDoubleClick={() => !readOnly && store.setState({ renaming: id })}
    >
      <Resizer visible={selected} minimum={[120, 80]} onResize={(size, at) => actions.resizeDecoration(id, size, at)} />
      {editing ? (
        <TextField
          label="Title of the frame"
          text={frame.title}
          multiline={false}
          onDone={(text) => {
            store.setState({ renaming: null });
            if (text !== frame.title) actions.writeDecoration(id, text);
          }}
        />
      ) : (
        <span className="frame-title">{frame.title || 'Frame'}</span>
      )}
    </section>
  );
});

interface ResizerProps {
  readonly visible: boolean;
  readonly minimum: readonly [width: number, height: number];
  readonly onResize: (size: readonly [number, number], position: readonly [number, number]) => void;
}

/** Edges and corners to drag; the document changes once, when they are let go. */
function Resizer({ visible, minimum, onResize }: ResizerProps) {
  const readOnly = useDocument((state) => state.readOnly);
  if (!visible || readOnly) return null;
  return (
    <NodeResizer
      minWidth={minimum[0]}
      minHeight={minimum[1]}
      onResizeEnd={(_, { width, height, x, y }) =>
        onResize([Math.round(width), Math.round(height)], [Math.round(x), Math.round(y)])
      }
    />
  );
}

interface TextFieldProps {
  readonly label: string;
  readonly text: string;
  readonly multiline: boolean;
  readonly onDone: (text: string) => void;
}

/** Escape leaves the text as it was; leaving the field keeps what was typed. */
function TextField({ label, text, multiline, onDone }: TextFieldProps) {
  const [typed, setTyped] = useState(text);
  const field = useRef<HTMLTextAreaElement>(null);
  const cancelled = useRef(false);
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);
  return (
    <textarea
      ref={field}
      className="text-field nodrag nopan nowheel"
      aria-label={label}
      rows={multiline ? undefined : 1}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={(event) => {
        // Left by a key, the focus stays with the note; left by the pointer, it goes where that points.
        if (event.relatedTarget === null) event.currentTarget.parentElement?.focus({ preventScroll: true });
        onDone(cancelled.current ? text : typed);
      }}
      onDoubleClick={(event) => event.stopPropagation()}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Escape') cancelled.current = true;
        if (event.key === 'Escape' || (event.key === 'Enter' && (!multiline || event.ctrlKey || event.metaKey))) {
          event.preventDefault();
          field.current?.blur();
        }
      }}
    />
  );
}
