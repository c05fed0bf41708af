/** What the person waits for, how far it is, and a way out. */
import { Dialog as Base } from '@base-ui/react/dialog';
import { useState } from 'react';
import { useNotices } from '../app-context.ts';
import type { Work } from '../stores/notices.ts';

export function WorkDialog() {
  const work = useNotices((state) => state.work);
  // While it closes, it still shows what it was about.
  const [shown, setShown] = useState<Work | null>(work);
  if (work !== null && work !== shown) setShown(work);
  return (
    <Base.Root open={work !== null} onOpenChange={(open) => !open && work?.cancel()} disablePointerDismissal>
      <Base.Portal>
        <Base.Backdrop className="dialog-backdrop" />
        <Base.Popup className="dialog">
          <Base.Title className="dialog-title">{shown?.title}</Base.Title>
          <progress className="dialog-progress" max={1} value={shown?.progress ?? 0} aria-label={shown?.title} />
          <div className="dialog-buttons">
            <button type="button" className="button" onClick={() => work?.cancel()}>
              Cancel
            </button>
          </div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
