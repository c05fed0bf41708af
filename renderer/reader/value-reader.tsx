/** The numbers of a value, one by one: a table that is walked by arrow keys, each number read with its place. */
import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import { useApp, useDocument, useView } from '../app-context.ts';
import { NODES } from '../../nodes/registry.ts';
import { viewOf, type NodeView } from '../canvas/node-view.ts';
import { useOpenModule, usePortType, useValuePath } from '../canvas/use-facts.ts';
import { speakDims } from '../previews/format.ts';
import { tableOf } from './cells.ts';
import { NumberTable } from './number-table.tsx';
import { focusNow } from '../keyboard/focus-now.ts';

export function ValueReader() {
  const app = useApp();
  const nodeId = useView((state) => state.reading);
  const module = useOpenModule();
  const modules = useDocument((state) => state.document.modules);
  const view = useMemo(() => {
    const around = modules.find(({ name }) => name === module);
    const node = around?.nodes.find(({ id }) => id === nodeId);
    const byName = new Map(modules.map((each) => [each.name, each]));
    return around && node ? viewOf(node, around, { definitions: NODES, modules: byName }) : null;
  }, [modules, module, nodeId]);
  // While the dialog closes, it still shows what it was of.
  const [shown, setShown] = useState(view);
  if (view !== null && view !== shown) setShown(view);
  const popup = useRef<HTMLDivElement>(null);
  const firstFocus = () => popup.current?.querySelector<HTMLElement>('[role="gridcell"][tabindex="0"]') ?? null;
  return (
    <Dialog.Root open={view !== null} onOpenChange={(open) => !open && app.view.getState().setReading(null)}>
      <Dialog.Portal>
        <Dialog.Backdrop className="dialog-backdrop" />
        <Dialog.Popup ref={popup} className="dialog value-reader" initialFocus={() => focusNow(firstFocus())}>
          {shown && <Content view={shown} />}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Content({ view }: { readonly view: NodeView }) {
  const ports = view.outputs.length > 0 ? view.outputs : view.inputs;
  const [chosen, setChosen] = useState(0);
  const port = ports[Math.min(chosen, ports.length - 1)] ?? null;
  const type = usePortType(view, port);
  const path = useValuePath(view, port);
  return (
    <>
      <header>
        <Dialog.Title className="dialog-title">
          {view.name} {port?.name}
        </Dialog.Title>
        <Dialog.Description className="muted">
          {type ? speakDims(type.dims) : 'Its shape is not known yet'}
        </Dialog.Description>
        <span className="spacer" />
        {ports.length > 1 && (
          <select
            className="field"
            aria-label="Port"
            value={chosen}
            onChange={(event) => setChosen(Number(event.target.value))}
          >
            {ports.map(({ name }, index) => (
              <option key={name} value={index}>
                {name}
              </option>
            ))}
          </select>
        )}
        <Dialog.Close className="icon-button" aria-label="Close">
          <X size={16} aria-hidden="true" />
        </Dialog.Close>
      </header>
      {type && path !== undefined && <NumberTable key={path} path={path} table={tableOf(type.dims)} />}
    </>
  );
}
