/** A line of text that is written when it is left or Enter is pressed; Escape gives it back. */
import { useState } from 'react';

interface NameFieldProps {
  readonly label: string;
  readonly value: string;
  readonly disabled: boolean;
  readonly onCommit: (text: string) => void;
}

export function NameField({ label, value, disabled, onCommit }: NameFieldProps) {
  const [text, setText] = useState<string | null>(null);
  const commit = (): void => {
    const written = text?.trim();
    setText(null);
    if (written !== undefined && written !== '' && written !== value) onCommit(written);
  };
  return (
    <input
      type="text"
      className="field"
      aria-label={label}
      title={value}
      spellCheck={false}
      disabled={disabled}
      value={text ?? value}
      onChange={(event) => setText(event.target.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur();
        else if (event.key === 'Escape') setText(null);
        else return;
        event.stopPropagation();
      }}
    />
  );
}
