/** Nodes that a target leaves out, said before anything is written: the rest of the graph is exported all the same. */
import type { Problem } from '../graph/problems.ts';
import { generateNodes } from '../nodes/generation/plan.ts';
import type { ExportSource } from './target.ts';

/** Generate nodes repeat the whole graph, which a target that writes one pass of it cannot say. */
export function loopsLeftOut({ tree }: ExportSource, title: string): readonly Problem[] {
  return generateNodes(tree).map(({ path, place }) => ({
    code: 'export.loop',
    severity: 'warning',
    message: `left out, because ${title} computes the logits once and whoever calls it chooses the tokens`,
    place: { ...place, path },
  }));
}
