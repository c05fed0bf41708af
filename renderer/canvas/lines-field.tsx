/** A field of several lines whose text is the document's at every keystroke: a burst of typing is one step of the history. */
import type { KeyboardEvent } from 'react';
import { useCard } from './card-context.ts';

interface LinesFieldProps {
  readonly id?: string;
  readonly label?: string;
  readonly className?: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly rows?: number;
  readonly readOnly: boolean;
  readonly problem: string | undefined;
  /** Why it is read-only, where that is not plain. */
  readonly reason?: string | undefined;
  readonly onCommit: (value: string) => void;
}

export function LinesField({
  id,
  label,
  className = '',
  value,
  placeholder,
  rows,
  readOnly,
  problem,
  reason,
  onCommit,
}: LinesFieldProps) {
  const { tabIndex } = useCard();
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    // Enter begins a line; Escape gives the keys back to the canvas.
    if (event.key === 'Escape') event.currentTarget.blur();
  };
  return (
    <textarea
      id={id}
      tabIndex={tabIndex}
      className={`lines-field ${className}`}
      aria-label={label}
      aria-invalid={problem !== undefined}
      title={problem ?? reason}
      value={value}
      placeholder={placeholder}
      rows={rows}
      readOnly={readOnly}
      spellCheck={false}
      // What is typed is in the document at once: Undo is the graph's.
      data-settled
      onChange={(event) => onCommit(event.target.value)}
      onKeyDown={onKeyDown}
    />
  );
}
