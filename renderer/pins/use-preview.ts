/** The preview behind a reference, followed through the stores, and what scrubbing does to them. */
import { useCallback, useEffect, useMemo } from 'react';
import { useApp, useDerived, useDocument, useView } from '../app-context.ts';
import { pictureBehind } from '../canvas/values.ts';
import { splitImages } from '../canvas/images.ts';
import type { Picture } from '../previews/painter.ts';
import { PictureCache } from '../previews/pictures.ts';
import { usePicture } from '../previews/use-picture.ts';
import type { PreviewRef } from '../stores/view.ts';
import { resolvePreview, sourceOfPreview, type ResolvedPreview, type Scrub } from './preview-ref.ts';

export interface UsedPreview {
  readonly resolved: ResolvedPreview | null;
  readonly pictures: PictureCache;
  readonly picture: Picture | null;
}

/** @param maxSide Of the picture that is asked for, where it is shown larger than on a card. */
export function usePreview(ref: PreviewRef, maxSide?: number): UsedPreview {
  const app = useApp();
  const document = useDocument((state) => state.document);
  const tree = useDerived((state) => state.tree);
  const inference = useDerived((state) => state.inference);
  const layerOf = useView((state) => state.layerOf);
  const lookAt = useView((state) => state.lookAt);
  const facts = useMemo(
    () => ({ document, tree, inference, layerOf, lookAt }),
    [document, tree, inference, layerOf, lookAt],
  );
  const resolved = useMemo(() => resolvePreview(facts, ref, maxSide), [facts, ref, maxSide]);
  const pictures = useMemo(() => new PictureCache((...file) => app.platform.readAsset(...file)), [app]);
  useEffect(() => () => pictures.dispose(), [pictures]);
  const wanted = useMemo(() => {
    const shown = resolved?.shown;
    const isOver = shown && (shown.plan.scene.kind === 'patches' || shown.plan.scene.kind === 'attention');
    if (!resolved || !shown || !(isOver || resolved.view.type === 'image_input')) return null;
    const source = sourceOfPreview(facts, ref, resolved);
    const params = source && pictureBehind(facts.tree, source)?.params;
    const ids = splitImages(String(params?.['images']?.value ?? ''));
    // Where the batch has more places than there are pictures, they repeat in turn.
    const assetId = ids[(shown.lookAt?.index?.[0] ?? 0) % Math.max(1, ids.length)];
    if (!params || assetId === undefined) return null;
    const aspect = Number(params['width']?.value) / Number(params['height']?.value);
    return { assetId, fit: String(params['fit']?.value), aspect };
  }, [facts, ref, resolved]);
  return { resolved, pictures, picture: usePicture(pictures, wanted) };
}

/** @param onRef The reference itself is another: the node in another layer. How it is looked at goes with it. */
export function useScrub(onRef: (ref: PreviewRef) => void): (scrub: Scrub, from: ResolvedPreview) => void {
  const app = useApp();
  return useCallback(
    (scrub, from) => {
      const { setLookAt, setLayer, lookAt } = app.view.getState();
      switch (scrub.kind) {
        case 'look':
          setLookAt(scrub.key, scrub.lookAt);
          return;
        case 'layer':
          setLayer(scrub.stack, scrub.layer);
          return;
        case 'ref': {
          const { layerOf } = app.view.getState();
          const { document, tree, inference } = { ...app.derived.getState(), ...app.document.getState() };
          const to = resolvePreview({ document, tree, inference, layerOf, lookAt }, scrub.ref);
          if (from.shown?.lookAt && to?.shown) setLookAt(to.shown.lookKey, from.shown.lookAt);
          onRef(scrub.ref);
          return;
        }
        default:
          scrub satisfies never;
      }
    },
    [app, onRef],
  );
}
