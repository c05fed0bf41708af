/** How a screen reader calls the parts of the graph: a node, a port with what it is wired to, a wire. Pure. */
import type { Edge, GraphNode } from '../../graph/schema.ts';
import type { PortType } from '../../graph/signature.ts';
import { speakDims } from '../previews/format.ts';
import type { NodeView, PortView } from './node-view.ts';
import { portKey } from './canvas-store.ts';

/** What is known of a node besides its record. */
export interface NodeFacts {
  readonly shown: Pick<PortView, 'name'> | null;
  readonly type: PortType | undefined;
  readonly errors: readonly string[];
  readonly warning: string | undefined;
  /** Of a stack. */
  readonly layers: number | null;
  /** It is not called, by its own mode or another's. */
  readonly idle: boolean;
  /** Its value cannot be computed, for want of a picture or of weights. */
  readonly lacking: boolean;
}

/** `q_proj, Linear, output batch 1, patches 196, embed_dim 768`; what is wrong comes before shapes. */
export function nodeName(view: NodeView, facts: NodeFacts): string {
  const { shown, type, errors, warning, layers, idle, lacking } = facts;
  return [
    view.name,
    view.title,
    ...(layers === null ? [] : [layers === 1 ? '1 layer' : `${layers} layers`]),
    ...(view.mode === null ? (idle ? ['not called'] : []) : [view.mode === 'mute' ? 'muted' : 'bypassed']),
    ...(view.folded ? ['collapsed'] : []),
    ...errors.slice(0, 1).map((message) => `error: ${message}`),
    ...(errors.length > 1 ? [`and ${errors.length - 1} more`] : []),
    ...(warning === undefined ? [] : [`warning: ${warning}`]),
    ...(shown && type ? [`${shown.name} ${speakDims(type.dims)}`] : []),
    ...(shown && !type && errors.length === 0 && !idle ? ['waiting: its shape is not known yet'] : []),
    ...(lacking ? ['has no value'] : []),
  ].join(', ');
}

/** `Input query, batch 2, patches 196, embed_dim 768, from q_proj output`. */
export function portName(
  port: Pick<PortView, 'name' | 'side' | 'optional'>,
  type: PortType | undefined,
  ends: readonly string[],
  problem: string | undefined,
): string {
  const [side, word] = port.side === 'input' ? ['Input', 'from'] : ['Output', 'to'];
  return [
    `${side} ${port.name}`,
    ...(type ? [speakDims(type.dims)] : []),
    ...(ends.length > 0 ? [`${word} ${listed(ends)}`] : [port.optional ? 'optional, not wired' : 'not wired']),
    ...(problem === undefined ? [] : [`error: ${problem}`]),
  ].join(', ');
}

/** `Wire from q_proj output to query_heads input`. */
export function wireName(edge: Edge, source: Pick<NodeView, 'name'>, target: Pick<NodeView, 'name'>): string {
  return `Wire from ${source.name} ${edge.from[1]} to ${target.name} ${edge.to[1]}`;
}

/** More other ends than these are counted. */
const MOST_LISTED = 6;

function listed(ends: readonly string[]): string {
  if (ends.length > MOST_LISTED)
    return `${ends.slice(0, MOST_LISTED).join(', ')} and ${ends.length - MOST_LISTED} more`;
  return ends.length < 2 ? ends.join('') : `${ends.slice(0, -1).join(', ')} and ${ends.at(-1)}`;
}

/** `q_proj output`, of the other ends of the wires at each port, by `portKey`. */
export type WireEndNames = ReadonlyMap<string, readonly string[]>;

export type EndNames = (nodes: readonly Pick<GraphNode, 'id' | 'name'>[], edges: readonly Edge[]) => WireEndNames;

/** @returns A function that names the other ends of wires; asked again for the same wires and names, it knows. */
export function createEndNames(): EndNames {
  let known: { readonly names: string; readonly edges: readonly Edge[]; readonly ends: WireEndNames } | null = null;
  let asked: { readonly nodes: unknown; readonly edges: unknown } | null = null;
  return (nodes, edges) => {
    if (known && asked?.nodes === nodes && asked.edges === edges) return known.ends;
    asked = { nodes, edges };
    const names = nodes.map(({ id, name }) => `${id}\n${name}`).join('\n');
    if (known?.edges === edges && known.names === names) return known.ends;
    const nameOf = new Map(nodes.map(({ id, name }) => [id, name]));
    const ends = new Map<string, readonly string[]>();
    const add = (key: string, [id, port]: Edge['from']): void => {
      ends.set(key, [...(ends.get(key) ?? []), `${nameOf.get(id) ?? id} ${port}`]);
    };
    for (const { from, to } of edges) {
      add(portKey({ nodeId: from[0], side: 'output', port: from[1] }), to);
      add(portKey({ nodeId: to[0], side: 'input', port: to[1] }), from);
    }
    // Ports whose wires stayed keep their list, so that they do not render.
    for (const [key, others] of ends) {
      const before = known?.ends.get(key);
      if (before && before.length === others.length && before.every((name, index) => name === others[index]))
        ends.set(key, before);
    }
    known = { names, edges, ends };
    return ends;
  };
}
