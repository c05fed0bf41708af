/** The one dialog that waits for an answer. Escape and a click outside cancel. */
import { Dialog as Base } from '@base-ui/react/dialog';
import { useRef, useState, type RefObject } from 'react';
import { useApp, useNotices } from '../app-context.ts';
import type { Dialog } from '../stores/notices.ts';
import { focusNow } from '../keyboard/focus-now.ts';

export function Dialogs() {
  const { notices } = useApp();
  const dialog = useNotices((state) => state.dialog);
  const primary = useRef<HTMLButtonElement>(null);
  const input = useRef<HTMLInputElement>(null);
  return (
    <Base.Root
      open={dialog !== null}
      onOpenChange={(open) => {
        if (!open) notices.getState().answer('cancel');
      }}
    >
      <Base.Portal>
        <Base.Backdrop className="dialog-backdrop" />
        <Base.Popup
          className="dialog"
          initialFocus={() => focusNow(input.current ?? primary.current)}
          role="alertdialog"
        >
          {dialog && <DialogBody key={dialog.title} dialog={dialog} primary={primary} input={input} />}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

interface DialogBodyProps {
  readonly dialog: Dialog;
  readonly primary: RefObject<HTMLButtonElement | null>;
  readonly input: RefObject<HTMLInputElement | null>;
}

function DialogBody({ dialog, primary, input }: DialogBodyProps) {
  const { notices } = useApp();
  const [text, setText] = useState(dialog.input?.initial ?? '');
  const agreed = dialog.buttons.find((button) => button.kind === 'primary') ?? dialog.buttons.at(-1)!;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        notices.getState().answer(agreed.id, text);
      }}
    >
      <Base.Title className="dialog-title">{dialog.title}</Base.Title>
      <Base.Description className="dialog-message">{dialog.message}</Base.Description>
      {dialog.detail && <pre className="dialog-detail">{dialog.detail}</pre>}
      {dialog.input && (
        <label className="dialog-input">
          {dialog.input.label}
          <input
            ref={input}
            className="field"
            value={text}
            onChange={(event) => setText(event.target.value)}
            onFocus={(event) => event.target.select()}
          />
        </label>
      )}
      <div className="dialog-buttons">
        {dialog.buttons.map((button) => (
          <button
            key={button.id}
            ref={button === agreed ? primary : undefined}
            type={button === agreed ? 'submit' : 'button'}
            className={`button ${button.kind ?? ''}`}
            onClick={button === agreed ? undefined : () => notices.getState().answer(button.id, text)}
          >
            {button.label}
          </button>
        ))}
      </div>
    </form>
  );
}
