/** The decoded picture behind a value, and the part of it that the model is given. */
import { useEffect, useMemo, useState } from 'react';
import { useApp, useDocument } from '../app-context.ts';
import type { PictureCache } from './pictures.ts';
import { contain } from './paint.ts';
import type { Picture } from './painter.ts';

export interface WantedPicture {
  readonly assetId: string;
  /** How the image input fits it: `crop`, `stretch` or `contain`. */
  readonly fit: string;
  /** Width by height of what the model is given. */
  readonly aspect: number;
}

/** Null while it is decoded, where there is none, or where its file is missing. */
export function usePicture(pictures: PictureCache, wanted: WantedPicture | null): Picture | null {
  const app = useApp();
  const asset = useDocument(({ document }) => document.assets.find(({ id }) => id === wanted?.assetId));
  const [decoded, setDecoded] = useState<{ readonly sha256: string; readonly bitmap: ImageBitmap } | null>(null);
  useEffect(() => {
    if (!asset) return;
    let current = true;
    void pictures.get(asset, app.document.getState().file).then((bitmap) => {
      if (current && bitmap) setDecoded({ sha256: asset.sha256, bitmap });
    });
    return () => {
      current = false;
    };
  }, [app, asset, pictures]);
  const bitmap = asset && decoded?.sha256 === asset.sha256 ? decoded.bitmap : null;
  const { fit = 'crop', aspect = 1 } = wanted ?? {};
  return useMemo(() => bitmap && { bitmap, ...fitted(bitmap, aspect, fit), aspect }, [bitmap, aspect, fit]);
}

/** As an image input fits it: the middle of the wanted proportions, all of it stretched, or all of it between bars. */
export function fitted(
  { width, height }: { readonly width: number; readonly height: number },
  aspect: number,
  fit: string,
): Pick<Picture, 'crop' | 'place'> {
  const whole = { x: 0, y: 0, width, height };
  const frame = { x: 0, y: 0, width: 1, height: 1 };
  if (fit === 'crop') return { crop: contain(aspect, width, height), place: frame };
  if (fit === 'stretch') return { crop: whole, place: frame };
  // The frame is `aspect` by 1 here, so that the picture keeps its proportions in it.
  const inner = contain(width / height, aspect, 1);
  return { crop: whole, place: { ...inner, x: inner.x / aspect, width: inner.width / aspect } };
}
