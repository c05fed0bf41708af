/** The open module as a graph that can be edited: React Flow draws it, the document store owns it. */
import { ReactFlowProvider } from '@xyflow/react';
import { Flow } from './flow.tsx';

export function Canvas() {
  return (
    <ReactFlowProvider>
      <Flow />
    </ReactFlowProvider>
  );
}
