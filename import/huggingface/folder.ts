/** A Hugging Face folder, wherever its files come from: config.json and what lies beside it. */
import { decodeText, EncodingError } from '../../graph/bytes.ts';
import { FormatError } from '../../graph/formats/format-error.ts';
import { parseSafetensorsIndex } from '../../graph/formats/safetensors-index.ts';
import type { Asset } from '../../graph/schema.ts';
import { parseRenamingRule, rename } from '../../nodes/renaming.ts';
import { ImportError } from '../import-error.ts';
import {
  importModel,
  PREPROCESSOR,
  TOKENIZER,
  TOKENIZER_CONFIG,
  type FolderFiles,
  type ImportedDocument,
} from './import-model.ts';
import { readConfig, type FoundModel } from './read-config.ts';

export const CONFIG = 'config.json';
export const ONE_FILE = 'model.safetensors';
const INDEX = 'model.safetensors.index.json';
/** Weights as a Python program, which nobody should run who does not know where it is from. */
const PICKLES = ['pytorch_model.bin', 'pytorch_model.bin.index.json'] as const;

export interface ModelFolder {
  /** How messages name it. */
  readonly name: string;
  has(file: string): boolean;
  /** How messages name a file in it. */
  placeOf(file: string): string;
  /** A whole file, which is none of weights. */
  read(file: string): Promise<Uint8Array>;
  /** Names of the tensors of a .safetensors file, of which the header alone is read. */
  tensorNames(file: string): Promise<readonly string[]>;
}

export interface FolderOptions {
  /** To begin with, until the person has others. */
  readonly pictures: readonly Asset[];
  /** Rules for names in the checkpoint that come before those of the architecture. */
  readonly rename: readonly string[];
  /** How the document keeps the tokenizer's file, or names it. */
  readonly tokenizerAsset: (bytes: Uint8Array) => Promise<Asset> | Asset;
}

export interface ImportedFolder extends ImportedDocument {
  readonly found: FoundModel;
}

/**
 * The graph, without its weights: of those only names are looked at.
 * @throws {ImportError} where it is no such folder, or of an architecture that is not known; {RenamingError}.
 */
export async function importFolder(folder: ModelFolder, options: FolderOptions): Promise<ImportedFolder> {
  const { pictures, rename: given, tokenizerAsset } = options;
  const rules = given.map(parseRenamingRule);
  const found = readConfig(await textIn(folder, CONFIG), folder.placeOf(CONFIG));
  const names = (await weightNames(folder))?.map((name) => rename(name, rules)).filter((name) => name !== null);
  const files: FolderFiles = {
    preprocessor: await optionalText(folder, PREPROCESSOR),
    tokenizerConfig: await optionalText(folder, TOKENIZER_CONFIG),
    tokenizer: await readTokenizer(folder, tokenizerAsset),
    pictures,
    names: names && new Set(names),
    rename: given,
  };
  return { found, ...importModel(found, files) };
}

/**
 * The file of the weights, or the index of several.
 * @throws {ImportError} where there is none.
 */
export function weightsFile(folder: ModelFolder): string {
  const found = weightsIn(folder);
  if (found !== undefined) return found;
  const pickle = PICKLES.find((name) => folder.has(name));
  const instead =
    pickle === undefined
      ? ''
      : `; ${pickle} is a pickle, which is not read: save the model with safe_serialization=True`;
  throw new ImportError(`${folder.name}: there is neither ${ONE_FILE} nor ${INDEX}${instead}`);
}

function weightsIn(folder: ModelFolder): string | undefined {
  return [ONE_FILE, INDEX].find((name) => folder.has(name));
}

/** From headers alone; undefined where there are no weights. */
async function weightNames(folder: ModelFolder): Promise<readonly string[] | undefined> {
  const file = weightsIn(folder);
  if (file !== INDEX) return file === undefined ? undefined : folder.tensorNames(file);
  try {
    const shards = parseSafetensorsIndex(await textIn(folder, file));
    return [...shards.values()].flatMap((names) => [...names]);
  } catch (error) {
    throw error instanceof FormatError ? new ImportError(`${folder.placeOf(file)}: ${error.message}`) : error;
  }
}

async function readTokenizer(
  folder: ModelFolder,
  assetOf: FolderOptions['tokenizerAsset'],
): Promise<FolderFiles['tokenizer']> {
  if (!folder.has(TOKENIZER)) return undefined;
  const bytes = await folder.read(TOKENIZER);
  return { text: decoded(folder, TOKENIZER, bytes), asset: await assetOf(bytes) };
}

async function optionalText(folder: ModelFolder, file: string): Promise<string | undefined> {
  return folder.has(file) ? textIn(folder, file) : undefined;
}

async function textIn(folder: ModelFolder, file: string): Promise<string> {
  return decoded(folder, file, await folder.read(file));
}

function decoded(folder: ModelFolder, file: string, bytes: Uint8Array): string {
  try {
    return decodeText(bytes);
  } catch (error) {
    throw error instanceof EncodingError ? new ImportError(`${folder.placeOf(file)}: ${error.message}`) : error;
  }
}
