/** A place on the canvas as CSS pixels of the window, following the viewport. */
import { useStore as useFlow } from '@xyflow/react';
import type { Point } from './geometry.ts';

export function useFlowPoint({ x, y }: Point): Point {
  const [left, top, zoom] = useFlow((state) => state.transform);
  const node = useFlow((state) => state.domNode);
  const bounds = node?.getBoundingClientRect();
  return { x: (bounds?.left ?? 0) + left + x * zoom, y: (bounds?.top ?? 0) + top + y * zoom };
}
