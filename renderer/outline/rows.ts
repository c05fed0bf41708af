/** The open module as an outline: its nodes in the order in which they run, and below each its ports and their wires. Pure. */
import type { Edge } from '../../graph/schema.ts';
import { executionOrder } from '../canvas/execution-order.ts';
import type { PortRef } from '../canvas/canvas-store.ts';
import type { NodeView, PortView } from '../canvas/node-view.ts';
import { refOf } from '../canvas/ports.ts';

export type Row =
  | { readonly kind: 'node'; readonly view: NodeView; readonly open: boolean }
  | { readonly kind: 'port'; readonly view: NodeView; readonly port: PortView; readonly ref: PortRef };

/** Rows that show: of nodes that are folded, none below them. */
export function outlineRows(
  nodes: readonly NodeView[],
  edges: readonly Edge[],
  opened: ReadonlySet<string>,
): readonly Row[] {
  const byId = new Map(nodes.map((view) => [view.id, view]));
  return executionOrder(nodes, edges).flatMap((id): Row[] => {
    const view = byId.get(id)!;
    const open = opened.has(id);
    const ports = open ? [...view.inputs, ...view.outputs] : [];
    return [
      { kind: 'node', view, open },
      ...ports.map((port): Row => ({ kind: 'port', view, port, ref: refOf(id, port) })),
    ];
  });
}

/** What the keys of a tree do: to another row, or opening and folding the node of one. */
export type Step = { readonly to: number } | { readonly fold: string } | { readonly unfold: string };

/** Null for a key that does nothing here. */
export function stepOf(key: string, at: number, rows: readonly Row[]): Step | null {
  const row = rows[at];
  if (!row) return null;
  const last = rows.length - 1;
  switch (key) {
    case 'ArrowDown':
      return { to: Math.min(last, at + 1) };
    case 'ArrowUp':
      return { to: Math.max(0, at - 1) };
    case 'Home':
      return { to: 0 };
    case 'End':
      return { to: last };
    case 'ArrowRight':
      if (row.kind === 'port') return null;
      return row.open ? { to: Math.min(last, at + 1) } : { unfold: row.view.id };
    case 'ArrowLeft':
      if (row.kind === 'node') return row.open ? { fold: row.view.id } : null;
      return { to: rows.findLastIndex((one, index) => index < at && one.kind === 'node') };
    default:
      return null;
  }
}

/** The next row, from the one behind on and round, whose node begins with what was typed; -1 if none does. */
export function typedAhead(text: string, at: number, rows: readonly Row[]): number {
  const begins = (row: Row): boolean => row.kind === 'node' && row.view.name.toLowerCase().startsWith(text);
  // A longer word may still be the one that one stands on.
  const from = text.length > 1 ? at : at + 1;
  const turned = [...rows.keys()].map((index) => (from + index) % rows.length);
  return turned.find((index) => begins(rows[index]!)) ?? -1;
}
