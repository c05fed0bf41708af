/** A Hugging Face folder on this machine's disk, for import/huggingface/folder.ts. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import type { Asset } from '../graph/schema.ts';
import { CONFIG, weightsFile, type ModelFolder } from '../import/huggingface/folder.ts';
import { TOKENIZER } from '../import/huggingface/import-model.ts';
import { readHeaders, type CheckpointFile } from './checkpoint.ts';
import { UserError } from './errors.ts';
import { readBytes } from './files.ts';
import { isFolder } from './picture-folders.ts';
import { sha256 } from './pictures.ts';
import { withSafetensors } from './tensor-files.ts';
import { TOKENIZER_MIME } from './tokenizers.ts';

/** @throws {UserError} where there is no such folder. What it does is also refused by a {UserError}. */
export async function openFolder(folder: string): Promise<ModelFolder> {
  if (!(await isFolder(folder))) throw new UserError(`${folder}: there is no such folder`);
  const [snapshot, ...others] = snapshotsIn(folder);
  if (snapshot !== undefined) {
    const which = others.length === 0 ? 'its snapshot' : `one of its ${others.length + 1} snapshots, as`;
    throw new UserError(`${folder}: this is a model in Hugging Face's cache: import ${which} ${snapshot}`);
  }
  return {
    name: folder,
    has: (file) => existsSync(join(folder, file)),
    placeOf: (file) => join(folder, file),
    read: (file) => readBytes(join(folder, file)),
    tensorNames: (file) => withSafetensors(join(folder, file), async (_, entries) => [...entries.keys()]),
  };
}

/** `models--org--model/snapshots/3d74acf…`: where the files are, of a folder that has none itself. */
function snapshotsIn(folder: string): readonly string[] {
  const snapshots = join(folder, 'snapshots');
  const isCache = !existsSync(join(folder, CONFIG)) && statSync(snapshots, { throwIfNoEntry: false })?.isDirectory();
  if (!isCache) return [];
  return readdirSync(snapshots).map((name) => join(snapshots, name));
}

/** Names the tokenizer of the folder by its path. @param beside The folder of the graph. */
export function tokenizerAsset(folder: ModelFolder, beside: string): (bytes: Uint8Array) => Asset {
  return (bytes) => ({
    id: 'tokenizer',
    name: TOKENIZER,
    mime: TOKENIZER_MIME,
    sha256: sha256(bytes),
    path: pathFrom(beside, folder.placeOf(TOKENIZER)),
  });
}

/** @throws {ImportError} where there are no weights; {UserError} where a file of them is broken. */
export async function readWeights(folder: ModelFolder): Promise<CheckpointFile> {
  return readHeaders(folder.placeOf(weightsFile(folder)));
}

/** As a document names a file: with slashes, from where it lies itself. */
export function pathFrom(folder: string, file: string): string {
  return relative(resolve(folder), resolve(file)).split(sep).join('/');
}
