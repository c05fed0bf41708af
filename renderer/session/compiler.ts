/** From a document to a program for a device: instances, shapes, IR, passes, plan; and where its leaves' bytes come from. */
import { analyse } from '../../graph/analyse.ts';
import type { GraphCache } from '../../graph/cache.ts';
import type { PortPath } from '../../graph/instance.ts';
import type { Asset, PatchbayDocument } from '../../graph/schema.ts';
import { compile as compilePlan } from '../../gpu/compile.ts';
import type { Graph } from '../../gpu/ir/types.ts';
import { runPasses } from '../../gpu/passes/pipeline.ts';
import { lower, type Lowered } from '../../nodes/lower.ts';
import type { Picture } from '../../nodes/pictures.ts';
import { NODES } from '../../nodes/registry.ts';
import { fillSource, planSources } from '../../nodes/sources.ts';
import { drawWeights, planWeights } from '../../nodes/weights.ts';
import type { LeafName, Program } from './device.ts';
import type { ProgramSummary, Target } from './protocol.ts';

export interface Compiled {
  readonly program: Program;
  readonly summary: ProgramSummary;
  /**
   * Draws a weight or fills a source; row-major, little-endian, in a buffer of its own.
   * @throws {PictureError} if a picture is missing or none.
   */
  leafBytes(leaf: LeafName, pictureOf: (asset: Asset) => Promise<Picture>): Promise<Uint8Array<ArrayBuffer>>;
}

/** @throws {LimitError} if a value does not fit the adapter. */
export function compileDocument(
  document: PatchbayDocument,
  taps: readonly PortPath[],
  target: Target,
  cache: GraphCache,
): Compiled {
  const { tree, inference } = analyse(document, NODES, { cache });
  const weights = planWeights(tree, document.seed);
  const sources = planSources(tree, inference, document);
  const lowered = lower(tree, inference, { weights: byPath(weights), sources: sources.keys });
  const graph = simplify(withTaps(lowered, taps));
  const program = programFor(graph, target);
  return {
    program,
    summary: summaryOf(program, graph),
    leafBytes: async ({ kind, name }, pictureOf) => {
      const source = kind === 'input' ? sources.recipes.get(name) : undefined;
      const values = source ? await fillSource(source, pictureOf) : drawWeights(weights, [name]).get(name);
      if (!values) throw new Error(`nothing says what the numbers of ${name} are`);
      return new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength).slice();
    },
  };
}

/** Taps whose value is known; the others wait for a problem that is told elsewhere. */
function withTaps({ graph, outputs }: Lowered, taps: readonly PortPath[]): Graph {
  const known = taps.flatMap((name) => {
    const value = outputs.get(name);
    return value === undefined ? [] : [{ name, value, kind: 'tap' as const }];
  });
  return { ...graph, outputs: [...graph.outputs, ...known] };
}
