/**
 * Layers that stand in a file as the arithmetic that they are: exporters write a layer norm as nine operators and a GELU
 * as five. Nodes are looked at one after the other, each after those that it reads; what nothing reads any more goes.
 */
import type { Draft, DraftNode, Ref, Value } from './draft.ts';
import { raiseGelu } from './patterns/gelu.ts';
import { raiseBias } from './patterns/bias.ts';
import { raiseL2Normalize } from './patterns/l2-normalize.ts';
import { raiseLayerNorm } from './patterns/layer-norm.ts';
import type { Pattern } from './patterns/pattern.ts';

const PATTERNS: readonly Pattern[] = [raiseBias, raiseLayerNorm, raiseGelu, raiseL2Normalize];

export interface Raised {
  /** Those that an output needs, each after what it reads. */
  readonly nodes: readonly DraftNode[];
  readonly outputs: readonly { readonly name: string; readonly from: Ref }[];
}

export function raise(draft: Draft, outputs: readonly { readonly name: string; readonly value: Value }[]): Raised {
  const ends = outputs.map(({ name, value }) => ({ name, from: draft.wired(value) }));
  const readers = countReaders(draft.nodes, ends);
  const now = new Map<DraftNode, DraftNode>();
  const read = ({ node, port }: Ref): Ref => ({ node: now.get(node) ?? node, port });
  const all: DraftNode[] = [];
  for (const node of draft.nodes) {
    const inputs = Object.fromEntries(Object.entries(node.inputs).map(([port, ref]) => [port, read(ref)]));
    let current: DraftNode = { ...node, inputs };
    readers.set(current, readers.get(node) ?? 0);
    for (const pattern of PATTERNS) {
      draft.place = { called: node.hint, hint: node.hint };
      const found = pattern(current, { draft, readers: (of) => readers.get(of) ?? 0 });
      if (!found) continue;
      readers.set(found, readers.get(node) ?? 0);
      current = found;
    }
    now.set(node, current);
    all.push(current);
  }
  return withoutDead(
    all,
    ends.map(({ name, from }) => ({ name, from: read(from) })),
  );
}

function countReaders(nodes: readonly DraftNode[], ends: readonly { readonly from: Ref }[]): Map<DraftNode, number> {
  const readers = new Map<DraftNode, number>();
  const count = ({ node }: Ref) => readers.set(node, (readers.get(node) ?? 0) + 1);
  for (const { inputs } of nodes) for (const ref of Object.values(inputs)) count(ref);
  for (const { from } of ends) count(from);
  return readers;
}

/** Inputs stay, read or not: they are the model's. */
function withoutDead(nodes: readonly DraftNode[], outputs: Raised['outputs']): Raised {
  const needed = new Set(outputs.map(({ from }) => from.node));
  const kept: DraftNode[] = [];
  for (const node of nodes.toReversed()) {
    if (!needed.has(node) && node.type !== 'input') continue;
    for (const ref of Object.values(node.inputs)) needed.add(ref.node);
    kept.push(node);
  }
  return { nodes: kept.reverse(), outputs };
}
