/** The canvas of a view with the tip under the pointer: on a card and in the large view. */
import { useEffect, useRef, type PointerEvent } from 'react';
import type { InstancePath } from '../../graph/instance.ts';
import { useApp } from '../app-context.ts';
import { useCard } from '../canvas/card-context.ts';
import type { Density } from '../previews/density.ts';
import type { Palette } from '../previews/palette.ts';
import type { PictureCache } from '../previews/pictures.ts';
import { useTokenizers } from './use-tokenizers.ts';
import { useSubject } from './use-subject.ts';
import { usePictures } from './use-pictures.ts';
import { lookKey, sequenceOf, type ViewNode } from './subject.ts';
import { ViewController, type ViewElements } from './view-controller.ts';

interface ViewCanvasProps {
  readonly node: ViewNode;
  /** The module instance that the view stands in; absent: the one that is open. */
  readonly around?: InstancePath;
  readonly palette: Palette;
  readonly density: Density;
  readonly pictures: PictureCache;
  readonly caption: ViewElements['caption'];
}

/** Pointer and arrow keys read values; a click or Enter looks from there, where the view can. */
export function ViewCanvas({ node, around, palette, density, pictures, caption }: ViewCanvasProps) {
  const app = useApp();
  const { tabIndex, pictureId } = useCard();
  const subject = useSubject(node, around);
  const { pictureOf, setWanted } = usePictures(pictures);
  const canvas = useRef<HTMLCanvasElement>(null);
  const tip = useRef<HTMLOutputElement>(null);
  const controller = useRef<ViewController | null>(null);
  const latest = useRef({ subject, caption });
  useEffect(() => {
    latest.current = { subject, caption };
  });
  useEffect(() => {
    const made = new ViewController(
      {
        canvas: canvas.current!,
        tip: tip.current!,
        caption: (...painted) => latest.current.caption(...painted),
        onPictures: setWanted,
        onToken: (position) => {
          const { subject } = latest.current;
          const sequence = subject && sequenceOf(subject);
          app.view.getState().setBrush(sequence && position !== null ? { ...sequence, position } : null);
        },
        onChoose: (look) => app.view.getState().setLookAt(lookKey(latest.current.subject?.path ?? ''), look),
      },
      app.session,
      density,
    );
    controller.current = made;
    return () => {
      made.dispose();
      controller.current = null;
    };
  }, [app, density, setWanted]);
  const tokenizerOf = useTokenizers();
  useEffect(
    () => controller.current?.show(subject, { palette, pictureOf, tokenizerOf }),
    [subject, palette, pictureOf, tokenizerOf],
  );

  const placeOf = (event: PointerEvent<HTMLElement>) => {
    const bounds = event.currentTarget.getBoundingClientRect();
    return { x: (event.clientX - bounds.left) / bounds.width, y: (event.clientY - bounds.top) / bounds.height };
  };
  return (
    <>
      <canvas ref={canvas} id={pictureId} role="img" aria-label="No value." />
      <button
        type="button"
        className="view-cursor"
        tabIndex={tabIndex}
        aria-label={`${node.name}: arrow keys read its values`}
        onPointerMove={(event) => controller.current?.point(placeOf(event))}
        onPointerLeave={() => controller.current?.point(null)}
        onBlur={() => controller.current?.point(null)}
        onClick={() => controller.current?.choose()}
        onDoubleClick={(event) => {
          event.stopPropagation();
          if (around === undefined) app.view.getState().enlarge(node.id);
        }}
        onKeyDown={(event) => {
          if (event.ctrlKey || event.metaKey || event.altKey || !controller.current?.press(event.key)) return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      <output ref={tip} className="value-tip" hidden />
    </>
  );
}
