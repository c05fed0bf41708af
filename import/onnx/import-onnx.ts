/** From the bytes of a .onnx file to a document and its weights. */
import { MAX_INSTANCES } from '../../graph/elaborate.ts';
import { excerpt } from '../../graph/error-text.ts';
import { FOREIGN } from '../../graph/foreign.ts';
import { FORMAT_VERSION, type PatchbayDocument } from '../../graph/schema.ts';
import { assemble } from './assemble.ts';
import { convert } from './convert.ts';
import { ImportError } from '../import-error.ts';
import { raise } from './raise.ts';
import { readModel, type OnnxGraph } from './read-model.ts';
import { chooseSizes } from './sizes.ts';
import type { ReadExternal } from './tensor.ts';
import type { ImportedWeight } from './weights.ts';

export interface OnnxImportOptions {
  /** Sizes that come with the data, by their names. */
  readonly sizes: ReadonlyMap<string, number>;
  readonly external: ReadExternal;
}

export interface ImportedOnnx {
  /** It names no weights yet. */
  readonly document: PatchbayDocument;
  readonly weights: readonly ImportedWeight[];
  /** Names of sizes that come with the data and that nobody has given: they are `STANDARD_SIZE`. */
  readonly openSizes: readonly string[];
  readonly notes: readonly string[];
  /** Operators that no node computes, with how many there are of each. */
  readonly placeholders: ReadonlyMap<string, number>;
}

/** @throws {ImportError} where the file is no model, is broken, or is none that a graph can be. */
export function importOnnx(file: Uint8Array, { sizes: given, external }: OnnxImportOptions): ImportedOnnx {
  const graph = readModel(file, external);
  const { sizes, open } = chooseSizes(graph, given);
  const { draft, outputs } = convert(graph, sizes);
  const raised = raise(draft, outputs);
  if (raised.nodes.length > MAX_INSTANCES)
    throw new ImportError(`it becomes ${raised.nodes.length} nodes; ${MAX_INSTANCES.toLocaleString('en')} is the most`);
  const { modules, weights } = assemble(
    raised,
    mainName(graph),
    `Imported from ONNX, operator set ${graph.operatorSet}.`,
  );
  checkAmount(graph, weights);
  const placeholders = new Map<string, number>();
  for (const { type } of raised.nodes) {
    if (!type.startsWith(FOREIGN)) continue;
    const operator = type.slice(FOREIGN.length);
    placeholders.set(operator, (placeholders.get(operator) ?? 0) + 1);
  }
  const document: PatchbayDocument = {
    format: 'patchbay',
    version: FORMAT_VERSION,
    seed: 0,
    main: modules[0]!.name,
    presets: [],
    modules: [...modules],
    assets: [],
  };
  const scalars = graph.inputs.filter(({ dims }) => dims?.length === 0);
  const told = scalars.map(({ name }) => `input ${excerpt(name)} is one number there, and a list of one number here`);
  return { document, weights, openSizes: open, notes: told, placeholders };
}

/** As Patchbay and people call their models; exporters write names of their own, `main_graph` and `torch_jit`. */
function mainName({ name }: OnnxGraph): string {
  return /^[A-Z][A-Za-z0-9_]*$/.test(name) ? excerpt(name) : 'Main';
}

/** What is written beside the numbers of the file: norms without an offset, masks, positions, a weight for each of its readers. */
const MOST_ADDED = 1 << 26;

/** A few bytes may say of something that it is to be repeated: what is written is not much more than what was read. */
function checkAmount({ initializers }: OnnxGraph, weights: readonly ImportedWeight[]): void {
  const held = initializers.values().reduce((sum, { count }) => sum + count, 0);
  const written = weights.reduce((sum, { constant }) => sum + constant.count, 0);
  if (written > 4 * held + MOST_ADDED)
    throw new ImportError(`its weights would be ${written} numbers, and there are ${held} in the file`);
}
