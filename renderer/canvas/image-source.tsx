/** On the preview of an image input: where a picture is dropped, pasted, or picked. */
import { ImagePlus } from 'lucide-react';
import { useDocument } from '../app-context.ts';
import type { Picture } from '../previews/painter.ts';
import { useCanvas } from './canvas-context.ts';
import type { NodeView } from './node-view.ts';

interface ImageSourceProps {
  readonly view: NodeView;
  readonly picture: Picture | null;
}

export function ImageSource({ view, picture }: ImageSourceProps) {
  const { actions } = useCanvas();
  const readOnly = useDocument((state) => state.readOnly);
  const pick = () => actions.pickImages(view.id);
  if (picture) {
    return (
      <button
        type="button"
        className="change-image nodrag nopan"
        aria-label={`Pick another picture for ${view.name}`}
        title="Pick another picture"
        disabled={readOnly}
        onClick={pick}
      >
        <ImagePlus size={14} aria-hidden="true" />
      </button>
    );
  }
  return (
    <button type="button" className="pick-image nodrag nopan" disabled={readOnly} onClick={pick}>
      <ImagePlus size={18} aria-hidden="true" />
      <span>Drop or paste a picture, or pick one</span>
    </button>
  );
}
