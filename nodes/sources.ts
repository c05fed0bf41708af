/**
 * The bytes of source nodes: pictures, text, random numbers, or tensors bound from outside. First a recipe with a key, which
 * costs nothing; the numbers only when a run asks for that key.
 */
import { elementCount } from '../gpu/ir/types.ts';
import { TorchGenerator } from '../gpu/random/generator.ts';
import { draw } from '../gpu/random/initializers.ts';
import {
  childPath,
  portPath,
  type Inference,
  type InstancePath,
  type InstanceTree,
  type LeafInstance,
} from '../graph/instance.ts';
import type { Problem } from '../graph/problems.ts';
import type { Asset, PatchbayDocument } from '../graph/schema.ts';
import { fixAtSource } from '../graph/trace.ts';
import type { PortDType, PortType } from '../graph/signature.ts';
import type { SourceSpec } from './definition.ts';
import { channelFault, preprocess, type Picture } from './pictures.ts';
import { recipeKey } from './recipe-key.ts';
import { NODES, type NodeRegistry } from './registry.ts';
import { sizes } from './shapes.ts';
import { oneLine } from './text/captions.ts';
import { fillTokens, tokenRows, type TokenFault } from './text/token-rows.ts';
import { createTokenizers, type Tokenizers } from './text/tokenizers.ts';

/** How the bytes of one source come about. */
export interface SourceRecipe {
  /** Path of the source node: the name of the IR's input. */
  readonly path: InstancePath;
  /** Equal keys mean equal numbers. */
  readonly key: string;
  readonly shape: readonly number[];
  readonly dtype: PortDType;
  readonly from:
    | { readonly kind: 'bound' }
    | { readonly kind: 'pictures'; readonly spec: PicturesSpec; readonly assets: readonly Asset[] }
    | {
        readonly kind: 'tokens';
        /** As written, or the captions that take their place. */
        readonly lines: readonly string[];
        /** One per line: image tokens, then the text, without padding. */
        readonly rows: readonly (readonly number[])[];
        readonly imageTokens: number;
        readonly padTokenId: number;
      }
    | { readonly kind: 'random'; readonly spec: RandomSpec };
}

type PicturesSpec = Extract<SourceSpec, { kind: 'pictures' }>;
type RandomSpec = Extract<SourceSpec, { kind: 'random' }>;

export interface SourcePlan {
  readonly recipes: ReadonlyMap<InstancePath, SourceRecipe>;
  /** Keys alone, as nodes/lower.ts takes them. */
  readonly keys: ReadonlyMap<InstancePath, string>;
  /** Pictures that are not in the document, text that has no ids: what keeps a source from giving what is wanted. */
  readonly problems: readonly Problem[];
}

/** Recipes by path of their leaf, with what they were made of: what was kept of one plan makes the next one cheap. */
export type KeptRecipes = Map<
  InstancePath,
  {
    readonly params: LeafInstance['params'];
    readonly type: PortType;
    readonly assets: readonly Asset[];
    readonly recipe: SourceRecipe;
  }
>;

/**
 * The recipes of all sources whose type is known.
 * @param bound hashes of the tensors bound from outside, by the source's name in the main module.
 * @param tokenizers what was made before: a tokenizer of a file takes a moment.
 * @param kept of the plan before, by the same registry and tokenizers; this one's afterwards.
 */
