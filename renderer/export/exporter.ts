/** What the export worker does: a document as an export target takes it, its files described, or packed as one. */
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import { refuseInexpressible, sourceOfDocument } from '../../export/document-source.ts';
import { TARGETS } from '../../export/registry.ts';
import type { ExportedFile, ExportSource, ExportTarget } from '../../export/target.ts';
import type { Asset } from '../../graph/schema.ts';
import type { Picture } from '../../nodes/pictures.ts';
import { joined } from '../../export/joined.ts';
import { readersOf } from '../session/graph-source.ts';
import type { DescribedFile, ExportRequest } from './protocol.ts';

/**
 * The files of an export, which make their bytes when they are asked for.
 * @throws {ExportRefused} while the graph has errors, or where the target has no words for it.
 */
export async function exportFiles(
  request: ExportRequest,
  pictureOf: (asset: Asset) => Promise<Picture>,
): Promise<readonly ExportedFile[]> {
  const { target, source } = await sourceFor(request, pictureOf);
  return target.files(source);
}

/**
 * The document as the target takes it.
 * @throws {ExportRefused} while the graph has errors, or where the target has no words for it.
 */
export async function sourceFor(
  { document, name, target: targetName, ...files }: ExportRequest,
  pictureOf: (asset: Asset) => Promise<Picture>,
): Promise<{ readonly target: ExportTarget; readonly source: ExportSource }> {
  const target = await targetNamed(targetName);
  const source = sourceOfDocument(document, name, readersOf(document, files, pictureOf));
  refuseInexpressible(target, source);
  return { target, source };
}

async function targetNamed(name: string): Promise<ExportTarget> {
  const load = Object.hasOwn(TARGETS, name) ? TARGETS[name] : undefined;
  if (!load) throw new RangeError(`there is no export target ${name}`);
  return load();
}

/** Endings of files that are text to be read. */
const TEXT = /\.(py|md|js|css|html|json|wgsl|txt|toml)$/;

/** The names of the files, with the text of those that are text. */
export async function describeFiles(files: readonly ExportedFile[]): Promise<readonly DescribedFile[]> {
  const described = files.map(async ({ path, pieces }): Promise<DescribedFile> => {
    if (!TEXT.test(path)) return { path, text: null };
    const decoder = new TextDecoder();
    let text = '';
    for await (const piece of pieces) text += decoder.decode(piece, { stream: true });
    return { path, text: text + decoder.decode() };
  });
  return Promise.all(described);
}

/**
 * One file for the person to keep, as `packedName` calls it: the file itself if it is the only one, else a folder in a .zip. Numbers do not get
 * smaller by packing, and are stored as they are.
 */
export async function packFiles(
  folder: string,
  files: readonly ExportedFile[],
  onProgress: (path: string, bytes: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const [only] = files;
  if (only && files.length === 1) {
    const parts: Uint8Array[] = [];
    await forEachPiece(only, onProgress, (piece) => parts.push(piece));
    return joined(parts);
  }
  const parts: Uint8Array[] = [];
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
  const zip = new Zip((error, chunk, final) => {
    if (error) reject(error);
    else parts.push(chunk);
    if (final) resolve();
  });
  for (const file of files) {
    const path = `${folder}/${file.path}`;
    const entry = TEXT.test(path) ? new ZipDeflate(path) : new ZipPassThrough(path);
    zip.add(entry);
    await forEachPiece(file, onProgress, (piece) => entry.push(piece));
    entry.push(new Uint8Array(0), true);
  }
  zip.end();
  await ended;
  return joined(parts);
}

async function forEachPiece(
  { path, pieces }: ExportedFile,
  onProgress: (path: string, bytes: number) => void,
  take: (piece: Uint8Array) => void,
): Promise<void> {
  let bytes = 0;
  for await (const piece of pieces) {
    take(piece);
    bytes += piece.byteLength;
    onProgress(path, bytes);
  }
}
