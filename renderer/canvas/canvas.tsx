/** The open module as a graph that can be edited: React Flow draws it, the document store owns it. */
import { ReactFlowProvider } from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import { Flow } from './flow.tsx';
import './canvas.css';
import './node.css';

export function Canvas() {
  return (
    <ReactFlowProvider>
      <Flow />
    </ReactFlowProvider>
  );
}
