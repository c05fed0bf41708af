/** Places for the nodes of a module that nobody has drawn: wires lead to the right, and no card lies on another. */
import { isInput } from '../graph/ports.ts';
import type { Edge, GraphNode } from '../graph/schema.ts';
import { at } from '../nodes/modules/layout.ts';

/**
 * Columns by the longest way from a source; what feeds nothing before a column stands right before it, ports of the module
 * at the very left. In its column a node takes the free row nearest to what feeds it.
 * @param nodes wherever they stand now.
 * @param edges without a cycle.
 */
export function arrange(nodes: readonly GraphNode[], edges: readonly Edge[]): GraphNode[] {
  const before = neighbours(edges, 'to', 'from');
  const after = neighbours(edges, 'from', 'to');
  const columns = new Map<string, number>();
  for (const { id } of nodes) columnOf(id, before, columns);
  for (const node of nodes) {
    const { id } = node;
    if (before.has(id) || isInput(node)) continue;
    const readers = (after.get(id) ?? []).map((reader) => columns.get(reader)!);
    if (readers.length > 0) columns.set(id, Math.min(...readers) - 1);
  }
  const rows = rowsOf(nodes, before, columns);
  return nodes.map((node) => ({ ...node, position: at(columns.get(node.id)!, rows.get(node.id)!) }));
}

function neighbours(edges: readonly Edge[], of: 'from' | 'to', to: 'from' | 'to'): ReadonlyMap<string, string[]> {
  const found = new Map<string, string[]>();
  for (const edge of edges) {
    const list = found.get(edge[of][0]) ?? [];
    found.set(edge[of][0], [...list, edge[to][0]]);
  }
  return found;
}

function columnOf(id: string, before: ReadonlyMap<string, string[]>, columns: Map<string, number>): number {
  const known = columns.get(id);
  if (known !== undefined) return known;
  const column = Math.max(-1, ...(before.get(id) ?? []).map((source) => columnOf(source, before, columns))) + 1;
  columns.set(id, column);
  return column;
}

function rowsOf(
  nodes: readonly GraphNode[],
  before: ReadonlyMap<string, string[]>,
  columns: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const rows = new Map<string, number>();
  const taken = new Set<string>();
  for (const { id } of nodes.toSorted((a, b) => columns.get(a.id)! - columns.get(b.id)!)) {
    const sources = (before.get(id) ?? []).map((source) => rows.get(source)!);
    const wanted = sources.length === 0 ? 0 : Math.round(sources.reduce((a, b) => a + b, 0) / sources.length);
    let row = wanted;
    for (let step = 1; taken.has(`${columns.get(id)} ${row}`); step++)
      row = wanted + (step % 2 === 1 ? (step + 1) / 2 : -step / 2);
    taken.add(`${columns.get(id)} ${row}`);
    rows.set(id, row);
  }
  return rows;
}
