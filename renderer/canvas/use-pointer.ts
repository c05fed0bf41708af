/** Where the pointer is over the canvas. Listens itself: React would make an event of its own of each movement. */
import { useEffect, useRef, type RefObject } from 'react';
import type { Point } from './geometry.ts';

/** @returns its place in CSS pixels of the window; null while it is elsewhere. */
export function usePointer(container: RefObject<HTMLElement | null>): RefObject<Point | null> {
  const pointer = useRef<Point | null>(null);
  useEffect(() => {
    const element = container.current!;
    const stop = new AbortController();
    const options = { passive: true, signal: stop.signal };
    const moved = ({ clientX: x, clientY: y }: PointerEvent): void => {
      pointer.current = { x, y };
    };
    const left = (): void => {
      pointer.current = null;
    };
    element.addEventListener('pointermove', moved, options);
    element.addEventListener('pointerleave', left, options);
    return () => stop.abort();
  }, [container]);
  return pointer;
}
