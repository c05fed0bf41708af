/** Wheel and touchpad over the canvas, in the place of React Flow's own reading, for which every wheel is a zoom. */
import { useStoreApi } from '@xyflow/react';
import { useEffect, type RefObject } from 'react';
import { MAX_ZOOM, MIN_ZOOM } from './use-viewport.ts';
import { WheelReader } from './wheel.ts';

/** What scrolls itself keeps its wheel; a pinch zooms the canvas over it too, for else the browser would zoom the page. */
const SCROLLS = '.nowheel';

export function useWheel(container: RefObject<HTMLElement | null>): void {
  const store = useStoreApi();
  useEffect(() => {
    const element = container.current!;
    const reader = new WheelReader();
    const onWheel = (event: WheelEvent): void => {
      const { target } = event;
      if (!(target instanceof Element) || !target.closest('.react-flow')) return;
      if (target.closest(SCROLLS) && !event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      event.stopPropagation();
      const { transform, panBy, panZoom } = store.getState();
      const act = reader.read(event);
      if (act.kind === 'pan') {
        void panBy(act.by);
        return;
      }
      const [x, y, zoom] = transform;
      const next = Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, zoom * act.factor));
      const { left, top } = element.getBoundingClientRect();
      const [pointerX, pointerY] = [event.clientX - left, event.clientY - top];
      const grown = next / zoom;
      void panZoom?.setViewport({
        x: pointerX - (pointerX - x) * grown,
        y: pointerY - (pointerY - y) * grown,
        zoom: next,
      });
    };
    // A listener of React's could not keep the page from scrolling or zooming.
    element.addEventListener('wheel', onWheel, { capture: true, passive: false });
    return () => element.removeEventListener('wheel', onWheel, { capture: true });
  }, [container, store]);
}
