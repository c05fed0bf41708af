/**
 * Repeated structure: runs of nodes that are equal up to their weights, each fed by the one before. They are found by
 * their length alone, in the order in which the file has its nodes, which for every exporter is that of the layers.
 */
import type { DraftNode, Ref } from './draft.ts';
import { tokensOf } from './sequence.ts';

/** Layers of one kind. */
export interface Stack {
  /** For each layer its nodes, in the same order. */
  readonly layers: readonly (readonly DraftNode[])[];
  /** What a layer takes from the one before; the first takes it from outside. */
  readonly carried: readonly { readonly local: number; readonly port: string; readonly first: Ref }[];
  /** What every layer takes from outside. */
  readonly shared: readonly Ref[];
  /** Whether nobody looks at what goes on between two layers: then it is one node, else one for each layer. */
  readonly closed: boolean;
}

/** A layer has at least so many nodes, of which one has weights. */
const LEAST_NODES = 4;
const LONGEST = 2000;
/** After which no more places are tried: a layer of a usual model takes some thousands. */
const MOST_STEPS = 30_000_000;

interface Run {
  readonly start: number;
  readonly period: number;
  readonly count: number;
  /** Places behind the start where a layer may begin as well. */
  readonly slack: number;
}

/** Stacks that have no node in common, the one that saves most first. */
export function findStacks(nodes: readonly DraftNode[], outputs: readonly Ref[]): readonly Stack[] {
  const tokens = tokensOf(nodes);
  const places = new Map(nodes.map((node, place) => [node, place]));
  const readers = readersOf(nodes, outputs);
  const budget = { left: MOST_STEPS };
  const taken = nodes.map(() => false);
  const stacks: Stack[] = [];
  const runs = runsOf(tokens).toSorted(
    (a, b) => (b.count - 1) * b.period - (a.count - 1) * a.period || a.period - b.period,
  );
  for (const run of runs) {
    if (budget.left < 0) break;
    const next = taken.indexOf(true, run.start);
    if (next !== -1 && next < run.start + run.count * run.period + run.slack) continue;
    const found = bestCut(run, { nodes, places, readers, budget });
    if (!found) continue;
    stacks.push(found);
    for (const node of found.layers.flat()) taken[places.get(node)!] = true;
  }
  return stacks;
}

function readersOf(
  nodes: readonly DraftNode[],
  outputs: readonly Ref[],
): ReadonlyMap<DraftNode, readonly (DraftNode | null)[]> {
  const readers = new Map<DraftNode, (DraftNode | null)[]>();
  const add = (of: DraftNode, by: DraftNode | null) => {
    const all = readers.get(of);
    if (all) all.push(by);
    else readers.set(of, [by]);
  };
  for (const node of nodes) for (const ref of Object.values(node.inputs)) add(ref.node, node);
  for (const ref of outputs) add(ref.node, null);
  return readers;
}

/** Where what stands a period apart is equal, for at least one period. */
function runsOf(tokens: readonly number[]): Run[] {
  const runs: Run[] = [];
  for (let period = LEAST_NODES; period <= Math.min(LONGEST, tokens.length >> 1); period++) {
    let start = 0;
    for (let place = 0; place + period <= tokens.length; place++) {
      if (place + period < tokens.length && tokens[place] === tokens[place + period]) continue;
      const length = place - start;
      const count = Math.floor(length / period) + 1;
      if (count > 1) runs.push({ start, period, count, slack: length + period - count * period });
      start = place + 1;
    }
  }
  return runs;
}

interface Surroundings {
  readonly nodes: readonly DraftNode[];
  readonly places: ReadonlyMap<DraftNode, number>;
  readonly readers: ReadonlyMap<DraftNode, readonly (DraftNode | null)[]>;
  readonly budget: { left: number };
}

