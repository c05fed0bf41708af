/** How the shipped modules are written down: a grid of places that cannot overlap, and wires in one short line each. */
import type { Edge } from '../../graph/schema.ts';

/** The cards of the shipped modules are at most 240 wide and 280 high; this leaves 80 between two of them. */
const COLUMN = 320;
const ROW = 360;

/** The canvas position of a cell; fractions are fine, as long as no two cards come closer than a cell. */
export function at(column: number, row: number): [number, number] {
  return [column * COLUMN, row * ROW];
}

/**
 * `wire('q_proj.output', 'query_heads.input')`: from a node's output port to a node's input port. Names are node ids.
 * @throws {TypeError} where an end is not `node.port`.
 */
export function wire(from: `${string}.${string}`, to: `${string}.${string}`): Edge {
  return { from: end(from), to: end(to) };
}

function end(text: string): [string, string] {
  const [node, port, ...rest] = text.split('.');
  if (!node || !port || rest.length > 0) throw new TypeError(`${text} is not node.port`);
  return [node, port];
}
