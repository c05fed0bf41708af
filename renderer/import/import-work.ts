/** What the import worker does: a model's files become a document, and its weights a file that the application keeps. */
import { describeNonFinite, type NonFinite } from '../../export/weights/non-finite.ts';
import { analyse } from '../../graph/analyse.ts';
import { excerpt } from '../../graph/error-text.ts';
import { readSafetensorsHeader, streamSafetensors } from '../../graph/formats/safetensors.ts';
import { FormatError } from '../../graph/formats/format-error.ts';
import { describeProblem } from '../../graph/problems.ts';
import type { InstanceTree } from '../../graph/instance.ts';
import type { Asset, PatchbayDocument } from '../../graph/schema.ts';
import { ImportError } from '../../import/import-error.ts';
import { importFolder, weightsFile, type ModelFolder } from '../../import/huggingface/folder.ts';
import { TOKENIZER } from '../../import/huggingface/import-model.ts';
import { importOnnx } from '../../import/onnx/import-onnx.ts';
import { isInOwnFile, readStructure, type SyncSource } from '../../import/onnx/own-file.ts';
import type { ReadExternal } from '../../import/onnx/tensor.ts';
import { lateTensor, type ImportedWeight } from '../../import/onnx/weights.ts';
import { huggingFaceReport, onnxReport } from '../../import/report.ts';
import { NODES } from '../../nodes/registry.ts';
import { assetRecord, JSON_MIME } from '../documents/asset-record.ts';
import { partsOf } from '../documents/document-parts.ts';
import type { ModelFile } from '../platform/platform.ts';
import { messageOf } from '../session/message-of.ts';
import type { FolderFacts, FromImport, OnnxFacts, ToImport } from './protocol.ts';
import { samplePictures } from './sample-pictures.ts';

export interface ImportSurroundings {
  readonly tell: (message: FromImport) => void;
  /** Reads parts of a file without waiting, as a worker may. */
  readonly open: (file: File) => SyncSource;
  /** Keeps a .safetensors file that comes in pieces. @returns its SHA-256. */
  readonly keep: (pieces: AsyncIterable<Uint8Array>) => Promise<string>;
}

/** How much of the work is done once the graph is there: the rest is its weights. */
const GRAPH = 0.3;

/** Does it, and tells what came of it. */
export async function doImport(request: ToImport, surroundings: ImportSurroundings): Promise<void> {
  const { tell } = surroundings;
  try {
    const [document, facts] =
      request.kind === 'onnx' ? await readOnnx(request, surroundings) : await readHuggingFace(request);
    for (const part of partsOf(document)) tell({ kind: 'part', part });
    tell(facts);
  } catch (error) {
    const refused = error instanceof ImportError;
    tell({ kind: refused ? 'refused' : 'failed', message: messageOf(error) });
  }
}

async function readOnnx(
  { model, files, sizes }: Extract<ToImport, { kind: 'onnx' }>,
  { tell, open, keep }: ImportSurroundings,
): Promise<[PatchbayDocument, { kind: 'onnx' } & OnnxFacts]> {
  const own = open(files.find(({ path }) => path === model)!.file);
  const imported = importOnnx(readStructure(own), { sizes, external: readParts(own, model, files, open) });
  const { document, weights, openSizes } = imported;
  refuseErrors(document);
  tell({ kind: 'progress', progress: GRAPH });
  const wild: NonFinite[] = [];
  const kept = weights.length > 0 ? await keep(written(weights, tell, wild)) : null;
  const { facts, notes } = onnxReport(imported);
  const report = { facts, notes: wild.length > 0 ? [...notes, describeNonFinite(model, wild)] : notes };
  return [document, { kind: 'onnx', report, openSizes, weights: kept }];
}

