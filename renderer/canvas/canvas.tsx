/** The open module as a graph that can be edited: React Flow draws it, the document store owns it. */
import { ReactFlowProvider } from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import { Flow } from './flow.tsx';
// In the order of the cascade: later sheets say what earlier ones left open.
import './canvas.css';
import './decorations.css';
import './hand-marks.css';
import './controls.css';
import './node.css';
import './port.css';
import './preview.css';
import './problem-overlay.css';
import './node-state.css';
import './node-content.css';

export function Canvas() {
  return (
    <ReactFlowProvider>
      <Flow />
    </ReactFlowProvider>
  );
}
