/** What comes out: statistics with a histogram, one output at a time, and copies of it. */
import { Maximize2, Pin, Table2 } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { PortPath } from '../../graph/instance.ts';
import type { PortType } from '../../graph/signature.ts';
import { useApp } from '../app-context.ts';
import { VIEW_NODE_COMMANDS } from '../commands/view-node-commands.ts';
import type { NodeView, PortView } from '../canvas/node-view.ts';
import { useLookAt, usePortType, useShownInstance, useValuePath } from '../canvas/use-facts.ts';
import { useNodePicture } from '../canvas/use-node-picture.ts';
import { CommandButton } from '../panels/command-button.tsx';
import { tableCaption } from '../previews/caption.ts';
import { copyPicture, copyShape, copyValue, tellCopy } from '../previews/copy.ts';
import { speakDims } from '../previews/format.ts';
import { useScreenDensity } from '../previews/density.ts';
import { usePalette } from '../previews/palette.ts';
import { PictureCache } from '../previews/pictures.ts';
import { planPreview } from '../previews/plan.ts';
import { usePreviewView } from '../previews/use-preview-view.ts';
import { Fact, Facts, Section } from './section.tsx';

export function ValueSection({ view }: { readonly view: NodeView }) {
  const ports = view.outputs.length > 0 ? view.outputs : view.inputs.slice(0, 1);
  const [chosen, setChosen] = useState(0);
  const port = ports[Math.min(chosen, ports.length - 1)];
  const instance = useShownInstance(view);
  const type = usePortType(view, port ?? null);
  const path = useValuePath(view, port ?? null);
  if (!port || !type || path === undefined) return null;
  const layer = instance && /\.(\d+)$/.exec(instance.path)?.[1];
  return (
    <Section
      title={layer === undefined ? 'Output' : `Output · layer ${layer}`}
      action={
        <span className="preview-actions">
          <CommandButton id="view.read">
            <Table2 size={13} aria-hidden="true" />
          </CommandButton>
          <CommandButton id="view.enlarge">
            <Maximize2 size={13} aria-hidden="true" />
          </CommandButton>
          <CommandButton id="view.pin">
            <Pin size={13} aria-hidden="true" />
          </CommandButton>
        </span>
      }
    >
      {ports.length > 1 && (
        // Its tabs take the focus.
        // oxlint-disable-next-line jsx-a11y/interactive-supports-focus
        <div
          className="tabs"
          role="tablist"
          aria-label="Output"
          onKeyDown={(event) => {
            const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
            if (step === undefined) return;
            event.preventDefault();
            const next = (chosen + step + ports.length) % ports.length;
            setChosen(next);
            event.currentTarget.querySelectorAll<HTMLElement>('[role="tab"]')[next]?.focus();
          }}
        >
          {ports.map(({ name }, index) => (
            <button
              key={name}
              type="button"
              role="tab"
              aria-selected={index === chosen}
              // One stop of Tab; arrow keys go from one to the next.
              tabIndex={index === chosen ? 0 : -1}
              onClick={() => setChosen(index)}
            >
              {name}
            </button>
          ))}
        </div>
      )}
      {view.shows !== 'histogram' && (
        <Histogram what={`${view.name} ${port.name}, ${speakDims(type.dims)}`} path={path} type={type} />
      )}
      {view.shows === null ? <CopyButtons view={view} port={port} path={path} type={type} /> : <ViewButtons />}
    </Section>
  );
}

interface HistogramProps {
  readonly what: string;
  readonly path: PortPath;
  readonly type: PortType;
}

function Histogram({ what, path, type }: HistogramProps) {
  const palette = usePalette();
  const density = useScreenDensity();
  const canvas = useRef<HTMLCanvasElement>(null);
  const facts = useRef<HTMLDivElement>(null);
  const subject = useMemo(
    () => ({ path, plan: planPreview('statistics', type, undefined), type, palette, picture: null, what }),
    [path, type, palette, what],
  );
  usePreviewView({ canvas, caption: facts, captionOf: tableCaption, density }, subject);
  return (
    <div className="histogram" ref={facts}>
      <canvas ref={canvas} role="img" aria-label="No value." />
      <Facts>
        <Fact name="mean · std">
          <span className="mean" /> · <span className="deviation" />
        </Fact>
        <Fact name="min · max">
          <span className="minimum" /> · <span className="maximum" />
        </Fact>
        <Fact name="not finite">
          <span className="non-finite" />
        </Fact>
      </Facts>
    </div>
  );
}

/** What can be done with the view that is selected. */
function ViewButtons() {
  const { commands } = useApp();
  return (
    <div className="copies">
      {VIEW_NODE_COMMANDS.map(({ id, short, title }) => (
        <button key={id} type="button" className="button" title={title} onClick={() => commands.run(id)}>
          {short}
        </button>
      ))}
    </div>
  );
}

interface CopyButtonsProps {
  readonly view: NodeView;
  readonly port: PortView;
  readonly path: PortPath;
  readonly type: PortType;
}

function CopyButtons({ view, port, path, type }: CopyButtonsProps) {
  const app = useApp();
  const palette = usePalette();
  const pictures = useMemo(() => new PictureCache((...file) => app.platform.readAsset(...file)), [app]);
  useEffect(() => () => pictures.dispose(), [pictures]);
  const { lookAt } = useLookAt(view, port);
  const plan = useMemo(() => planPreview(view.preview ?? 'heatmap', type, lookAt), [view.preview, type, lookAt]);
  const picture = useNodePicture(pictures, view, port, plan, lookAt);
  return (
    <div className="copies">
      <span className="muted">Copy</span>
      <button type="button" className="button" onClick={() => tellCopy(app, copyShape(app, type))}>
        shape
      </button>
      <button type="button" className="button" onClick={() => tellCopy(app, copyValue(app, path, type))}>
        value
      </button>
      <button
        type="button"
        className="button"
        onClick={() => tellCopy(app, copyPicture(app, path, plan, palette, picture))}
      >
        picture
      </button>
    </div>
  );
}
