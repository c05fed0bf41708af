/** Where the nodes of a module lie and how large they are drawn, from the document alone. */
import type { PatchbayDocument } from '../../graph/schema.ts';
import { NODES } from '../../nodes/registry.ts';
import type { Box } from '../canvas/geometry.ts';
import { createProjector } from '../canvas/node-view.ts';

/** Boxes by node id; only of these nodes, if they are given. */
export function boxesOf(
  document: PatchbayDocument,
  module: string,
  only?: ReadonlySet<string>,
): ReadonlyMap<string, Box> {
  const { nodes, positions } = createProjector(NODES)(document, module);
  return new Map(
    nodes.flatMap(({ id, geometry: { width, height } }, index) => {
      if (only && !only.has(id)) return [];
      const [x, y] = positions[index]!;
      return [[id, { x, y, width, height }] as const];
    }),
  );
}
