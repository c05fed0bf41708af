/** Elaboration and inference together, with what is bound from outside: it fixes sizes, and sizes reach everywhere. */
import { createCache, cachedPattern, type GraphCache } from './cache.ts';
import { elaborate } from './elaborate.ts';
import { infer, shareTypes } from './infer.ts';
import { allProblems, portPath, type Inference, type InstanceTree } from './instance.ts';
import { parameterChanges } from './parameter-changes.ts';
import { PatternError } from './patterns.ts';
import type { Dimension, Problem } from './problems.ts';
import type { Overrides } from './root-values.ts';
import type { PatchbayDocument } from './schema.ts';
import type { NodeLibrary, PortType } from './signature.ts';
import { updateTree } from './update-tree.ts';
import { updateTypes } from './update-types.ts';

export interface Analysis {
  readonly tree: InstanceTree;
  readonly inference: Inference;
  /** All causes: of the tree, then of the shapes. */
  readonly problems: readonly Problem[];
}

export interface AnalyseOptions extends Overrides {
  /** Types of what is bound from outside, by the name of a source in the main module. */
  readonly bound?: ReadonlyMap<string, PortType>;
  readonly cache?: GraphCache;
}

/**
 * Unfolds the document and infers all shapes. Sizes that a bound input brings (`batch`) hold everywhere; values given
 * explicitly go before them, and what then disagrees is a problem.
 */
export function analyse(document: PatchbayDocument, library: NodeLibrary, options: AnalyseOptions = {}): Analysis {
  const { bound, cache = createCache(), ...overrides } = options;
  const alone = bound === undefined && overrides.values === undefined && overrides.preset === undefined;
  const updated = alone ? update(document, library, cache) : undefined;
  let tree = updated?.tree ?? elaborate(document, library, overrides, cache);
  if (bound && bound.size > 0) {
    const sizes = sizesOf(tree, library, bound, cache);
    if (sizes.size > 0) {
      const values = { ...Object.fromEntries(sizes), ...overrides.values };
      tree = elaborate(document, library, { ...overrides, values }, cache);
    }
  }
  const inference = updated?.inference ?? shareTypes(cache.last?.inference, infer(tree, library, bound, cache));
  cache.last = alone ? { document, library, tree, inference } : undefined;
  return { tree, inference, problems: allProblems(tree, inference) };
}

/** The last analysis, updated by what an edit of parameters changed, as far as that can be followed. */
function update(
  document: PatchbayDocument,
  library: NodeLibrary,
  cache: GraphCache,
): { readonly tree: InstanceTree; readonly inference: Inference | undefined } | undefined {
  const { last } = cache;
  if (last?.library !== library) return undefined;
  const changes = parameterChanges(last.document, document);
  const update = changes && updateTree(last.tree, document, changes, library, cache);
  return update && { tree: update.tree, inference: updateTypes(last.inference, update, library, cache) };
}

/** The sizes that bound inputs bring; of two that disagree the first counts, and `infer` reports the other. */
function sizesOf(
  tree: InstanceTree,
  library: NodeLibrary,
  bound: ReadonlyMap<string, PortType>,
  cache: GraphCache,
): Map<string, number> {
  const sizes = new Map<string, number>();
  const unbound = infer(tree, library, undefined, cache);
  for (const [name, type] of bound) {
    for (const [size, value] of ownSizes(tree, unbound, name, type, cache))
      if (tree.sizes.has(size) && !sizes.has(size)) sizes.set(size, value);
  }
  return sizes;
}

/** Names of the source's dimensions with the sizes that are bound to them. */
function ownSizes(
  tree: InstanceTree,
  unbound: Inference,
  name: string,
  type: PortType,
  cache: GraphCache,
): readonly (readonly [string, number])[] {
  const declared = tree.rootInputs.get(name);
  if (declared) return patternSizes(declared.shape, type.dims, cache);
  const leaf = tree.byPath.get(name);
  if (leaf?.kind !== 'leaf') return [];
  const own = [...unbound.outputs].find(([path]) => path.startsWith(portPath(name, '')))?.[1];
  if (!own || own.dims.length !== type.dims.length) return [];
  return own.dims.flatMap((dim, axis) => (dim.name === undefined ? [] : [[dim.name, type.dims[axis]!.size] as const]));
}

/** Names of a pattern beside the sizes at their axes, whether or not the rest of the shape fits; `...` takes up the slack. */
function patternSizes(
  shape: string,
  dims: readonly Dimension[],
  cache: GraphCache,
): readonly (readonly [string, number])[] {
  try {
    const { items } = cachedPattern(cache, shape);
    const rest = items.findIndex(({ kind }) => kind === 'rest');
    if (rest === -1 ? dims.length !== items.length : dims.length < items.length - 1) return [];
    return items.flatMap((item, index) => {
      const axis = rest !== -1 && index > rest ? dims.length - items.length + index : index;
      return item.kind === 'name' ? [[item.name, dims[axis]!.size] as const] : [];
    });
  } catch (error) {
    // `infer` reports it.
    if (error instanceof PatternError) return [];
    throw error;
  }
}
