/** A preview apart from the canvas, at any size: its picture, what lies under the pointer, its legend, and what to scrub. */
import { useCallback, useMemo, useRef, type PointerEvent } from 'react';
import { nodeCaption } from '../previews/caption.ts';
import { speakDims } from '../previews/format.ts';
import { useScreenDensity } from '../previews/density.ts';
import { NodeCaption } from '../previews/node-caption.tsx';
import { usePalette } from '../previews/palette.ts';
import type { Picture } from '../previews/painter.ts';
import type { PictureCache } from '../previews/pictures.ts';
import { usePreviewView } from '../previews/use-preview-view.ts';
import type { InstancePath } from '../../graph/instance.ts';
import { ViewCaption } from '../views/view-card.tsx';
import { viewCaption } from '../views/view-caption.ts';
import { ViewCanvas } from '../views/view-canvas.tsx';
import { ViewLooks } from '../views/view-looks.tsx';
import type { ViewElements } from '../views/view-controller.ts';
import type { Axis, ResolvedPreview, Scrub } from './preview-ref.ts';

interface PreviewPaneProps {
  readonly around: InstancePath;
  readonly resolved: ResolvedPreview;
  readonly pictures: PictureCache;
  readonly picture: Picture | null;
  readonly onScrub: (scrub: Scrub, from: ResolvedPreview) => void;
}

export function PreviewPane(props: PreviewPaneProps) {
  const { resolved, onScrub } = props;
  return (
    <>
      {resolved.view.shows === null ? <ValuePicture {...props} /> : <ViewPicture {...props} />}
      {resolved.axes.length > 0 && (
        <div className="scrubs">
          {resolved.axes.map((axis) => (
            <ScrubSlider
              key={axis.name}
              axis={axis}
              of={resolved.view.name}
              onChange={(value) => onScrub(axis.to(value), resolved)}
            />
          ))}
        </div>
      )}
    </>
  );
}

function ViewPicture({ around, resolved: { view }, pictures }: PreviewPaneProps) {
  const palette = usePalette();
  const density = useScreenDensity();
  const root = useRef<HTMLDivElement>(null);
  const caption = useCallback<ViewElements['caption']>((...painted) => viewCaption(root.current, ...painted), []);
  return (
    <>
      <div className="preview view">
        <ViewCanvas
          node={view}
          around={around}
          palette={palette}
          density={density}
          pictures={pictures}
          caption={caption}
        />
      </div>
      <div ref={root} className="caption">
        <ViewCaption />
      </div>
      <ViewLooks node={view} around={around} />
    </>
  );
}

function ValuePicture({ resolved, picture, onScrub }: PreviewPaneProps) {
  const palette = usePalette();
  const density = useScreenDensity();
  const canvas = useRef<HTMLCanvasElement>(null);
  const tip = useRef<HTMLOutputElement>(null);
  const caption = useRef<HTMLDivElement>(null);
  const { shown, nodePath } = resolved;
  const subject = useMemo(() => {
    if (!shown) return null;
    const { path, plan, type, port } = shown;
    return { path, plan, type, palette, picture, what: `${nodePath} ${port.name}, ${speakDims(type.dims)}` };
  }, [shown, nodePath, palette, picture]);
  const controller = usePreviewView({ canvas, tip, caption, captionOf: nodeCaption, density }, subject);
  const placeOf = (event: PointerEvent<HTMLElement>) => {
    const bounds = event.currentTarget.getBoundingClientRect();
    return { x: (event.clientX - bounds.left) / bounds.width, y: (event.clientY - bounds.top) / bounds.height };
  };
  const patches = resolved.axes.find(({ name }) => name === 'patch');
  return (
    <>
      <div
        className="preview"
        data-picks={patches !== undefined || undefined}
        onPointerMove={(event) => controller.current?.point(placeOf(event))}
        onPointerLeave={() => controller.current?.point(null)}
        onPointerDown={(event) => {
          // The slider of patches does the same by the keyboard.
          const patch = controller.current?.patchAt(placeOf(event)) ?? null;
          if (patches && patch !== null) onScrub(patches.to(patch), resolved);
        }}
      >
        <canvas ref={canvas} role="img" aria-label="No value." />
        <output ref={tip} className="value-tip" hidden />
      </div>
      <NodeCaption root={caption} />
    </>
  );
}

interface ScrubSliderProps {
  readonly axis: Axis;
  /** Name of the node. */
  readonly of: string;
  readonly onChange: (value: number) => void;
}

/** A slider: arrows by one, Page keys by tenths, Home and End; dragged or clicked by the pointer. */
function ScrubSlider({ axis: { name, count, value }, of, onChange }: ScrubSliderProps) {
  return (
    <label className="scrub">
      <span>{name}</span>
      <input
        type="range"
        min={0}
        max={count - 1}
        step={1}
        value={value}
        aria-label={`${of}: ${name}`}
        aria-valuetext={`${value} of ${count}`}
        onChange={(event) => onChange(Number(event.target.value))}
        // Arrows are the slider's, not the canvas's.
        onKeyDown={(event) => {
          if (event.key.startsWith('Arrow') || ['Home', 'End', 'PageUp', 'PageDown'].includes(event.key)) {
            event.stopPropagation();
          }
        }}
      />
      <output>
        {value}
        <small> / {count - 1}</small>
      </output>
    </label>
  );
}
