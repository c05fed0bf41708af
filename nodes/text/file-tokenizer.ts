/** A user's tokenizer.json, as Hugging Face's tokenizers write it: BPE, WordPiece, Unigram or WordLevel with what belongs to it. */
import { Tokenizer as FileTokenizer } from '@huggingface/tokenizers';
import { z } from 'zod';
import { messageLine } from '../../graph/error-text.ts';
import { JsonError, parseJson } from '../../graph/json.ts';
import { lazily } from '../../graph/lazily.ts';
import { endlessPart } from './endless-patterns.ts';
import { foreign, type Encoding, type Tokenizer } from './tokenizer.ts';

/** A file that is no tokenizer, or one of a kind that is not known. */
export class TokenizerFileError extends Error {
  override readonly name = 'TokenizerFileError';

  constructor(message: string) {
    super(messageLine(message));
  }
}

/** Four times the largest vocabulary in use; each token costs memory several times its length. */
const MOST_CHARACTERS = 128 * 1024 * 1024;

/** Ids are 32-bit integers wherever they are computed with. */
/** What is read here of the file; the library reads the rest. */
const tokenizerFile = lazily(() => {
  const tokenId = z
    .int()
    .min(0)
    .max(2 ** 31 - 2);
  return z.looseObject({
    model: z.looseObject({
      // Files of the first versions name no type.
      type: z.enum(['BPE', 'WordPiece', 'Unigram', 'WordLevel']).nullish(),
      unk_token: z.string().nullish(),
      unk_id: tokenId.nullish(),
      vocab: z.union([z.record(z.string(), tokenId), z.array(z.tuple([z.string(), z.number()]))]),
    }),
    added_tokens: z.array(z.looseObject({ id: tokenId, content: z.string(), special: z.boolean() })).nullish(),
  });
});

type TokenizerFile = z.infer<ReturnType<typeof tokenizerFile>>;

/**
 * Makes a tokenizer of the text of a tokenizer.json. Special tokens are added as the file says (`<s>` before the text).
 * @throws {TokenizerFileError} saying what is wrong with the file.
 */
export function fileTokenizer(text: string): Tokenizer {
  const file = parse(text);
  const library = construct(file);
  const unknownId = unknownIdOf(file);
  const encode = (line: string, add_special_tokens: boolean): readonly (number | undefined)[] =>
    library.encode(line, { add_special_tokens }).ids;
  const isUnknown = (id: number | undefined): boolean => id === undefined || id === unknownId;
  // Not by what is added around it: CLIP's token for what is unknown is the one that ends every text.
  const hasUnknown = (line: string): boolean => encode(line, false).some(isUnknown);
  return {
    size: sizeOf(file),
    encode: (line): Encoding => {
      const ids = encode(line, true);
      const suspicious = ids.some(isUnknown);
      if (!suspicious || (!ids.includes(undefined) && !hasUnknown(line)))
        return { ok: true, ids: ids as readonly number[] };
      // The word that is to blame, where it is to blame by itself too.
      const unknown = line.split(/\s+/u).find((word) => word !== '' && hasUnknown(word));
      return { ok: false, unknown: unknown ?? line };
    },
    decode: (ids) => decodeRuns(library, ids),
    show: (id) => library.id_to_token(id) ?? null,
  };
}

function parse(text: string): TokenizerFile {
  if (text.length > MOST_CHARACTERS) throw new TokenizerFileError('it is larger than 128 MiB');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new TokenizerFileError(`it is no JSON (${jsonFault(text)})`);
  }
  const parsed = tokenizerFile().safeParse(json);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    throw new TokenizerFileError(`it is no tokenizer.json: ${path.join('.') || 'the whole'}: ${message}`);
  }
  for (const part of ['normalizer', 'pre_tokenizer', 'decoder']) refuseEndless(parsed.data[part], part, 0);
  return parsed.data;
}

/** What the engine's own parser does not tell: where. */
function jsonFault(text: string): string {
  try {
    parseJson(text);
    return 'its end is missing';
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    const before = text.slice(0, error.offset).split('\n');
    return `line ${before.length}, column ${before.at(-1)!.length + 1}: ${error.message}`;
  }
}

/** Deeper than any file nests the steps of a part. */
const MOST_NESTED = 32;

/** Patterns of the file are run on every text; one that takes for ever would stop the program. */
function refuseEndless(value: unknown, place: string, depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth > MOST_NESTED) throw new TokenizerFileError(`${place}: it is nested deeper than ${MOST_NESTED} levels`);
  for (const [key, inner] of Object.entries(value)) {
    const within = `${place}.${key}`;
    const part = key === 'Regex' && typeof inner === 'string' ? endlessPart(inner) : null;
    if (part !== null)
      throw new TokenizerFileError(`${within}: repeating "${part}" takes for ever on some texts; it is not used`);
    refuseEndless(inner, within, depth + 1);
  }
}

/** With what tokenizers part words at. */
const PROBE = "A cat's photo, of 2 cats!\n";

function construct(file: TokenizerFile): FileTokenizer {
  const parts = { normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null };
  const config = {
    // The decoder alone says where spaces go: text must come back as it was.
    clean_up_tokenization_spaces: false,
    ...(file.model.unk_token != null && { unk_token: file.model.unk_token }),
  };
  try {
    const made = new FileTokenizer({ ...parts, ...file, added_tokens: file.added_tokens ?? [] }, config);
    // Much of a file is looked at only when it is used.
    made.encode(PROBE);
    return made;
  } catch (error) {
    throw new TokenizerFileError(`it cannot be used: ${(error as Error).message}`);
  }
}

function unknownIdOf({ model, added_tokens: added }: TokenizerFile): number | undefined {
  if (model.unk_id != null) return model.unk_id;
  const token = model.unk_token;
  if (token == null) return undefined;
  const listed = added?.find(({ content }) => content === token)?.id;
  return listed ?? (Array.isArray(model.vocab) ? undefined : model.vocab[token]);
}

function sizeOf({ model, added_tokens: added }: TokenizerFile): number {
  let greatest = Array.isArray(model.vocab) ? model.vocab.length - 1 : -1;
  if (!Array.isArray(model.vocab)) for (const id of Object.values(model.vocab)) greatest = Math.max(greatest, id);
  for (const { id } of added ?? []) greatest = Math.max(greatest, id);
  return greatest + 1;
}

/** The library has no text for ids beyond its vocabulary: they interrupt what it decodes. */
function decodeRuns(library: FileTokenizer, ids: readonly number[]): string {
  let text = '';
  let run: number[] = [];
  const flush = (): void => {
    if (run.length > 0) text += library.decode(run, { skip_special_tokens: true });
    run = [];
  };
  for (const id of ids) {
    if (library.id_to_token(id) === undefined) {
      flush();
      text += foreign(id);
    } else run.push(id);
  }
  flush();
  return text;
}