/** Of the model, and of files that were chosen with it. */
function readParts(
  own: SyncSource,
  model: string,
  files: readonly ModelFile[],
  open: ImportSurroundings['open'],
): ReadExternal {
  const folder = model.slice(0, model.lastIndexOf('/') + 1);
  const byPath = new Map(files.map(({ path, file }) => [path, file]));
  return (data, tensor) => {
    const { location, offset, length } = data;
    if (isInOwnFile(data)) return own.read(offset, offset + length!);
    const file = byPath.get(folder + location.replace(/^\.\//, ''));
    if (!file) {
      throw new ImportError(
        `${tensor} lies in ${excerpt(location)}, which was not chosen: choose it together with ${model}, or the folder of both`,
      );
    }
    const source = open(file);
    const end = length === undefined ? source.byteLength : offset + length;
    if (end <= source.byteLength && offset <= end) return source.read(offset, end);
    throw new ImportError(
      `${excerpt(location)}: ${tensor} lies there from byte ${offset} to ${end}, and there are ${source.byteLength}`,
    );
  };
}

/** The weights as a file, one after the other. @param wild Gets those that have values that are no numbers. */
async function* written(
  weights: readonly ImportedWeight[],
  tell: ImportSurroundings['tell'],
  wild: NonFinite[],
): AsyncIterable<Uint8Array> {
  const total = weights.reduce((sum, { constant }) => sum + constant.count, 0);
  let done = 0;
  const tensors = weights.map((weight) => {
    const { read: numbers, ...tensor } = lateTensor(weight, (element) => wild.push({ name: weight.path, element }));
    const read = (): Uint8Array => {
      tell({ kind: 'progress', progress: GRAPH + ((1 - GRAPH) * done) / Math.max(1, total) });
      done += weight.constant.count;
      return numbers();
    };
    return { ...tensor, read };
  });
  yield* streamSafetensors(tensors);
}

async function readHuggingFace({
  name,
  files,
}: Extract<ToImport, { kind: 'huggingface' }>): Promise<[PatchbayDocument, { kind: 'huggingface' } & FolderFacts]> {
  const folder = folderOf(name, files);
  const { document, rename, found, notes } = await importFolder(folder, {
    pictures: await samplePictures(),
    rename: [],
    tokenizerAsset: tokenizerCopy,
  });
  const report = huggingFaceReport(found.className, document, refuseErrors(document), notes);
  return [document, { kind: 'huggingface', report, weights: weightsFile(folder), rename }];
}

function folderOf(name: string, files: readonly ModelFile[]): ModelFolder {
  const byPath = new Map(files.map(({ path, file }) => [path, file]));
  const placeOf = (file: string): string => `${name}/${file}`;
  const fileAt = (path: string): File => {
    const file = byPath.get(path);
    if (file) return file;
    throw new ImportError(`${placeOf(path)}: there is no such file`);
  };
  return {
    name,
    placeOf,
    has: (file) => byPath.has(file),
    read: async (file) => new Uint8Array(await fileAt(file).arrayBuffer()),
    tensorNames: async (path) => {
      const known = files.find((file) => file.path === path)?.tensors;
      if (known) return known;
      const file = fileAt(path);
      const read = async (begin: number, end: number) => new Uint8Array(await file.slice(begin, end).arrayBuffer());
      try {
        return [...(await readSafetensorsHeader({ byteLength: file.size, read })).entries.keys()];
      } catch (error) {
        throw error instanceof FormatError ? new ImportError(`${placeOf(path)}: ${error.message}`) : error;
      }
    },
  };
}

/** The document keeps the tokenizer's file: a page learns no path by which to find it again. */
async function tokenizerCopy(bytes: Uint8Array): Promise<Asset> {
  const copy = new Uint8Array(bytes);
  return { ...(await assetRecord({ name: TOKENIZER, mime: JSON_MIME, path: null, bytes: copy })), id: 'tokenizer' };
}

/** @throws {ImportError} for a graph that does not hold together; what placeholders lack is no fault of it. */
function refuseErrors(document: PatchbayDocument): InstanceTree {
  const { tree, problems } = analyse(document, NODES);
  const errors = problems.filter(({ severity, code }) => severity === 'error' && code !== 'node.foreign');
  if (errors.length > 0) throw new ImportError(errors.map(describeProblem).join('; '));
  return tree;
}