export function planSources(
  tree: InstanceTree,
  inference: Inference,
  document: Pick<PatchbayDocument, 'assets'>,
  bound: ReadonlyMap<InstancePath, string> = new Map(),
  tokenizers: Tokenizers = createTokenizers(),
  registry: NodeRegistry = NODES,
  kept: KeptRecipes = new Map(),
): SourcePlan {
  const planning: Planning = { tree, assets: document.assets, bound, tokenizers, registry };
  const recipes = new Map<InstancePath, SourceRecipe>();
  const problems: Problem[] = [];
  for (const leaf of tree.construction) {
    const definition = registry.get(leaf.type);
    const port = definition?.source && definition.outputs[0];
    const type = port && inference.outputs.get(portPath(leaf.path, port.name));
    if (!definition?.source || !type) continue;
    const { params, path } = leaf;
    const known = kept.get(path);
    if (known?.params === params && known.type === type && known.assets === planning.assets && !bound.has(path)) {
      recipes.set(path, known.recipe);
      continue;
    }
    const made = recipeOf(leaf, type, () => definition.source!(params, type), planning);
    if ('message' in made) problems.push(made);
    else recipes.set(path, made);
    if ('from' in made && lasts(made, definition.source(params, type)))
      kept.set(path, { params, type, assets: planning.assets, recipe: made });
    else kept.delete(path);
  }
  for (const path of kept.keys()) if (!recipes.has(path)) kept.delete(path);
  problems.push(...idProblems(tree, recipes, registry));
  return { recipes, keys: new Map([...recipes].map(([path, { key }]) => [path, key])), problems };
}

/** Whether a recipe follows from the leaf and the document's pictures alone: captions are read from another node. */
function lasts({ from }: SourceRecipe, spec: SourceSpec): boolean {
  return from.kind !== 'bound' && !(spec.kind === 'tokens' && spec.captionsOf !== null);
}

/** Tables that are asked for rows that they do not have, by the ids that are wired to them. */
function idProblems(
  tree: InstanceTree,
  recipes: ReadonlyMap<InstancePath, SourceRecipe>,
  registry: NodeRegistry,
): Problem[] {
  return tree.construction.flatMap((leaf): Problem[] => {
    const idsBelow = registry.get(leaf.type)?.idsBelow;
    if (!idsBelow) return NONE;
    return Object.entries(idsBelow).flatMap(([port, param]): Problem[] => {
      const source = leaf.inputs[port];
      const from = source && recipes.get(source.path)?.from;
      const limit = leaf.params[param]?.value;
      if (from?.kind !== 'tokens' || typeof limit !== 'number') return [];
      const largest = from.rows.reduce((most, row) => row.reduce((a, b) => Math.max(a, b), most), from.padTokenId);
      if (largest < limit) return [];
      const message = `${source!.path} goes up to id ${largest}, but ids must be below ${param} ${limit}`;
      const fix = fixAtSource(tree.byPath, leaf.path, param, largest + 1, `Set ${param} to ${largest + 1}`);
      return [
        {
          code: 'ids.range',
          severity: 'error',
          message,
          place: { ...leaf.place, path: leaf.path, port: { side: 'input', name: port } },
          ...(fix && { fixes: [fix] }),
        },
      ];
    });
  });
}

const NONE: Problem[] = [];

interface Planning {
  readonly tree: InstanceTree;
  readonly assets: readonly Asset[];
  readonly bound: ReadonlyMap<InstancePath, string>;
  readonly tokenizers: Tokenizers;
  readonly registry: NodeRegistry;
}

function recipeOf(
  leaf: LeafInstance,
  type: PortType,
  specOf: () => SourceSpec,
  planning: Planning,
): SourceRecipe | Problem {
  const { assets, bound, tokenizers } = planning;
  const base = { path: leaf.path, shape: sizes(type), dtype: type.dtype };
  const key = (...recipe: unknown[]): string => recipeKey('source', [base.shape, base.dtype, ...recipe]);
  const hash = bound.get(leaf.path);
  if (hash !== undefined) return { ...base, key: key('bound', hash), from: { kind: 'bound' } };
  const spec = specOf();
  switch (spec.kind) {
    case 'random':
      return { ...base, key: key('random', spec.seed, spec.initializer), from: { kind: 'random', spec } };
    case 'pictures': {
      const fault = channelFault(spec.options.channels);
      if (fault !== null) return problemAt(leaf, 'picture.channels', 'channels', fault);
      const found = findAssets(spec.assets, assets);
      if (typeof found === 'string') return problemAt(leaf, 'picture.missing', 'images', found);
      const hashes = found.map(({ sha256: hash }) => hash);
      return { ...base, key: key('pictures', hashes, spec.options), from: { kind: 'pictures', spec, assets: found } };
    }
    case 'tokens': {
      const { padTokenId, imageTokens } = spec;
      const tokenizer = tokenizers.find(spec.tokenizer, assets);
      if ('fault' in tokenizer) return problemAt(leaf, 'tokenizer.missing', 'tokenizer_file', tokenizer.fault);
      const lines = spec.captionsOf === null ? spec.lines : captionsOf(leaf, spec.captionsOf, planning);
      if ('code' in lines) return problemAt(leaf, lines.code, lines.param, lines.message);
      const rows = tokenRows({ ...spec, lines }, tokenizer, base.shape[1]! - imageTokens);
      if ('code' in rows) return problemAt(leaf, rows.code, rows.param, rows.message);
      return {
        ...base,
        key: key('tokens', rows, padTokenId),
        from: { kind: 'tokens', lines, rows, imageTokens, padTokenId },
      };
    }
    default:
      return spec satisfies never;
  }
}

