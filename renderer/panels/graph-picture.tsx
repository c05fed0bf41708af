/** A small picture of a document, from its sketch: frames, nodes and wires where they stand, in the colours of what flows. */
import { memo } from 'react';
import { flowOfNumber, type GraphSketch } from '../stores/graph-sketch.ts';

const MARGIN = 50;
/** Of a picture that has more height than width to fill. */
const LEAST_SIZE = [700, 400] as const;

/** Null while it is made. */
export const GraphPicture = memo(function GraphPicture({ sketch }: { readonly sketch: GraphSketch | null }) {
  if (!sketch) return <svg className="picture" aria-hidden="true" />;
  const { frames, nodes, wires } = sketch;
  return (
    <svg className="picture" viewBox={viewBoxOf([...nodes, ...frames])} aria-hidden="true">
      {frames.map(([x, y, width, height]) => (
        <rect key={`${x} ${y}`} className="picture-frame" x={x} y={y} width={width} height={height} rx={20} />
      ))}
      {wires.map(([from, to, flow], index) => (
        // A sketch does not change.
        // oxlint-disable-next-line react/no-array-index-key
        <path key={index} d={curveBetween(nodes[from], nodes[to])} style={{ stroke: `var(--${flowOfNumber(flow)})` }} />
      ))}
      {nodes.map(([x, y, width, height, flow], index) => (
        // oxlint-disable-next-line react/no-array-index-key
        <g key={index}>
          <rect className="picture-node" x={x} y={y} width={width} height={height} rx={16} />
          <rect
            className="picture-dot"
            x={x + 20}
            y={y + 20}
            width={24}
            height={24}
            rx={7}
            style={{ fill: `var(--${flowOfNumber(flow)})` }}
          />
          <rect className="picture-bar" x={x + 58} y={y + 26} width={width * 0.45} height={12} rx={6} />
        </g>
      ))}
      {nodes.length === 0 && <path className="picture-plus" d="M350 160v80M310 200h80" />}
    </svg>
  );
});

type Corner = readonly [x: number, y: number, width: number, height: number, ...rest: unknown[]];

/** Nothing where a sketch names a node that it has not. */
function curveBetween(from: Corner | undefined, to: Corner | undefined): string {
  if (!from || !to) return '';
  const [x1, y1, x2, y2] = [from[0] + from[2], from[1] + from[3] / 2, to[0], to[1] + to[3] / 2];
  const reach = Math.max(40, (x2 - x1) / 2);
  return `M${x1} ${y1}C${x1 + reach} ${y1} ${x2 - reach} ${y2} ${x2} ${y2}`;
}

function viewBoxOf(boxes: readonly Corner[]): string {
  if (boxes.length === 0) return `0 0 ${LEAST_SIZE.join(' ')}`;
  const left = Math.min(...boxes.map(([x]) => x)) - MARGIN;
  const top = Math.min(...boxes.map(([, y]) => y)) - MARGIN;
  const width = Math.max(...boxes.map(([x, , width]) => x + width)) + MARGIN - left;
  const height = Math.max(...boxes.map(([, y, , height]) => y + height)) + MARGIN - top;
  const [leastWidth, leastHeight] = LEAST_SIZE;
  const [roomX, roomY] = [Math.max(0, leastWidth - width), Math.max(0, leastHeight - height)];
  return `${left - roomX / 2} ${top - roomY / 2} ${width + roomX} ${height + roomY}`;
}
