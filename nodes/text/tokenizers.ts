/** Tokenizers by what is written in a document, each made once: one of a file takes a moment to be made. */
import type { Asset } from '../../graph/schema.ts';
import { byteTokenizer } from './byte-tokenizer.ts';
import { fileTokenizer, TokenizerFileError } from './file-tokenizer.ts';
import type { Tokenizer } from './tokenizer.ts';
import { wordTokenizer } from './word-tokenizer.ts';

/** Which tokenizer, as plain data. */
export type TokenizerSpec =
  | { readonly kind: 'bytes' }
  | { readonly kind: 'words'; readonly words: readonly string[] }
  /** The tokenizer.json that is the document's asset of this id. */
  | { readonly kind: 'file'; readonly asset: string };

/** A tokenizer, or in words why there is none. */
export type FoundTokenizer = Tokenizer | { readonly fault: string };

export interface Tokenizers {
  /** The tokenizer of a spec; a file is looked for among the assets. */
  find(spec: TokenizerSpec, assets: readonly Asset[]): FoundTokenizer;
  /** Gives the bytes of a file that a document names by its path. */
  provide(sha256: string, bytes: Uint8Array): void;
}

export function createTokenizers(): Tokenizers {
  const files = new Map<string, Uint8Array>();
  const made = new Map<string, FoundTokenizer>();
  const ofAsset = (asset: Asset): FoundTokenizer => {
    const known = made.get(asset.sha256);
    if (known) return known;
    const bytes = asset.data === undefined ? files.get(asset.sha256) : fromBase64(asset.data);
    // Not kept: it may be provided later.
    if (!bytes) return { fault: `${asset.name} is not in the document: pick it again` };
    const found = ofBytes(asset.name, bytes);
    made.set(asset.sha256, found);
    return found;
  };
  return {
    find: (spec, assets) => {
      switch (spec.kind) {
        case 'bytes':
          return byteTokenizer();
        case 'words':
          return wordTokenizer(spec.words);
        case 'file': {
          if (spec.asset === '') return { fault: 'there is no tokenizer.json yet: pick one' };
          const asset = assets.find(({ id }) => id === spec.asset);
          return asset ? ofAsset(asset) : { fault: `the file "${spec.asset}" is not in the document` };
        }
        default:
          return spec satisfies never;
      }
    },
    provide: (sha256, bytes) => void files.set(sha256, bytes),
  };
}

function ofBytes(name: string, bytes: Uint8Array): FoundTokenizer {
  try {
    return fileTokenizer(new TextDecoder().decode(bytes));
  } catch (error) {
    if (error instanceof TokenizerFileError) return { fault: `${name}: ${error.message}` };
    throw error;
  }
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