/** Captions of the pictures of an image input that stands beside the leaf, in their order. */
function captionsOf(
  leaf: LeafInstance,
  name: string,
  { tree, assets, registry }: Planning,
): readonly string[] | TokenFault {
  const fault = (code: string, message: string): TokenFault => ({ code, param: 'captions', message });
  const around = leaf.path.includes('.') ? leaf.path.slice(0, leaf.path.lastIndexOf('.')) : '';
  const source = tree.byPath.get(childPath(around, name));
  const spec =
    source?.kind === 'leaf'
      ? registry.get(source.type)?.source?.(source.params, { dims: [], dtype: 'f32', flow: 'image' })
      : undefined;
  if (spec?.kind !== 'pictures') return fault('captions.source', `there is no image input "${name}" beside this node`);
  const found = findAssets(spec.assets, assets);
  if (typeof found === 'string') return fault('caption.missing', `${name} has no captions: ${found}`);
  const without = found.find(({ caption }) => caption === undefined || caption.trim() === '');
  if (without)
    return fault('caption.missing', `${without.name} has no caption: write one, or bring it with the picture`);
  return found.map(({ caption }) => oneLine(caption!));
}

function findAssets(ids: readonly string[], assets: readonly Asset[]): readonly Asset[] | string {
  if (ids.length === 0) return 'there is no picture yet: drop one on the node, or bind a tensor to it';
  const found: Asset[] = [];
  for (const id of ids) {
    const asset = assets.find((candidate) => candidate.id === id);
    if (!asset) return `the picture "${id}" is not in the document`;
    found.push(asset);
  }
  return found;
}

function problemAt({ path, place }: LeafInstance, code: string, param: string, message: string): Problem {
  return { code, severity: 'error', message, place: { ...place, path, param } };
}

/**
 * The numbers of a source that is not bound.
 * @param pictureOf decodes an asset; its errors pass through.
 * @throws {PictureError} if a picture cannot be used; {TypeError} for a bound source, whose numbers the caller has.
 */
export async function fillSource(
  { path, shape, dtype, from }: SourceRecipe,
  pictureOf: (asset: Asset) => Promise<Picture>,
): Promise<Float32Array | Int32Array> {
  switch (from.kind) {
    case 'bound':
      throw new TypeError(`${path} is bound from outside: its numbers are the caller's`);
    case 'random': {
      const values = draw(new TorchGenerator(from.spec.seed), elementCount(shape), from.spec.initializer);
      return dtype === 'f32' ? values : Int32Array.from(values);
    }
    case 'pictures': {
      const pictures = await Promise.all(from.assets.map(pictureOf));
      return fillBatch(
        pictures.map((picture) => preprocess(picture, from.spec.options)),
        shape,
      );
    }
    case 'tokens':
      return fillTokens(from.rows, shape, from.padTokenId);
    default:
      return from satisfies never;
  }
}

/** Pictures take the places of the batch in turn, over and over. */
function fillBatch(pictures: readonly Float32Array[], shape: readonly number[]): Float32Array {
  const batch = new Float32Array(elementCount(shape));
  const [count = 0, ...rest] = shape;
  for (let place = 0; place < count; place++) batch.set(pictures[place % pictures.length]!, place * elementCount(rest));
  return batch;
}
