/** Tokenizers in Node: a tokenizer.json that a document names by path is read beside it. */
import { resolve } from 'node:path';
import { createTokenizers, type Tokenizers } from '../nodes/text/tokenizers.ts';
import { UserError } from './errors.ts';
import { readBytes } from './files.ts';
import type { LoadedGraph } from './graph.ts';
import { sha256 } from './pictures.ts';

export const TOKENIZER_MIME = 'application/json';

/** @throws {UserError} where a file is missing, or is another one than it was. */
export async function loadTokenizers({ document, folder }: LoadedGraph): Promise<Tokenizers> {
  const tokenizers = createTokenizers();
  for (const { mime, path, data, sha256: hash } of document.assets) {
    if (mime !== TOKENIZER_MIME || data !== undefined || path === undefined) continue;
    const file = resolve(folder, path);
    const bytes = await readBytes(file);
    if (sha256(bytes) !== hash)
      throw new UserError(`${file}: it is not the file that the document names; its hash is another`);
    tokenizers.provide(hash, bytes);
  }
  return tokenizers;
}
