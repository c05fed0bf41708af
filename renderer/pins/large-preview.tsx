/** The preview of a value over most of the window, to be scrubbed by sliders that the keyboard is on at once. */
import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { useRef, useState } from 'react';
import { useApp, useView } from '../app-context.ts';
import type { PreviewRef } from '../stores/view.ts';
import { PreviewPane } from './preview-pane.tsx';
import { isPinned, togglePin } from './toggle-pin.ts';
import { usePreview, useScrub } from './use-preview.ts';
import { focusNow } from '../keyboard/focus-now.ts';

/** Codes along the longer side of a large picture. */
const LARGE_SIDE = 256;

export function LargePreview() {
  const app = useApp();
  const ref = useView((state) => state.largePreview);
  // While the dialog closes, it still shows what it was of.
  const [shown, setShown] = useState(ref);
  if (ref !== null && ref !== shown) setShown(ref);
  const popup = useRef<HTMLDivElement>(null);
  const firstFocus = () => popup.current?.querySelector<HTMLElement>('.view-cursor, .scrub input') ?? null;
  return (
    <Dialog.Root open={ref !== null} onOpenChange={(open) => !open && app.view.getState().setLargePreview(null)}>
      <Dialog.Portal>
        <Dialog.Backdrop className="dialog-backdrop" />
        <Dialog.Popup
          ref={popup}
          className="dialog large-view large-preview"
          initialFocus={() => focusNow(firstFocus())}
        >
          {shown && <Content preview={shown} />}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Content({ preview }: { readonly preview: PreviewRef }) {
  const app = useApp();
  const { resolved, ...pictures } = usePreview(preview, LARGE_SIDE);
  const scrub = useScrub(app.view.getState().setLargePreview);
  const pinned = useView((state) => isPinned(state.pins, preview));
  return (
    <>
      <header>
        <Dialog.Title className="dialog-title">{resolved?.nodePath ?? preview.nodeId}</Dialog.Title>
        <span className="muted">{resolved?.view.title}</span>
        <span className="spacer" />
        <button type="button" className="button" aria-pressed={pinned} onClick={() => togglePin(app, preview)}>
          {pinned ? 'Unpin' : 'Pin'}
        </button>
        <Dialog.Close className="icon-button" aria-label="Close">
          <X size={16} aria-hidden="true" />
        </Dialog.Close>
      </header>
      {resolved ? (
        <PreviewPane around={preview.around} resolved={resolved} {...pictures} onScrub={scrub} />
      ) : (
        <p className="muted">It is not in the graph now.</p>
      )}
    </>
  );
}
