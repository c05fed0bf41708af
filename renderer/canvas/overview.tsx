/**
 * A map of the whole at the lower right, while some of it is out of sight: a few paths, however many nodes there are.
 * Press or drag to look elsewhere.
 */
import { useReactFlow, useStoreApi, type ReactFlowState } from '@xyflow/react';
import { memo, useEffect, useLayoutEffect, useMemo, useRef, type PointerEvent } from 'react';
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
  const { setCenter } = useReactFlow();
  const flow = useStoreApi();
  const map = useRef<SVGSVGElement>(null);
  const outOfSight = useRef<SVGPathElement>(null);
  const inSight = useRef<SVGPathElement>(null);
  /** The map must not go while it is dragged on. */
  const looking = useRef(false);
  const whole = useRef<Box | null>(null);

  const paths = useMemo(() => groupPaths(nodes, module, problemsOf), [nodes, module, problemsOf]);
  const bounds = useMemo(() => boundsOf(nodes.map(boxOf)), [nodes]);
  const draw = useMemo(
    () =>
      ({ transform: [x, y, zoom], width, height }: ReactFlowState): void => {
        if (!map.current || !bounds) return;
        const view = { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom };
        const needless = width === 0 || (contains(view, bounds) && !looking.current);
        map.current.style.display = needless ? 'none' : '';
        if (needless) return;
        const shown = framed(boundsOf([bounds, view])!);
        whole.current = shown;
        map.current.setAttribute('viewBox', `${shown.x} ${shown.y} ${shown.width} ${shown.height}`);
        outOfSight.current!.setAttribute('d', rectangle(shown) + rectangle(view));
        inSight.current!.setAttribute('d', rectangle(view));
      },
    [bounds],
  );
  useLayoutEffect(() => draw(flow.getState()), [flow, draw]);
  // Moves with the view and is not rendered for it.
  useEffect(
    () =>
      flow.subscribe((state, before) => {
        const { transform, width, height } = state;
        if (transform !== before.transform || width !== before.width || height !== before.height) draw(state);
      }),
    [flow, draw],
  );
  if (!bounds) return null;
  const look = (event: PointerEvent): void => {
    if (!whole.current) return;
    const { left, top } = map.current!.getBoundingClientRect();
    const scale = whole.current.width / WIDTH;
    const at = {
      x: whole.current.x + (event.clientX - left) * scale,
      y: whole.current.y + (event.clientY - top) * scale,
    };
    void setCenter(at.x, at.y, { zoom: flow.getState().transform[2] });
  };
  return (
    <svg
      ref={map}
      className="overview"
      role="img"
      aria-label={`Map of the graph, ${nodes.length} cards`}
      width={WIDTH}
      height={HEIGHT}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        looking.current = true;
        look(event);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) look(event);
      }}
      onLostPointerCapture={() => {
        looking.current = false;
        draw(flow.getState());
      }}
    >
      {GROUPS.map((group) => (
        <path key={group} className={group} d={paths[group]} />
      ))}
      <path ref={outOfSight} className="out-of-sight" fillRule="evenodd" />
      <path ref={inSight} className="in-sight" />
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
