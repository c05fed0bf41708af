/** Large documents: rows of residual blocks on a grid, all of whose nodes compute and show a value. */
import type { Edge, GraphNode, PatchbayDocument } from '../../graph/schema.ts';

/** Canvas units from node to node: a window of 1920 × 1170 shows 7 × 5 of them as a document opens. */
const PITCH = { x: 266, y: 280 };
const COLUMNS = 40;

/** Each row is a source and blocks of norm, linear, GELU and sum; its tensors are `1, 16, width`. */
export function scene(count: number): PatchbayDocument {
  const nodes: GraphNode[] = [];
  const edges: Edge[] = [];
  const wire = (from: GraphNode, to: GraphNode, port: string): void => {
    edges.push({ from: [from.id, 'output'], to: [to.id, port] });
  };
  for (let index = 0; index < count; index++) {
    const [row, column] = [Math.floor(index / COLUMNS), index % COLUMNS];
    const node = nodeAt(row, column);
    const before = nodes.at(-1);
    nodes.push(node);
    if (column === 0 || !before) continue;
    if (node.type === 'add') {
      // Around the block: what came into its norm.
      wire(nodes[index - BLOCK.length]!, node, 'a');
      wire(before, node, 'b');
    } else wire(before, node, 'input');
  }
  return {
    format: 'patchbay',
    version: 1,
    seed: 0,
    main: 'Rows',
    presets: [],
    modules: [{ name: 'Rows', hyperparameters: [{ name: 'width', type: 'int', default: 32 }], nodes, edges }],
    assets: [],
  };
}

/** The id of the node in a row and column, both from 0. */
export function nodeId(row: number, column: number): string {
  return nodeAt(row, column).id;
}

const BLOCK = [
  { type: 'layer_norm', params: { normalized_shape: 'width' } },
  { type: 'linear', params: { in_features: 'width', out_features: 'width' } },
  { type: 'gelu', params: {} },
  { type: 'add', params: {} },
] as const;

function nodeAt(row: number, column: number): GraphNode {
  const { type, params } =
    column === 0
      ? { type: 'random_tensor', params: { shape: '1, 16, width', seed: row } }
      : BLOCK[(column - 1) % BLOCK.length]!;
  const id = `${type}_${row}_${column}`;
  return { id, name: id, type, params, position: [column * PITCH.x, row * PITCH.y] };
}
