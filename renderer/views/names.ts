/**
 * What the places along an axis stand for, found through the graph: the pictures and lines of text that a value comes
 * from, and for a matrix which of them its rows are and which its columns.
 */
import { portPath, type Inference, type InstancePath, type InstanceTree, type Source } from '../../graph/instance.ts';
import type { SourceSpec } from '../../nodes/definition.ts';
import type { NodeRegistry } from '../../nodes/registry.ts';
import { resolveAxis } from '../../nodes/shapes.ts';
import type { SourcePlan } from '../../nodes/sources.ts';
import type { ItemName } from './view.ts';

/** The graph, as far as names are found in it. */
export interface NamedGraph {
  readonly tree: InstanceTree;
  readonly inference: Inference;
  readonly registry: NodeRegistry;
  /** How sources are filled: the captions of pictures may be the lines of a text. */
  readonly recipes: SourcePlan['recipes'];
  /** Name of a picture by its id in the document. */
  readonly pictureName: (assetId: string) => string;
}

/** A source whose places along the batch have names. */
interface NamedSource {
  readonly path: InstancePath;
  readonly spec: Extract<SourceSpec, { kind: 'pictures' | 'tokens' }>;
  readonly batch: number;
}

export interface MatrixNames {
  readonly rows: readonly ItemName[] | null;
  readonly columns: readonly ItemName[] | null;
}

/** The nearest source of this kind upstream, along first inputs first. */
export function sourceBehind<Kind extends 'pictures' | 'tokens'>(
  graph: NamedGraph,
  source: Source,
  kind: Kind,
): Extract<SourceSpec, { kind: Kind }> | null {
  const found = upstream(graph, source.path).find(({ spec }) => spec.kind === kind);
  return (found?.spec as Extract<SourceSpec, { kind: Kind }> | undefined) ?? null;
}

/** Names along the batch of the pictures upstream; null where there are none. */
export function picturesBehind(graph: NamedGraph, source: Source): readonly ItemName[] | null {
  const found = upstream(graph, source.path).find(({ spec }) => spec.kind === 'pictures');
  return found ? itemsOf(graph, found) : null;
}

/**
 * Names of the last two axes of a value. Upstream, past whatever keeps the places (scaling, softmax), stands a matrix
 * product that compares two batches: its left factor's places are the rows, its right factor's the columns, the other
 * way round behind a transpose. Without such a product the rows are the places of the one batch.
 */
export function matrixNames(graph: NamedGraph, source: Source, shape: readonly number[]): MatrixNames {
  const { rows, columns } = factors(graph, source);
  const fitting = (named: NamedSource | null, size: number | undefined): readonly ItemName[] | null =>
    named !== null && named.batch === size ? itemsOf(graph, named) : null;
  return { rows: fitting(rows, shape.at(-2)), columns: fitting(columns, shape.at(-1)) };
}

interface Factors {
  readonly rows: NamedSource | null;
  readonly columns: NamedSource | null;
}

function factors(graph: NamedGraph, source: Source): Factors {
  let at = source;
  let swapped = false;
  const result = (rows: NamedSource | null, columns: NamedSource | null): Factors =>
    swapped ? { rows: columns, columns: rows } : { rows, columns };
  const seen = new Set<InstancePath>();
  for (;;) {
    const leaf = graph.tree.byPath.get(at.path);
    if (leaf?.kind !== 'leaf' || seen.has(at.path)) return result(null, null);
    seen.add(at.path);
    const named = Object.values(leaf.inputs)
      .map((input) => ({ input, source: upstream(graph, input.path)[0] ?? null }))
      .filter((candidate) => candidate.source !== null);
    if (leaf.type === 'matmul' && named.length === 2) return result(named[0]!.source, named[1]!.source);
    const next = named[0];
    if (!next) return result(upstream(graph, at.path)[0] ?? null, null);
    if (leaf.type === 'transpose' && swapsLast(graph, leaf.params, next.input)) swapped = !swapped;
    at = next.input;
  }
}

function swapsLast(
  { inference }: NamedGraph,
  params: Readonly<Record<string, { readonly value: unknown }>>,
  input: Source,
): boolean {
  const rank = inference.outputs.get(portPath(input.path, input.port))?.dims.length ?? 0;
  const axes = ['dim0', 'dim1'].map((name) => resolveAxis(Number(params[name]?.value), rank));
  return axes.includes(rank - 1) && axes.includes(rank - 2);
}

/** Named sources from here upwards, nearest first. */
function upstream(graph: NamedGraph, path: InstancePath): readonly NamedSource[] {
  const found: NamedSource[] = [];
  const seen = new Set<InstancePath>([path]);
  const waiting = [path];
  for (let at = waiting.shift(); at !== undefined; at = waiting.shift()) {
    const leaf = graph.tree.byPath.get(at);
    if (leaf?.kind !== 'leaf') continue;
    const named = namedSource(graph, at);
    if (named) found.push(named);
    for (const { path: next } of Object.values(leaf.inputs)) {
      if (seen.has(next)) continue;
      seen.add(next);
      waiting.push(next);
    }
  }
  return found;
}

function namedSource({ tree, inference, registry }: NamedGraph, path: InstancePath): NamedSource | null {
  const leaf = tree.byPath.get(path);
  const definition = leaf?.kind === 'leaf' ? registry.get(leaf.type) : undefined;
  const port = definition?.outputs[0];
  const type = port && inference.outputs.get(portPath(path, port.name));
  if (!leaf || !definition?.source || !type) return null;
  const spec = definition.source(leaf.params, type);
  if (spec.kind !== 'pictures' && spec.kind !== 'tokens') return null;
  return { path, spec, batch: type.dims[0]?.size ?? 0 };
}

/** One name per place of the batch; what a source holds takes the places in turn. */
function itemsOf(graph: NamedGraph, named: NamedSource): readonly ItemName[] | null {
  const { batch } = named;
  const items = namesOf(graph, named);
  if (items.length === 0) return null;
  return Array.from({ length: batch }, (_, place) => items[place % items.length]!);
}

function namesOf(graph: NamedGraph, { path, spec }: NamedSource): readonly ItemName[] {
  switch (spec.kind) {
    case 'pictures': {
      const { fit, width, height } = spec.options;
      return spec.assets.map((assetId) => ({
        text: graph.pictureName(assetId),
        picture: { assetId, fit, aspect: width / height },
      }));
    }
    case 'tokens': {
      const from = graph.recipes.get(path)?.from;
      const lines = from?.kind === 'tokens' ? from.lines : spec.lines;
      return lines.map((text) => ({ text, picture: null }));
    }
    default:
      return spec satisfies never;
  }
}
