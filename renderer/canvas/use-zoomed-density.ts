/** The density of what is painted on the canvas: it follows the zoom without a render. */
import { useStoreApi } from '@xyflow/react';
import { useEffect, useState } from 'react';
import { ScreenDensity, ZoomedDensity, type Density } from '../previews/density.ts';

export function useZoomedDensity(): Density {
  const store = useStoreApi();
  const [density] = useState(() => new ZoomedDensity(new ScreenDensity(window)));
  useEffect(() => {
    density.setZoom(store.getState().transform[2]);
    return store.subscribe(({ transform }, before) => {
      if (transform[2] !== before.transform[2]) density.setZoom(transform[2]);
    });
  }, [density, store]);
  return density;
}
