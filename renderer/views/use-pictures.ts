/** Decoded pictures of the document, as many as a view shows. */
import { useCallback, useEffect, useState } from 'react';
import { useApp, useDocument } from '../app-context.ts';
import type { Picture } from '../previews/painter.ts';
import type { PictureCache } from '../previews/pictures.ts';
import { fitted, type WantedPicture } from '../previews/use-picture.ts';

const NONE: readonly WantedPicture[] = [];

/** @returns What is decoded of them by now, and a setter of what is wanted. */
export function usePictures(pictures: PictureCache): {
  readonly pictureOf: (wanted: WantedPicture) => Picture | null;
  readonly setWanted: (wanted: readonly WantedPicture[]) => void;
} {
  const app = useApp();
  const assets = useDocument(({ document }) => document.assets);
  const [wanted, setWanted] = useState(NONE);
  const [decoded, setDecoded] = useState<ReadonlyMap<string, ImageBitmap>>(new Map());
  useEffect(() => {
    let current = true;
    const ids = new Set(wanted.map(({ assetId }) => assetId));
    for (const asset of assets.filter(({ id }) => ids.has(id))) {
      void pictures.get(asset, app.document.getState().file).then((bitmap) => {
        if (!current || !bitmap) return;
        setDecoded((before) =>
          before.get(asset.sha256) === bitmap ? before : new Map([...before, [asset.sha256, bitmap]]),
        );
      });
    }
    return () => {
      current = false;
    };
  }, [app, assets, pictures, wanted]);
  const pictureOf = useCallback(
    ({ assetId, fit, aspect }: WantedPicture): Picture | null => {
      const hash = assets.find(({ id }) => id === assetId)?.sha256;
      const bitmap = hash === undefined ? undefined : decoded.get(hash);
      return bitmap ? { bitmap, ...fitted(bitmap, aspect, fit), aspect } : null;
    },
    [assets, decoded],
  );
  return { pictureOf, setWanted };
}
