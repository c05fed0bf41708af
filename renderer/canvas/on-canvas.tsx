/** What is drawn on the canvas, in its units, beside nodes and wires. */
import { useStore as useFlow } from '@xyflow/react';
import { useMemo, type ReactNode } from 'react';
import { createPortal } from 'react-dom';

/** React Flow's own `ViewportPortal` looks for its place in the page again with each change of React Flow's store. */
export function OnCanvas({ children }: { readonly children: ReactNode }) {
  const flow = useFlow((state) => state.domNode);
  const place = useMemo(() => flow?.querySelector('.react-flow__viewport-portal'), [flow]);
  return place && createPortal(children, place);
}
