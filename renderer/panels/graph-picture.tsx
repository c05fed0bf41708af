/** A small picture of a document: its main module's frames, nodes and wires where they stand, in the colours of what flows. */
import { analyse } from '../../graph/analyse.ts';
import { portPath, type Inference } from '../../graph/instance.ts';
import type { Frame, GraphNode, PatchbayDocument } from '../../graph/schema.ts';
import type { Flow } from '../../graph/signature.ts';
import { NODES } from '../../nodes/registry.ts';

/** A node without a size of its own is drawn like this, in document coordinates. */
const NODE_SIZE = [196, 190] as const;
const MARGIN = 50;
/** Of a picture that has more height than width to fill. */
const LEAST_SIZE = [700, 400] as const;

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What the picture shows, so that shapes are inferred once and not at every render. */
export interface Picture {
  readonly viewBox: string;
  readonly frames: readonly Box[];
  readonly nodes: readonly (Box & { readonly id: string; readonly flow: Flow })[];
  readonly wires: readonly { readonly id: string; readonly flow: Flow; readonly curve: string }[];
}

export function pictureOf(document: PatchbayDocument): Picture {
  const module = document.modules.find(({ name }) => name === document.main);
  if (!module) return { viewBox: `0 0 ${LEAST_SIZE.join(' ')}`, frames: [], nodes: [], wires: [] };
  const { inference } = analyse(document, NODES);
  const boxes = new Map(module.nodes.map((node) => [node.id, boxOf(node)]));
  const frames = (module.frames ?? []).map(boxOf);
  return {
    viewBox: viewBoxOf([...boxes.values(), ...frames]),
    frames,
    nodes: module.nodes.map((node) => ({ ...boxes.get(node.id)!, id: node.id, flow: flowOf(node, inference) })),
    wires: module.edges.flatMap(({ from, to }) => {
      const [start, end] = [boxes.get(from[0]), boxes.get(to[0])];
      const source = module.nodes.find(({ id }) => id === from[0]);
      if (!start || !end || !source) return [];
      const id = `${from.join('.')} ${to.join('.')}`;
      return [{ id, flow: flowOf(source, inference, from[1]), curve: curveBetween(start, end) }];
    }),
  };
}

export function GraphPicture({ picture }: { readonly picture: Picture | null }) {
  if (!picture) return <svg className="picture" aria-hidden="true" />;
  const { viewBox, frames, nodes, wires } = picture;
  return (
    <svg className="picture" viewBox={viewBox} aria-hidden="true">
      {frames.map((frame) => (
        <rect key={`${frame.x} ${frame.y}`} className="picture-frame" {...frame} rx={20} />
      ))}
      {wires.map(({ id, flow, curve }) => (
        <path key={id} d={curve} style={{ stroke: `var(--${flow})` }} />
      ))}
      {nodes.map(({ id, flow, ...box }) => (
        <g key={id}>
          <rect className="picture-node" {...box} rx={16} />
          <rect
            className="picture-dot"
            x={box.x + 20}
            y={box.y + 20}
            width={24}
            height={24}
            rx={7}
            style={{ fill: `var(--${flow})` }}
          />
          <rect className="picture-bar" x={box.x + 58} y={box.y + 26} width={box.width * 0.45} height={12} rx={6} />
        </g>
      ))}
      {nodes.length === 0 && <path className="picture-plus" d="M350 160v80M310 200h80" />}
    </svg>
  );
}

/** What flows out of a node at a port, or at its first one; a port node shows what flows through it. */
function flowOf({ name }: GraphNode, { outputs, inputs }: Inference, port?: string): Flow {
  if (port !== undefined) return outputs.get(portPath(name, port))?.flow ?? outputs.get(name)?.flow ?? 'tensor';
  const prefix = `${name}.`;
  for (const ports of [outputs, inputs]) {
    for (const [path, { flow }] of ports) {
      if (path === name || (path.startsWith(prefix) && !path.includes('.', prefix.length))) return flow;
    }
  }
  return 'tensor';
}

function boxOf({ position: [x, y], size }: Pick<GraphNode | Frame, 'position' | 'size'>): Box {
  const [width, height] = size ?? NODE_SIZE;
  return { x, y, width, height };
}

function curveBetween(from: Box, to: Box): string {
  const [x1, y1, x2, y2] = [from.x + from.width, from.y + from.height / 2, to.x, to.y + to.height / 2];
  const reach = Math.max(40, (x2 - x1) / 2);
  return `M${x1} ${y1}C${x1 + reach} ${y1} ${x2 - reach} ${y2} ${x2} ${y2}`;
}

function viewBoxOf(boxes: readonly Box[]): string {
  if (boxes.length === 0) return `0 0 ${LEAST_SIZE.join(' ')}`;
  const left = Math.min(...boxes.map(({ x }) => x)) - MARGIN;
  const top = Math.min(...boxes.map(({ y }) => y)) - MARGIN;
  const width = Math.max(...boxes.map((box) => box.x + box.width)) + MARGIN - left;
  const height = Math.max(...boxes.map((box) => box.y + box.height)) + MARGIN - top;
  const [leastWidth, leastHeight] = LEAST_SIZE;
  const [roomX, roomY] = [Math.max(0, leastWidth - width), Math.max(0, leastHeight - height)];
  return `${left - roomX / 2} ${top - roomY / 2} ${width + roomX} ${height + roomY}`;
}
