/** A view that fills most of the window, with its looks, its legend and what can be saved of it. */
import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { useCallback, useRef, useState } from 'react';
import { NODES } from '../../nodes/registry.ts';
import { useApp, useDocument, useView } from '../app-context.ts';
import { useCanvas } from '../canvas/canvas-context.ts';
import { useOpenModule } from '../canvas/use-facts.ts';
import { exportView, type ViewFormat } from './export.ts';
import { viewNodeOf, type ViewNode } from './subject.ts';
import { useScreenDensity } from '../previews/density.ts';
import { viewCaption } from './view-caption.ts';
import { ViewCanvas } from './view-canvas.tsx';
import { ViewCaption } from './view-card.tsx';
import type { ViewElements } from './view-controller.ts';
import { ViewLooks } from './view-looks.tsx';
import { focusNow } from '../keyboard/focus-now.ts';

const FORMATS: readonly (readonly [ViewFormat, string])[] = [
  ['png', 'Save PNG'],
  ['npy', 'Save .npy'],
  ['csv', 'Save CSV'],
];

export function LargeView() {
  const app = useApp();
  const enlarged = useView((state) => state.enlarged);
  const module = useOpenModule();
  const node = useDocument(({ document }) =>
    document.modules.find(({ name }) => name === module)?.nodes.find(({ id }) => id === enlarged),
  );
  const view = node ? viewNodeOf(node) : null;
  // While the dialog closes, it still shows what it was of.
  const [shown, setShown] = useState(view);
  if (view !== null && (view.id !== shown?.id || view.name !== shown.name)) setShown(view);
  const popup = useRef<HTMLDivElement>(null);
  // The arrow keys read values at once.
  const firstFocus = () => popup.current?.querySelector<HTMLElement>('.view-cursor') ?? null;
  return (
    <Dialog.Root open={view !== null} onOpenChange={(open) => !open && app.view.getState().enlarge(null)}>
      <Dialog.Portal>
        <Dialog.Backdrop className="dialog-backdrop" />
        <Dialog.Popup ref={popup} className="dialog large-view" initialFocus={() => focusNow(firstFocus())}>
          {shown && <Content key={shown.id} node={shown} />}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Content({ node }: { readonly node: ViewNode }) {
  const app = useApp();
  const { palette, pictures } = useCanvas();
  const density = useScreenDensity();
  const title = [...NODES.values()].find(({ view }) => view === node.shows)?.title;
  const root = useRef<HTMLDivElement>(null);
  const caption = useCallback<ViewElements['caption']>((...painted) => viewCaption(root.current, ...painted), []);
  const save = (format: ViewFormat) => {
    const { tell } = app.notices.getState();
    exportView(app, node, format).then(tell, (error: unknown) => {
      tell(error instanceof Error ? error.message : String(error), 'error');
    });
  };
  return (
    <>
      <header>
        <Dialog.Title className="dialog-title">{node.name}</Dialog.Title>
        <span className="muted">{title}</span>
        <ViewLooks node={node} />
        <span className="spacer" />
        {FORMATS.map(([format, title]) => (
          <button key={format} type="button" className="button" onClick={() => save(format)}>
            {title}
          </button>
        ))}
        <Dialog.Close className="icon-button" aria-label="Close">
          <X size={16} aria-hidden="true" />
        </Dialog.Close>
      </header>
      <div className="preview view">
        <ViewCanvas node={node} palette={palette} density={density} pictures={pictures} caption={caption} />
      </div>
      <div ref={root} className="caption">
        <ViewCaption />
      </div>
    </>
  );
}
