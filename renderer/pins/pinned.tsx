/** The pinned previews, in a row under the canvas: they stay whatever is selected or opened. */
import { Maximize2, PinOff } from 'lucide-react';
import { useMemo } from 'react';
import { useApp, useView } from '../app-context.ts';
import { goToInstance } from '../commands/navigate.ts';
import { Tooltip } from '../panels/tooltip.tsx';
import type { PreviewRef } from '../stores/view.ts';
import { PreviewPane } from './preview-pane.tsx';
import { usePreview, useScrub } from './use-preview.ts';

export function PinnedPreviews() {
  const pins = useView((state) => state.pins);
  if (pins.length === 0) return null;
  return (
    <section className="pins" aria-label="Pinned previews">
      {pins.map((ref, index) => (
        // The same node may be pinned in several layers, and changes its layer where it stands.
        // oxlint-disable-next-line react/no-array-index-key
        <Pin key={`${ref.nodeId} ${index}`} pin={ref} index={index} />
      ))}
    </section>
  );
}

function Pin({ pin, index }: { readonly pin: PreviewRef; readonly index: number }) {
  const app = useApp();
  const { resolved, ...pictures } = usePreview(pin);
  const onRef = useMemo(
    () => (ref: PreviewRef) => {
      const { pins, setPins } = app.view.getState();
      setPins(pins.with(index, ref));
    },
    [app, index],
  );
  const scrub = useScrub(onRef);
  const unpin = () => {
    const { pins, setPins } = app.view.getState();
    setPins(pins.toSpliced(index, 1));
  };
  const name = resolved?.view.name ?? pin.nodeId;
  return (
    <article className="pin" aria-label={`Preview of ${resolved?.nodePath ?? name}`}>
      <header>
        {resolved ? (
          <button
            type="button"
            className="link"
            title={`Go to ${resolved.nodePath}`}
            onClick={() => goToInstance(app, resolved.nodePath)}
          >
            {resolved.nodePath}
          </button>
        ) : (
          <span>{name}</span>
        )}
        <Tooltip text="Show large">
          <button
            type="button"
            className="icon-button"
            aria-label={`Show ${name} large`}
            onClick={() => app.view.getState().setLargePreview(pin)}
          >
            <Maximize2 size={13} aria-hidden="true" />
          </button>
        </Tooltip>
        <Tooltip text="Unpin">
          <button type="button" className="icon-button" aria-label={`Unpin ${name}`} onClick={unpin}>
            <PinOff size={13} aria-hidden="true" />
          </button>
        </Tooltip>
      </header>
      {resolved ? (
        <PreviewPane around={pin.around} resolved={resolved} {...pictures} onScrub={scrub} />
      ) : (
        <p className="muted">It is not in the graph now.</p>
      )}
    </article>
  );
}
