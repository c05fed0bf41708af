/** A small picture of a document: its main module's nodes and wires where they stand. */
import { isInstance, type GraphModule, type GraphNode, type PatchbayDocument } from '../../graph/schema.ts';

/** A node without a size of its own is drawn like this, in document coordinates. */
const NODE_SIZE = [196, 120] as const;
const MARGIN = 60;

export function GraphPicture({ document }: { readonly document: PatchbayDocument }) {
  const module = document.modules.find(({ name }) => name === document.main);
  if (!module || module.nodes.length === 0) return <svg className="picture" aria-hidden="true" />;
  const boxes = new Map(module.nodes.map((node) => [node.id, boxOf(node)]));
  return (
    <svg className="picture" viewBox={viewBox([...boxes.values()])} aria-hidden="true">
      <Wires module={module} boxes={boxes} />
      {module.nodes.map((node) => {
        const { x, y, width, height } = boxes.get(node.id)!;
        const colour = isInstance(node) ? 'var(--attention)' : 'var(--tensor)';
        return (
          <g key={node.id}>
            <rect x={x} y={y} width={width} height={height} rx={12} />
            <rect x={x + 16} y={y + 16} width={16} height={16} rx={5} style={{ fill: colour, stroke: 'none' }} />
            <rect x={x + 44} y={y + 19} width={80} height={10} rx={5} style={{ fill: 'var(--line)', stroke: 'none' }} />
          </g>
        );
      })}
    </svg>
  );
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function Wires({ module, boxes }: { readonly module: GraphModule; readonly boxes: ReadonlyMap<string, Box> }) {
  return module.edges.map((edge) => {
    const from = boxes.get(edge.from[0]);
    const to = boxes.get(edge.to[0]);
    if (!from || !to) return null;
    const start = { x: from.x + from.width, y: from.y + from.height / 2 };
    const end = { x: to.x, y: to.y + to.height / 2 };
    const reach = Math.max(40, (end.x - start.x) / 2);
    return (
      <path
        key={`${edge.to[0]}.${edge.to[1]}`}
        style={{ stroke: 'var(--tensor)' }}
        d={`M${start.x} ${start.y}C${start.x + reach} ${start.y} ${end.x - reach} ${end.y} ${end.x} ${end.y}`}
      />
    );
  });
}

function boxOf({ position: [x, y], size }: GraphNode): Box {
  const [width, height] = size ?? NODE_SIZE;
  return { x, y, width, height };
}

function viewBox(boxes: readonly Box[]): string {
  const left = Math.min(...boxes.map(({ x }) => x)) - MARGIN;
  const top = Math.min(...boxes.map(({ y }) => y)) - MARGIN;
  const right = Math.max(...boxes.map(({ x, width }) => x + width)) + MARGIN;
  const bottom = Math.max(...boxes.map(({ y, height }) => y + height)) + MARGIN;
  return `${left} ${top} ${right - left} ${bottom - top}`;
}
