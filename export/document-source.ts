/** A document as the export targets take it, with the weights that its seed draws. */
import { analyse } from '../graph/analyse.ts';
import type { Problem } from '../graph/problems.ts';
import type { Asset, PatchbayDocument } from '../graph/schema.ts';
import type { Picture } from '../nodes/pictures.ts';
import { NODES } from '../nodes/registry.ts';
import { fillSource, planSources } from '../nodes/sources.ts';
import { createTokenizers, type Tokenizers } from '../nodes/text/tokenizers.ts';
import { planWeights, WeightDrawer } from '../nodes/weights.ts';
import type { ExportSource, ExportTarget } from './target.ts';

/** The graph cannot be exported as it is. */
export class ExportRefused extends Error {
  override readonly name = 'ExportRefused';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems[0]?.message ?? 'the graph cannot be exported');
    this.problems = problems;
  }
}

export interface DocumentReaders {
  readonly pictureOf: (asset: Asset) => Promise<Picture>;
  /** Knows the files that the document names by path. */
  readonly tokenizers?: Tokenizers;
}

/** @throws {ExportRefused} while the graph has errors; `leaf` does so where a source has no numbers. */
export function sourceOfDocument(
  document: PatchbayDocument,
  name: string,
  { pictureOf, tokenizers = createTokenizers() }: DocumentReaders,
): ExportSource {
  const { tree, inference, problems } = analyse(document, NODES);
  refuseErrors(problems);
  const weights = planWeights(tree, document.seed);
  const sources = planSources(tree, inference, document, new Map(), tokenizers);
  refuseErrors(weights.problems);
  const drawer = new WeightDrawer();
  return {
    name,
    document,
    tree,
    inference,
    weights,
    sources,
    leaf: async (kind, path) => {
      if (kind === 'weight') return drawer.draw(weights.recipes.get(path)!);
      const recipe = sources.recipes.get(path);
      const fault = sources.problems.find(({ place }) => place.path === path);
      if (!recipe) throw new ExportRefused(fault ? [fault] : []);
      return fillSource(recipe, pictureOf);
    },
  };
}

/** @throws {ExportRefused} where the target has no words for the graph. */
export function refuseInexpressible(target: ExportTarget, source: ExportSource): void {
  refuseErrors(target.problems(source));
}

function refuseErrors(problems: readonly Problem[]): void {
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new ExportRefused(errors);
}
