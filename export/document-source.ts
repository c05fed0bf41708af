/** A document as the export targets take it, with the weights that its seed draws, or those that a checkpoint holds. */
import { analyse } from '../graph/analyse.ts';
import type { InstanceTree } from '../graph/instance.ts';
import type { Problem } from '../graph/problems.ts';
import type { Asset, PatchbayDocument } from '../graph/schema.ts';
import type { Picture } from '../nodes/pictures.ts';
import { NODES } from '../nodes/registry.ts';
import { fillSource, planSources } from '../nodes/sources.ts';
import { createTokenizers, type Tokenizers } from '../nodes/text/tokenizers.ts';
import { planWeights, WeightDrawer, type WeightPlan, type WeightRecipe } from '../nodes/weights.ts';
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
  /** Absent: weights are drawn from the seed, whatever the document names. */
  readonly weights?: (tree: InstanceTree) => WeightNumbers;
}

/** Which weights there are, and how their numbers are had. */
export interface WeightNumbers {
  readonly plan: WeightPlan;
  readonly read: (recipe: WeightRecipe) => Promise<Float32Array>;
}

export interface DocumentSource {
  readonly source: ExportSource;
  /** Of the graph and its weights: what they concern is left out of what is computed. */
  readonly problems: readonly Problem[];
}

/** @throws {ExportRefused} while the graph has errors; `leaf` does so where a source has no numbers. */
export function sourceOfDocument(document: PatchbayDocument, name: string, readers: DocumentReaders): ExportSource {
  const { source, problems } = documentSource(document, name, readers);
  refuseErrors(problems);
  return source;
}

/** With whatever problems it has; `leaf` throws {ExportRefused} where a source has no numbers. */
export function documentSource(
  document: PatchbayDocument,
  name: string,
  { pictureOf, tokenizers = createTokenizers(), weights: weightsOf = drawnFrom(document) }: DocumentReaders,
): DocumentSource {
  const { tree, inference, problems } = analyse(document, NODES);
  const { plan: weights, read } = weightsOf(tree);
  const sources = planSources(tree, inference, document, new Map(), tokenizers);
  const source: ExportSource = {
    name,
    document,
    tree,
    inference,
    weights,
    sources,
    leaf: async (kind, path) => {
      if (kind === 'weight') return read(weights.recipes.get(path)!);
      const recipe = sources.recipes.get(path);
      const fault = sources.problems.find(({ place }) => place.path === path);
      if (!recipe) throw new ExportRefused(fault ? [fault] : []);
      return fillSource(recipe, pictureOf);
    },
  };
  return { source, problems: [...problems, ...weights.problems] };
}

function drawnFrom({ seed }: PatchbayDocument): (tree: InstanceTree) => WeightNumbers {
  const drawer = new WeightDrawer();
  return (tree) => ({ plan: planWeights(tree, seed), read: async (recipe) => drawer.draw(recipe) });
}

/** @throws {ExportRefused} where the target has no words for the graph. */
export function refuseInexpressible(target: ExportTarget, source: ExportSource): void {
  refuseErrors(target.problems(source));
}

function refuseErrors(problems: readonly Problem[]): void {
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new ExportRefused(errors);
}
