/** On the preview of an image input: where a picture is dropped, pasted, or picked. */
import { ImagePlus } from 'lucide-react';
import { useDocument } from '../app-context.ts';
import type { Picture } from '../previews/painter.ts';
import { useReadOnlyReason } from '../panels/read-only.tsx';
import { useCard } from './card-context.ts';
import { useCanvas } from './canvas-context.ts';
import { splitImages } from './images.ts';
import type { NodeView } from './node-view.ts';
import { useShownInstance } from './use-facts.ts';

interface ImageSourceProps {
  readonly view: NodeView;
  readonly picture: Picture | null;
}

export function ImageSource({ view, picture }: ImageSourceProps) {
  const { actions } = useCanvas();
  const { tabIndex } = useCard();
  const readOnly = useReadOnlyReason();
  const pick = () => actions.pickImages(view.id);
  if (picture) {
    return (
      <button
        type="button"
        className="change-image nodrag nopan"
        tabIndex={tabIndex}
        aria-label={`Pick another picture for ${view.name}`}
        title={readOnly ?? 'Pick another picture'}
        disabled={readOnly !== undefined}
        onClick={pick}
      >
        <ImagePlus size={14} aria-hidden="true" />
      </button>
    );
  }
  return (
    <button
      type="button"
      className="pick-image nodrag nopan"
      tabIndex={tabIndex}
      title={readOnly}
      disabled={readOnly !== undefined}
      onClick={pick}
    >
      <ImagePlus size={18} aria-hidden="true" />
      <span>Drop or paste a picture, or pick one</span>
    </button>
  );
}

/** `street.jpg +1`: the first picture's name, and how many there are beside it. */
export function ImageName({ view }: { readonly view: NodeView }) {
  const images = useShownInstance(view)?.params['images']?.value;
  const ids = splitImages(typeof images === 'string' ? images : '');
  const name = useDocument(({ document }) => document.assets.find(({ id }) => id === ids[0])?.name);
  return (
    <span className="image-name" title={name}>
      {name}
      {ids.length > 1 && ` +${ids.length - 1}`}
    </span>
  );
}
