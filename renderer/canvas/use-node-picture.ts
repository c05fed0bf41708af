/** The picture that a node's preview is drawn over, decoded. */
import { useMemo } from 'react';
import type { Picture } from '../previews/painter.ts';
import type { PictureCache } from '../previews/pictures.ts';
import type { PreviewPlan } from '../previews/plan.ts';
import { usePicture } from '../previews/use-picture.ts';
import type { LookAt } from '../stores/view.ts';
import { splitImages } from './images.ts';
import type { NodeView } from './node-view.ts';
import { usePictureBehind, type PortId } from './use-facts.ts';

/** Null where no picture is behind the value, or where the preview shows none. */
export function useNodePicture(
  pictures: PictureCache,
  view: NodeView,
  port: PortId,
  plan: PreviewPlan | null,
  lookAt: LookAt | undefined,
): Picture | null {
  const wantsPicture =
    view.type === 'image_input' || plan?.scene.kind === 'patches' || plan?.scene.kind === 'attention';
  const source = usePictureBehind(view, wantsPicture ? port : null);
  const item = lookAt?.index?.[0] ?? 0;
  const wanted = useMemo(() => {
    const ids = splitImages(source?.images ?? '');
    // Where the batch has more places than there are pictures, they repeat in turn.
    const assetId = ids[item % Math.max(1, ids.length)];
    return source && assetId !== undefined ? { assetId, fit: source.fit, aspect: source.aspect } : null;
  }, [source, item]);
  return usePicture(pictures, wanted);
}
