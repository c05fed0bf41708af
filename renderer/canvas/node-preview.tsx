/** The preview of a node: one canvas, its legend and moments; a patch of attention is chosen on it. */
import { memo, useMemo, useRef, type KeyboardEvent, type PointerEvent } from 'react';
import { useApp } from '../app-context.ts';
import { nodeCaption } from '../previews/caption.ts';
import { speakDims } from '../previews/format.ts';
import { NodeCaption } from '../previews/node-caption.tsx';
import { planPreview, type PreviewPlan } from '../previews/plan.ts';
import { usePreviewView } from '../previews/use-preview-view.ts';
import { ViewCard } from '../views/view-card.tsx';
import { useCanvas } from './canvas-context.ts';
import { useCard } from './card-context.ts';
import { GenerationCard } from './generation-card.tsx';
import { ImageName, ImageSource } from './image-source.tsx';
import type { NodeView } from './node-view.ts';
import { useLookAt, usePortType, useValuePath, type PortId } from './use-facts.ts';
import { TextCard } from './text-card.tsx';
import { useNodePicture } from './use-node-picture.ts';

interface NodePreviewProps {
  readonly view: NodeView;
  readonly port: PortId;
}

/** A view node's own way of showing its inputs, a text that is written there, or the preview of a value. */
export const NodePreview = memo(function NodePreview({ view, port }: NodePreviewProps) {
  if (view.shows !== null) return <ViewCard view={view} />;
  if (view.preview === 'text') return <TextCard view={view} />;
  if (view.preview === 'generation') return <GenerationCard view={view} />;
  return <ValuePreview view={view} port={port} />;
});

function ValuePreview({ view, port }: NodePreviewProps) {
  const { pictures, palette, density } = useCanvas();
  const { pictureId } = useCard();
  const { view: looking } = useApp();
  const type = usePortType(view, port);
  const path = useValuePath(view, port);
  const { key: lookKey, lookAt } = useLookAt(view, port);
  const kind = view.preview ?? 'heatmap';
  const plan = useMemo(() => (type ? planPreview(kind, type, lookAt) : null), [kind, type, lookAt]);

  const picture = useNodePicture(pictures, view, port, plan, lookAt);

  const canvas = useRef<HTMLCanvasElement>(null);
  const tip = useRef<HTMLOutputElement>(null);
  const caption = useRef<HTMLDivElement>(null);

  const subject = useMemo(() => {
    if (!type || !plan || path === undefined) return null;
    return { path, plan, type, palette, picture, what: `${view.name} ${port.name}, ${speakDims(type.dims)}` };
  }, [view.name, port.name, path, plan, type, palette, picture]);
  const controller = usePreviewView({ canvas, tip, caption, captionOf: nodeCaption, density }, subject);

  const box = view.geometry.preview;
  if (!box) return null;
  const place = (event: PointerEvent<HTMLElement>) => {
    const bounds = event.currentTarget.getBoundingClientRect();
    return { x: (event.clientX - bounds.left) / bounds.width, y: (event.clientY - bounds.top) / bounds.height };
  };
  const { x, y, width, height } = box;
  return (
    <>
      <div
        className="preview"
        style={{ left: x, top: y, width, height }}
        onPointerMove={(event) => controller.current?.point(place(event))}
        onPointerLeave={() => controller.current?.point(null)}
        onDoubleClick={(event) => {
          // What a double click on a module opens is the module.
          if (view.kind !== 'leaf') return;
          event.stopPropagation();
          const { openPath, setLargePreview } = looking.getState();
          setLargePreview({ around: openPath, nodeId: view.id });
        }}
      >
        <canvas ref={canvas} id={pictureId} role="img" aria-label="No value." />
        {view.type === 'image_input' && <ImageSource view={view} picture={picture} />}
        {plan && type && plan.scene.kind === 'attention' && (
          <PatchPicker
            name={view.name}
            plan={plan}
            lookKey={lookKey}
            patchAt={(at) => controller.current?.patchAt(at) ?? null}
          />
        )}
        <output ref={tip} className="value-tip" hidden />
      </div>
      <NodeCaption root={caption} between={view.type === 'image_input' ? <ImageName view={view} /> : undefined} />
    </>
  );
}

interface PatchPickerProps {
  readonly name: string;
  readonly plan: PreviewPlan;
  readonly lookKey: string;
  readonly patchAt: (place: { readonly x: number; readonly y: number }) => number | null;
}

/** Covers the preview of attention: a click or the arrow keys choose the patch that looks. */
function PatchPicker({ name, plan, lookKey, patchAt }: PatchPickerProps) {
  const { view } = useApp();
  const { tabIndex } = useCard();
  const { scene } = plan;
  if (scene.kind !== 'attention') return null;
  const { side, patch } = scene;
  const choose = (next: number) => {
    const { lookAt, setLookAt } = view.getState();
    setLookAt(lookKey, { ...lookAt[lookKey], patch: next });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const [row, column] = [Math.floor(patch / side), patch % side];
    const next = {
      ArrowLeft: column > 0 ? patch - 1 : patch,
      ArrowRight: column < side - 1 ? patch + 1 : patch,
      ArrowUp: row > 0 ? patch - side : patch,
      ArrowDown: row < side - 1 ? patch + side : patch,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    choose(next);
  };
  return (
    <button
      type="button"
      className="patch-picker nodrag"
      tabIndex={tabIndex}
      aria-label={`${name}: patch (${Math.floor(patch / side)}, ${patch % side}) looks; arrow keys choose another`}
      onKeyDown={onKeyDown}
      onClick={(event) => {
        // A press of Enter or Space has no place.
        if (event.detail === 0) return;
        const bounds = event.currentTarget.getBoundingClientRect();
        const at = { x: (event.clientX - bounds.left) / bounds.width, y: (event.clientY - bounds.top) / bounds.height };
        const next = patchAt(at);
        if (next !== null) choose(next);
      }}
    />
  );
}
