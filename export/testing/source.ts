/** For tests: a document as the export targets take it, with tensors bound to its inputs. */
import { analyse } from '../../graph/analyse.ts';
import { describeProblem } from '../../graph/problems.ts';
import type { Asset, ParameterValue, PatchbayDocument } from '../../graph/schema.ts';
import type { Picture } from '../../nodes/pictures.ts';
import { NODES } from '../../nodes/registry.ts';
import { fillSource, planSources } from '../../nodes/sources.ts';
import { typesOf, type Tensors } from '../../nodes/testing/graphs.ts';
import { planWeights, WeightDrawer } from '../../nodes/weights.ts';
import type { ExportedFile, ExportSource } from '../target.ts';

export interface SourceOptions {
  readonly values?: Readonly<Record<string, ParameterValue>>;
  readonly inputs?: Tensors;
}

/** @throws {Error} with the document's first error. */
export function exportSourceOf(
  document: PatchbayDocument,
  { values = {}, inputs = {} }: SourceOptions = {},
): ExportSource {
  const { tree, inference, problems } = analyse(document, NODES, { bound: typesOf(inputs), values });
  const error = problems.find(({ severity }) => severity === 'error');
  if (error) throw new Error(describeProblem(error));
  const weights = planWeights(tree, document.seed);
  const hashes = new Map(Object.keys(inputs).map((name) => [name, name]));
  const sources = planSources(tree, inference, document, hashes);
  const drawer = new WeightDrawer();
  return {
    name: document.main,
    document,
    tree,
    inference,
    weights,
    sources,
    leaf: async (kind, name) => {
      if (kind === 'weight') return drawer.draw(weights.recipes.get(name)!);
      const given = inputs[name];
      if (!given) return fillSource(sources.recipes.get(name)!, patternOf);
      if (given.dtype === 'i32') return Int32Array.from(given.data);
      return given.dtype === 'bool' ? Uint32Array.from(given.data) : Float32Array.from(given.data);
    },
  };
}

/** In place of an asset's pixels: a pattern of its own, so that no two pictures are alike. */
function patternOf({ sha256 }: Asset): Promise<Picture> {
  const step = 7 + Number.parseInt(sha256.slice(0, 4), 16);
  const data = new Uint8Array(8 * 8 * 4).map((_, index) => (index * step) % 251);
  return Promise.resolve({ width: 8, height: 8, data });
}

/** The bytes of a file, joined. */
export async function readFileOf({ pieces }: ExportedFile): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const piece of pieces) parts.push(piece);
  return Buffer.concat(parts);
}

/** A text file's text. */
export async function textOf(file: ExportedFile): Promise<string> {
  return new TextDecoder().decode(await readFileOf(file));
}
