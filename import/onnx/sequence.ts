/** What stands in one line to look for repetition in: nodes by place, each with what it is up to its weights. */
import type { DraftNode, Ref } from './draft.ts';

export interface Sequence {
  /** Read by several and made of no input, as masks are: they belong to no layer. */
  readonly before: readonly DraftNode[];
  readonly nodes: readonly DraftNode[];
}

/** Nodes in their order, without inputs; what several read that depends on no input comes first. */
export function sequenceOf(nodes: readonly DraftNode[], outputs: readonly Ref[]): Sequence {
  const readers = new Map<DraftNode, Set<DraftNode | null>>();
  const read = ({ node }: Ref, by: DraftNode | null) => {
    const all = readers.get(node);
    if (all) all.add(by);
    else readers.set(node, new Set([by]));
  };
  for (const node of nodes) for (const ref of Object.values(node.inputs)) read(ref, node);
  for (const ref of outputs) read(ref, null);
  const fixed = new Set<DraftNode>();
  for (const node of nodes)
    if (node.type !== 'input' && Object.values(node.inputs).every((ref) => fixed.has(ref.node))) fixed.add(node);
  const early = new Set<DraftNode>();
  for (const node of nodes.toReversed()) {
    const by = [...(readers.get(node) ?? [])];
    const toEarly = by.some((reader) => reader !== null && early.has(reader));
    if (fixed.has(node) && (by.length > 1 || toEarly)) early.add(node);
  }
  const isBefore = (node: DraftNode) => node.type === 'input' || early.has(node);
  return {
    before: nodes.filter(isBefore),
    nodes: soon(
      nodes.filter((node) => !isBefore(node)),
      (node) => (readers.get(node)?.size ?? 0) > 1,
    ),
  };
}

/**
 * What several read, and has no weights, right behind the last of what it reads: exporters write what all layers need,
 * as a mask or a transposed memory, in the first one of them.
 */
function soon(nodes: readonly DraftNode[], isShared: (node: DraftNode) => boolean): readonly DraftNode[] {
  const places = new Map(nodes.map((node, place) => [node, place]));
  /** Behind which place; -1: before all. */
  const behind = new Map<number, DraftNode[]>();
  const moved = new Map<DraftNode, number>();
  for (const node of nodes) {
    if (node.weights.size > 0 || !isShared(node)) continue;
    const place = Object.values(node.inputs).reduce(
      (last, ref) => Math.max(last, moved.get(ref.node) ?? places.get(ref.node) ?? -1),
      -1,
    );
    moved.set(node, place);
    const others = behind.get(place);
    if (others) others.push(node);
    else behind.set(place, [node]);
  }
  const at = (place: number) => behind.get(place) ?? [];
  return [...at(-1), ...nodes.flatMap((node, place) => [...(moved.has(node) ? [] : [node]), ...at(place)])];
}

/** Equal for nodes that differ in their weights and in what is wired to them alone. */
export function tokensOf(nodes: readonly DraftNode[]): readonly number[] {
  const numbers = new Map<string, number>();
  return nodes.map(({ type, params, inputs, weights }) => {
    const key = JSON.stringify([
      type,
      Object.entries(params).toSorted(([a], [b]) => (a < b ? -1 : 1)),
      Object.keys(inputs).toSorted(),
      Array.from(weights, ([name, { dims }]) => [name, dims]),
    ]);
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, numbers.size);
    return numbers.size - 1;
  });
}
