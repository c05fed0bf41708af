/** React Flow as its documentation starts: default nodes and edges in its own state, as many as `?nodes=` asks for. */
import {
  addEdge,
  Background,
  ReactFlow,
  useEdgesState,
  useNodesState,
  type Connection,
  type Edge,
  type Node,
} from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import './page.css';
import { useCallback } from 'react';
import { createRoot } from 'react-dom/client';

const COLUMNS = 7;
const PITCH = { x: 266, y: 280 };

const query = new URLSearchParams(location.search);
const count = Number(query.get('nodes'));
const edgeCount = Number(query.get('edges'));

const initialNodes = Array.from({ length: count }, (_, index): Node => ({
  id: String(index),
  position: { x: (index % COLUMNS) * PITCH.x, y: Math.floor(index / COLUMNS) * PITCH.y },
  data: { label: `Node ${index}` },
}));
/** Each to the next; then to the next but one, and so on. */
const initialEdges = Array.from({ length: edgeCount }, (_, index): Edge => {
  const [source, step] = [index % count, 1 + Math.floor(index / count)];
  return { id: `e${index}`, source: String(source), target: String((source + step) % count) };
});

function Plain() {
  const [nodes, , onNodesChange] = useNodesState(initialNodes);
  const [edges, setEdges, onEdgesChange] = useEdgesState(initialEdges);
  const onConnect = useCallback((made: Connection) => setEdges((edges) => addEdge(made, edges)), [setEdges]);
  return (
    <ReactFlow
      nodes={nodes}
      edges={edges}
      onNodesChange={onNodesChange}
      onEdgesChange={onEdgesChange}
      onConnect={onConnect}
      minZoom={0.05}
      fitView
    >
      <Background />
    </ReactFlow>
  );
}

createRoot(document.getElementById('root')!).render(<Plain />);
