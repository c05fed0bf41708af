/** The dots of the grid. They follow the view without React, which would render with each frame of a pan or a zoom. */
import { useStoreApi, type ReactFlowState } from '@xyflow/react';
import { useId, useLayoutEffect, useRef } from 'react';

/** In canvas units. */
const GAP = 20;
const RADIUS = 0.5;

export function Dots() {
  const flow = useStoreApi();
  const id = useId();
  const pattern = useRef<SVGPatternElement>(null);
  const dot = useRef<SVGCircleElement>(null);
  useLayoutEffect(() => {
    const place = ({ transform: [x, y, zoom] }: Pick<ReactFlowState, 'transform'>): void => {
      const gap = GAP * zoom;
      set(pattern.current!, 'x', String(x % gap));
      set(pattern.current!, 'y', String(y % gap));
      for (const name of ['width', 'height']) set(pattern.current!, name, String(gap));
      // In the middle of its square, so that no edge cuts it.
      for (const name of ['cx', 'cy']) set(dot.current!, name, String(gap / 2));
      set(dot.current!, 'r', String(RADIUS * zoom));
    };
    place(flow.getState());
    return flow.subscribe((state, before) => {
      if (state.transform !== before.transform) place(state);
    });
  }, [flow]);
  return (
    <svg className="dots" aria-hidden="true">
      <pattern ref={pattern} id={id} patternUnits="userSpaceOnUse">
        <circle ref={dot} />
      </pattern>
      <rect width="100%" height="100%" fill={`url(#${id})`} />
    </svg>
  );
}

/** While one pans, most are as they were. */
function set(element: Element, name: string, value: string): void {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
