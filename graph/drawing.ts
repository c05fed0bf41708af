/** Where a document says how it is drawn, and nothing of what it computes. */
import type { GraphModule, PatchbayDocument } from './schema.ts';

const DRAWN = {
  module: ['frames', 'notes'],
  node: ['position', 'size'],
  edge: ['reroutes'],
} as const;

/**
 * Whether the second document computes what the first does, since nothing but places, sizes, frames, notes and ways of
 * wires is another in it. What an edit left alone has to be the same object in both; of anything else it is said that it
 * computes something else.
 */
export function differInDrawingAlone(before: PatchbayDocument, after: PatchbayDocument): boolean {
  return (
    sameBut(before, after, ['modules']) &&
    eachOf(before.modules, after.modules, (module, other) => modulesDifferInDrawing(module, other))
  );
}

function modulesDifferInDrawing(before: GraphModule, after: GraphModule): boolean {
  return (
    sameBut(before, after, ['nodes', 'edges', ...DRAWN.module]) &&
    eachOf(before.nodes, after.nodes, (node, other) => sameBut(node, other, DRAWN.node)) &&
    eachOf(before.edges, after.edges, (edge, other) => sameBut(edge, other, DRAWN.edge))
  );
}

function eachOf<T>(before: readonly T[], after: readonly T[], isSame: (one: T, other: T) => boolean): boolean {
  if (before === after) return true;
  return (
    before.length === after.length && before.every((one, index) => one === after[index] || isSame(one, after[index]!))
  );
}

/** Whether two records have the same values under all keys but these. */
function sameBut(before: object, after: object, keys: readonly string[]): boolean {
  const [one, other] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  for (const key of keys) {
    one.delete(key);
    other.delete(key);
  }
  return one.size === other.size && [...one].every(([key, value]) => other.has(key) && other.get(key) === value);
}
