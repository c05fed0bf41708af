/** `--input NAME=FILE`: tensors that take the place of source nodes, pictures for image inputs, text for token inputs. */
import { basename, extname, resolve } from 'node:path';
import { elaborate } from '../graph/elaborate.ts';
import { convertTensor } from '../graph/formats/raw-tensor.ts';
import type { InstanceTree, LeafInstance } from '../graph/instance.ts';
import type { Asset, GraphModule, ParameterValue, PatchbayDocument } from '../graph/schema.ts';
import type { PortDType, PortType } from '../graph/signature.ts';
import { NODES } from '../nodes/registry.ts';
import type { Call } from './command.ts';
import { UsageError, UserError } from './errors.ts';
import { readBytes } from './files.ts';
import { INPUT } from './flags.ts';
import type { LoadedGraph } from './graph.ts';
import { isFolder, readPictureFolder } from './picture-folders.ts';
import { sha256 } from './pictures.ts';
import { readTensor, splitReference } from './tensor-files.ts';
import { TOKENIZER_MIME } from './tokenizers.ts';

/** A tensor bound to a source, in the source's element type. */
export interface BoundTensor {
  readonly type: PortType;
  /** Of its bytes. */
  readonly hash: string;
  readonly data: Float32Array | Int32Array | Uint32Array;
}

export interface BoundGraph extends LoadedGraph {
  /** By the source's name in the main module. */
  readonly bound: ReadonlyMap<string, BoundTensor>;
}

const PICTURE_TYPE = 'image_input';
const TEXT_TYPE = 'token_input';
const TENSOR_FILE = /\.(safetensors|npy)(:|$)/i;

/**
 * Reads what --input names. Pictures and text become part of the document, tensors stay beside it.
 * @throws {UserError} where there is no such source, file or tensor, or a value does not fit; {UsageError} for a malformed flag.
 */
export async function bindInputs(graph: LoadedGraph, call: Call): Promise<BoundGraph> {
  const bindings = call.values(INPUT).map(parseBinding);
  if (bindings.length === 0) return { ...graph, bound: new Map() };
  const sources = sourcesOf(elaborate(graph.document, NODES, graph.overrides));
  const bound = new Map<string, BoundTensor>();
  let { document } = graph;
  const pictures = new Map<string, Asset[]>();
  const own = new Set<string>();
  for (const { name, file } of bindings) {
    const source = sources.get(name);
    if (!source)
      throw new UserError(`--input ${name}: the main module has no source of this name${listSources(sources)}`);
    if (source.type === PICTURE_TYPE && !TENSOR_FILE.test(file)) {
      pictures.set(name, [...(pictures.get(name) ?? []), ...(await pictureAssets(file))]);
      own.add(name);
    } else if (source.type === TEXT_TYPE && !TENSOR_FILE.test(file)) {
      document = withParams(document, name, await textOf(file));
      own.add(name);
    } else {
      if (bound.has(name)) throw new UsageError(`--input ${name} is given twice`);
      bound.set(name, await readBound(source, file));
    }
  }
  for (const name of own) {
    if (bound.has(name)) throw new UsageError(`--input ${name} is given a tensor and something else`);
  }
  for (const [name, assets] of pictures) {
    document = withParams(document, name, { params: { images: assets.map(({ id }) => id).join(',') }, assets });
  }
  return { ...graph, document, bound };
}

function parseBinding(text: string): { name: string; file: string } {
  const split = text.indexOf('=');
  if (split < 1 || split === text.length - 1) throw new UsageError(`--input ${text}: write NAME=FILE`);
  return { name: text.slice(0, split), file: text.slice(split + 1) };
}

/** Leaves of the main module whose values come from outside, by name. */
function sourcesOf(tree: InstanceTree): ReadonlyMap<string, LeafInstance> {
  const leaves = tree.root.children.filter((child) => child.kind === 'leaf');
  return new Map(leaves.filter(({ type }) => NODES.get(type)?.source).map((leaf) => [leaf.path, leaf]));
}

function listSources(sources: ReadonlyMap<string, LeafInstance>): string {
  return sources.size > 0 ? `; there are ${[...sources.keys()].join(', ')}` : '';
}

async function readBound(source: LeafInstance, file: string): Promise<BoundTensor> {
  const { tensor, origin } = await readTensor(splitReference(file), source.path);
  // An `input` says what it takes by a parameter, the other sources by their record; f32 where neither does.
  const own = NODES.get(source.type)?.outputs[0]?.dtype ?? 'f32';
  const dtype = (source.params['dtype']?.value ?? own) as PortDType;
  const data = convertTensor(tensor, dtype, { format: '--input', place: `${source.path}, ${origin}` });
  const fault = NODES.get(source.type)?.refuse?.(source.params, data);
  if (fault != null) throw new UserError(`${source.path}, ${origin}: ${fault}`);
  return {
    type: { dims: tensor.shape.map((size) => ({ size })), dtype, flow: 'tensor' },
    hash: sha256(new Uint8Array(data.buffer)),
    data,
  };
}

/** A picture, or those of a folder with their captions. */
async function pictureAssets(path: string): Promise<readonly Asset[]> {
  if (!(await isFolder(path))) return [await pictureAsset(path)];
  const assets: Asset[] = [];
  for (const { file, caption } of await readPictureFolder(path)) {
    assets.push({ ...(await pictureAsset(file)), ...(caption !== undefined && { caption }) });
  }
  return assets;
}

async function pictureAsset(file: string): Promise<Asset> {
  return assetOf(file, await readBytes(file), `image/${extname(file).slice(1).toLowerCase() || 'unknown'}`);
}

/** Lines of text, the captions of a folder of pictures, or the tokenizer that reads them. */
async function textOf(file: string): Promise<Settings> {
  if (await isFolder(file)) {
    const pictures = await readPictureFolder(file);
    const without = pictures.find(({ caption }) => caption === undefined);
    if (without) throw new UserError(`${without.file}: this picture has no caption`);
    return { params: { text: pictures.map(({ caption }) => caption).join('\n'), captions: '' }, assets: [] };
  }
  const bytes = await readBytes(file);
  if (extname(file).toLowerCase() !== '.json') {
    return { params: { text: new TextDecoder().decode(bytes), captions: '' }, assets: [] };
  }
  const asset = assetOf(file, bytes, TOKENIZER_MIME);
  return { params: { tokenizer: 'file', tokenizer_file: asset.id }, assets: [asset] };
}

function assetOf(file: string, bytes: Uint8Array, mime: string): Asset {
  const hash = sha256(bytes);
  return { id: `input-${hash}`, name: basename(file), mime, sha256: hash, path: resolve(file) };
}

/** Parameters of a source, and the assets that they name. */
interface Settings {
  readonly params: Readonly<Record<string, ParameterValue>>;
  readonly assets: readonly Asset[];
}

/** The document with these settings at the source of this name in the main module. */
function withParams(document: PatchbayDocument, name: string, { params, assets }: Settings): PatchbayDocument {
  const place = (module: GraphModule): GraphModule => ({
    ...module,
    nodes: module.nodes.map((node) => (node.name === name ? { ...node, params: { ...node.params, ...params } } : node)),
  });
  return {
    ...document,
    modules: document.modules.map((module) => (module.name === document.main ? place(module) : module)),
    assets: [...document.assets, ...assets],
  };
}
