/** A view on its node: the canvas, and below it the legend and one line. */
import { useCallback, useRef } from 'react';
import type { NodeView } from '../canvas/node-view.ts';
import { useCanvas } from '../canvas/canvas-context.ts';
import { viewCaption } from './view-caption.ts';
import { ViewCanvas } from './view-canvas.tsx';
import type { ViewElements } from './view-controller.ts';

export function ViewCard({ view }: { readonly view: NodeView }) {
  const { palette, density, pictures } = useCanvas();
  const root = useRef<HTMLDivElement>(null);
  const caption = useCallback<ViewElements['caption']>((...painted) => viewCaption(root.current, ...painted), []);
  const box = view.geometry.preview;
  if (!box) return null;
  const { x, y, width, height } = box;
  return (
    <>
      <div className="preview view" style={{ left: x, top: y, width, height }}>
        <ViewCanvas node={view} palette={palette} density={density} pictures={pictures} caption={caption} />
      </div>
      <div ref={root} className="caption">
        <ViewCaption />
      </div>
    </>
  );
}

/** Elements that `viewCaption` writes to. */
export function ViewCaption() {
  return (
    <>
      <div className="legend">
        <span className="minimum" />
        <i className="gradient" />
        <span className="maximum" />
      </div>
      <div className="note" />
    </>
  );
}
