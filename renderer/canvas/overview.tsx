/**
 * A map of the whole at the lower right, while some of it is out of sight: a few paths, however many nodes there are.
 * Press or drag to look elsewhere.
 */
import { useReactFlow, useStore as useFlow } from '@xyflow/react';
import { memo, useMemo, useRef, useState, type PointerEvent } from 'react';
import { useDerived } from '../app-context.ts';
import { definitionKey, type DerivedState } from '../stores/derived.ts';
import type { FlowNode } from './flow-nodes.ts';
import { boundsOf, contains, type Box } from './geometry.ts';
import { markOf } from './marks.ts';
import { useOpenModule } from './use-facts.ts';

/** In CSS pixels. */
const WIDTH = 160;
const HEIGHT = 100;
/** Of the map's width and height, on each side. */
const MARGIN = 0.06;

type Group = 'frame' | 'node' | 'selected' | 'wrong';
const GROUPS: readonly Group[] = ['frame', 'node', 'selected', 'wrong'];

export const Overview = memo(function Overview({ nodes }: { readonly nodes: readonly FlowNode[] }) {
  const module = useOpenModule();
  const problemsOf = useDerived((state) => state.problemsOf);
  const [x, y, zoom] = useFlow((state) => state.transform);
  const width = useFlow((state) => state.width);
  const height = useFlow((state) => state.height);
  const { setCenter } = useReactFlow();
  const map = useRef<SVGSVGElement>(null);
  /** The map must not go while it is dragged on. */
  const [looking, setLooking] = useState(false);

  const paths = useMemo(() => groupPaths(nodes, module, problemsOf), [nodes, module, problemsOf]);
  const bounds = useMemo(() => boundsOf(nodes.map(boxOf)), [nodes]);
  if (!bounds || width === 0) return null;
  const view = { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom };
  if (contains(view, bounds) && !looking) return null;
  const whole = framed(boundsOf([bounds, view])!);
  const look = (event: PointerEvent): void => {
    const { left, top } = map.current!.getBoundingClientRect();
    const scale = whole.width / WIDTH;
    void setCenter(whole.x + (event.clientX - left) * scale, whole.y + (event.clientY - top) * scale, { zoom });
  };
  return (
    <svg
      ref={map}
      className="overview"
      role="img"
      aria-label={`Map of the graph, ${nodes.length} cards`}
      width={WIDTH}
      height={HEIGHT}
      viewBox={`${whole.x} ${whole.y} ${whole.width} ${whole.height}`}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        setLooking(true);
        look(event);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) look(event);
      }}
      onLostPointerCapture={() => setLooking(false)}
    >
      {GROUPS.map((group) => (
        <path key={group} className={group} d={paths[group]} />
      ))}
      <path className="out-of-sight" d={rectangle(whole) + rectangle(view)} fillRule="evenodd" />
      <path className="in-sight" d={rectangle(view)} />
    </svg>
  );
});

function groupPaths(
  nodes: readonly FlowNode[],
  module: string,
  problemsOf: DerivedState['problemsOf'],
): Readonly<Record<Group, string>> {
  const paths = { frame: '', node: '', selected: '', wrong: '' };
  const groupOf = (node: FlowNode): Group | null => {
    const kind = markOf(node.id)?.kind;
    if (kind === 'note' || kind === 'reroute') return null;
    if (kind === 'frame') return 'frame';
    const problems = problemsOf.get(definitionKey(module, node.id));
    if (problems?.some(({ severity }) => severity === 'error')) return 'wrong';
    return node.selected ? 'selected' : 'node';
  };
  for (const node of nodes) {
    const group = groupOf(node);
    if (group) paths[group] += rectangle(boxOf(node));
  }
  return paths;
}

function boxOf({ position, width = 0, height = 0 }: FlowNode): Box {
  return { ...position, width, height };
}

function rectangle({ x, y, width, height }: Box): string {
  return `M${x} ${y}h${width}v${height}h${-width}z`;
}

/** The box with a margin, in the proportions of the map. */
function framed({ x, y, width, height }: Box): Box {
  const scale = Math.max(width / WIDTH, height / HEIGHT) / (1 - 2 * MARGIN);
  const [w, h] = [WIDTH * scale, HEIGHT * scale];
  return { x: x - (w - width) / 2, y: y - (h - height) / 2, width: w, height: h };
}
