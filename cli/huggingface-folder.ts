/** The files of a Hugging Face folder: what there is of them, with paths from where the graph will lie. */
import { existsSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { decodeText, EncodingError } from '../graph/bytes.ts';
import { parseSafetensorsIndex } from '../graph/formats/safetensors-index.ts';
import { PREPROCESSOR, TOKENIZER, TOKENIZER_CONFIG, type FolderFiles } from '../import/huggingface/import-model.ts';
import { readConfig, type FoundModel } from '../import/huggingface/read-config.ts';
import { readHeaders, type CheckpointFile } from './checkpoint.ts';
import { UserError } from './errors.ts';
import { readBytes } from './files.ts';
import { isFolder } from './picture-folders.ts';
import { sha256 } from './pictures.ts';
import { inFile, withSafetensors } from './tensor-files.ts';
import { TOKENIZER_MIME } from './tokenizers.ts';

const WEIGHTS = ['model.safetensors', 'model.safetensors.index.json'] as const;
/** Weights as a Python program, which nobody should run who does not know where it is from. */
const PICKLES = ['pytorch_model.bin', 'pytorch_model.bin.index.json'] as const;

/** @throws {UserError} where there is no such folder or no config.json; {ImportError} for one that is not known. */
export async function findModel(folder: string): Promise<FoundModel> {
  if (!(await isFolder(folder))) throw new UserError(`${folder}: there is no such folder`);
  const file = join(folder, 'config.json');
  return readConfig(textOf(await readBytes(file), file), file);
}

/**
 * What lies beside config.json, but for the weights.
 * @param beside the folder of the graph, from which it names the files.
 * @throws {UserError} where a file cannot be read.
 */
export async function readFiles(
  folder: string,
  beside: string,
): Promise<Omit<FolderFiles, 'pictures' | 'names' | 'rename'>> {
  const optional = async (name: string): Promise<Uint8Array | undefined> =>
    existsSync(join(folder, name)) ? readBytes(join(folder, name)) : undefined;
  const preprocessor = await optional(PREPROCESSOR);
  const tokenizer = await optional(TOKENIZER);
  const tokenizerConfig = await optional(TOKENIZER_CONFIG);
  return {
    preprocessor: preprocessor && textOf(preprocessor, join(folder, PREPROCESSOR)),
    tokenizerConfig: tokenizerConfig && textOf(tokenizerConfig, join(folder, TOKENIZER_CONFIG)),
    tokenizer: tokenizer && {
      text: textOf(tokenizer, join(folder, TOKENIZER)),
      asset: {
        id: 'tokenizer',
        name: TOKENIZER,
        mime: TOKENIZER_MIME,
        sha256: sha256(tokenizer),
        path: pathFrom(beside, join(folder, TOKENIZER)),
      },
    },
  };
}

/**
 * Names of the weights, from headers alone: nothing of them is hashed, nor read.
 * @returns undefined where there are none.
 * @throws {UserError} where a file of them is broken.
 */
export async function weightNames(folder: string): Promise<readonly string[] | undefined> {
  const name = WEIGHTS.find((one) => existsSync(join(folder, one)));
  if (name === undefined) return undefined;
  const file = join(folder, name);
  if (name === 'model.safetensors') return withSafetensors(file, async (_, entries) => [...entries.keys()]);
  const bytes = await readBytes(file);
  const shards = await inFile(file, async () => parseSafetensorsIndex(textOf(bytes, file)));
  return [...shards.values()].flatMap((names) => [...names]);
}

/** @throws {UserError} where there are no weights, or a file of them is broken. */
export async function readWeights(folder: string): Promise<CheckpointFile> {
  return readHeaders(join(folder, weightsIn(folder)));
}

/** As a document names a file: with slashes, from where it lies itself. */
export function pathFrom(folder: string, file: string): string {
  return relative(resolve(folder), resolve(file)).split(sep).join('/');
}

/** @throws {UserError} where there are none. */
function weightsIn(folder: string): string {
  const found = WEIGHTS.find((name) => existsSync(join(folder, name)));
  if (found !== undefined) return found;
  const pickle = PICKLES.find((name) => existsSync(join(folder, name)));
  const instead =
    pickle === undefined
      ? ''
      : `; ${pickle} is a pickle, which is not read: save the model with safe_serialization=True`;
  throw new UserError(`${folder}: there is neither ${WEIGHTS.join(' nor ')}${instead}`);
}

function textOf(bytes: Uint8Array, file: string): string {
  try {
    return decodeText(bytes);
  } catch (error) {
    if (error instanceof EncodingError) throw new UserError(`${file}: ${error.message}`);
    throw error;
  }
}