/** A layer may be thought to begin at any of its nodes: where least goes from one to the next is where it does. */
function bestCut({ start, period, count, slack }: Run, around: Surroundings): Stack | undefined {
  let best: Stack | undefined;
  const cost = ({ layers, carried, shared, closed }: Stack) =>
    (count - layers.length) * period + carried.length + shared.length / 4 + (closed ? 0 : 100);
  for (let shift = 0; shift <= slack + period && around.budget.left >= 0; shift++) {
    // Beyond the slack there is room for one layer less.
    const layers = shift <= slack ? count : count - 1;
    if (layers < 2) break;
    const stack = cutAt(start + shift, period, layers, around);
    if (stack && (!best || cost(stack) < cost(best))) best = stack;
  }
  return best;
}

function cutAt(start: number, period: number, count: number, around: Surroundings): Stack | undefined {
  const layerAt = (layer: number) => around.nodes.slice(start + layer * period, start + (layer + 1) * period);
  around.budget.left -= period;
  if (!layerAt(0).some(({ weights }) => weights.size > 0)) return undefined;
  around.budget.left -= count * period;
  const layers = Array.from({ length: count }, (_, layer) => layerAt(layer));
  const interior = wiresOf(layers, start, period, around);
  if (!interior) return undefined;
  return { layers, ...interior, closed: isClosed(layers, start, period, around) };
}

/** Where an input comes from: this layer, the one before, or outside. */
type Origin =
  | { readonly from: 'layer' | 'before'; readonly local: number; readonly port: string }
  | { readonly from: 'outside'; readonly ref: Ref };

/** What comes into the layers; undefined where they are not wired alike. */
function wiresOf(
  layers: readonly (readonly DraftNode[])[],
  start: number,
  period: number,
  { places }: Surroundings,
): Pick<Stack, 'carried' | 'shared'> | undefined {
  const originOf = (ref: Ref, layer: number): Origin => {
    const local = (places.get(ref.node) ?? -Infinity) - start - layer * period;
    if (local >= 0 && local < period) return { from: 'layer', local, port: ref.port };
    if (layer > 0 && local < 0 && local >= -period) return { from: 'before', local: local + period, port: ref.port };
    return { from: 'outside', ref };
  };
  const carried = new Map<string, Stack['carried'][number]>();
  const shared: Ref[] = [];
  for (const [index, second] of layers[1]!.entries()) {
    for (const [port, ref] of Object.entries(second.inputs)) {
      const origin = originOf(ref, 1);
      const first = layers[0]![index]!.inputs[port]!;
      const firstOrigin = originOf(first, 0);
      const alike = layers
        .slice(2)
        .every((layer, more) => sameOrigin(originOf(layer[index]!.inputs[port]!, more + 2), origin));
      if (!alike) return undefined;
      if (origin.from === 'before') {
        const key = `${origin.local} ${origin.port}`;
        const known = carried.get(key);
        if (firstOrigin.from !== 'outside' || (known && !sameSource(known.first, first))) return undefined;
        carried.set(key, { local: origin.local, port: origin.port, first });
      } else if (!sameOrigin(firstOrigin, origin)) {
        return undefined;
      } else if (origin.from === 'outside' && !shared.some((other) => sameSource(other, origin.ref))) {
        shared.push(origin.ref);
      }
    }
  }
  return { carried: [...carried.values()], shared };
}

function sameSource(a: Ref, b: Ref): boolean {
  return a.node === b.node && a.port === b.port;
}

function sameOrigin(a: Origin, b: Origin): boolean {
  if (a.from === 'outside') return b.from === 'outside' && sameSource(a.ref, b.ref);
  return a.from === b.from && a.local === b.local && a.port === b.port;
}

/** Whether all but the last layer are read by themselves and the next one alone. */
function isClosed(
  layers: readonly (readonly DraftNode[])[],
  start: number,
  period: number,
  { places, readers }: Surroundings,
): boolean {
  return layers.slice(0, -1).every((nodes, layer) => {
    const end = start + (layer + 2) * period;
    return nodes.every((node) =>
      (readers.get(node) ?? []).every((reader) => {
        const place = reader && places.get(reader);
        return place !== null && place !== undefined && place < end;
      }),
    );
  });
}
