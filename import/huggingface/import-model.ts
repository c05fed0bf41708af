/** From the files of a Hugging Face folder to a document that names its weights, its tokenizer and how it prepares pictures. */
import { FORMAT_VERSION, type Asset, type PatchbayDocument } from '../../graph/schema.ts';
import { fileTokenizer, TokenizerFileError } from '../../nodes/text/file-tokenizer.ts';
import type { Architecture, Preparation } from './architecture.ts';
import type { Config } from './config.ts';
import { padTokenId } from './padding.ts';
import { preparePictures, type PicturePreparation } from './preprocessor.ts';
import { parseObject, type FoundModel } from './read-config.ts';

/** What lies in the folder beside config.json. */
export interface FolderFiles {
  /** Text of preprocessor_config.json. */
  readonly preprocessor: string | undefined;
  readonly tokenizer: { readonly text: string; readonly asset: Asset } | undefined;
  /** Text of tokenizer_config.json. */
  readonly tokenizerConfig: string | undefined;
  /** To begin with, until the person has others. */
  readonly pictures: readonly Asset[];
  /** Names of the weights, as the rules make them; undefined: nobody has looked. */
  readonly names: ReadonlySet<string> | undefined;
  /** Rules that come before those of the architecture. */
  readonly rename: readonly string[];
}

export interface ImportedDocument {
  /** It names no weights yet. */
  readonly document: PatchbayDocument;
  /** Rules for the names in its checkpoint. */
  readonly rename: readonly string[];
  readonly notes: readonly string[];
}

/** Names of the files. */
export const PREPROCESSOR = 'preprocessor_config.json';
export const TOKENIZER = 'tokenizer.json';
export const TOKENIZER_CONFIG = 'tokenizer_config.json';

/** @throws {ImportError} where config.json or preprocessor_config.json asks for what a graph cannot be. */
export function importModel(found: FoundModel, files: FolderFiles): ImportedDocument {
  const { architecture, modelClass, config } = found;
  const notes: string[] = [];
  const pictures = modelClass.vision ? files.pictures : [];
  const picture = modelClass.vision && preparedPictures(architecture, modelClass.vision(config), files, notes);
  const tokenizer = modelClass.readsText ? usableTokenizer(files, notes) : undefined;
  const model = modelClass.build(config, {
    picture: { images: pictures.map(({ id }) => id).join(', '), ...picture?.params },
    tokens: tokenizer?.tokens,
    holds: (weight) => files.names?.has(weight) ?? true,
  });
  const rename = [...files.rename, ...model.rename];
  const document: PatchbayDocument = {
    format: 'patchbay',
    version: FORMAT_VERSION,
    seed: 0,
    main: model.modules[0]!.name,
    presets: [],
    modules: [...model.modules],
    assets: [...pictures, ...(tokenizer ? [tokenizer.asset] : [])],
  };
  return { document, rename, notes: [...model.notes, ...(picture?.notes ?? []), ...notes] };
}

/** @throws {ImportError} where preprocessor_config.json asks for what an image input cannot do. */
function preparedPictures(
  { modelType, preprocessor }: Architecture,
  vision: Config,
  files: FolderFiles,
  notes: string[],
): PicturePreparation {
  if (files.preprocessor === undefined)
    notes.push(`${PREPROCESSOR}: it is missing; pictures are prepared as is usual for ${modelType}`);
  const values = files.preprocessor === undefined ? {} : parseObject(files.preprocessor, PREPROCESSOR);
  return preparePictures(values, preprocessor, vision, PREPROCESSOR);
}

/** The tokenizer's file, if it can be used; else a note says why ids have to come from outside. */
function usableTokenizer(
  { tokenizer, tokenizerConfig }: FolderFiles,
  notes: string[],
): { readonly asset: Asset; readonly tokens: Preparation['tokens'] } | undefined {
  const without = (why: string): undefined =>
    void notes.push(`${TOKENIZER}: ${why}; the graph takes ids, by its input input_ids`);
  if (!tokenizer) return without('it is missing');
  const { text, asset } = tokenizer;
  try {
    fileTokenizer(text);
  } catch (error) {
    if (error instanceof TokenizerFileError) return without(error.message);
    throw error;
  }
  const settings = tokenizerConfig === undefined ? {} : parseObject(tokenizerConfig, TOKENIZER_CONFIG);
  const padding = padTokenId(text, settings);
  const tokens = {
    tokenizer: 'file',
    tokenizer_file: asset.id,
    ...(padding !== undefined && { pad_token_id: padding }),
  };
  return { asset, tokens };
}
