/** From lines of text to rows of ids as a model takes them: image tokens, text, padding; or where the first mistake is. */
import type { Tokenizer } from './tokenizer.ts';
import type { TokenizerSpec } from './tokenizers.ts';

export interface TokensSpec {
  /** One per sequence; they take the places of the batch in turn. */
  readonly lines: readonly string[];
  readonly tokenizer: TokenizerSpec;
  readonly vocabSize: number;
  /** How many places at the end no text takes. */
  readonly pad: number;
  readonly padTokenId: number;
  readonly imageTokens: number;
  readonly imageTokenId: number;
}

/** What keeps text from becoming ids, and the parameter in which it would be mended. */
export interface TokenFault {
  readonly code: string;
  readonly param: 'text' | 'captions' | 'tokenizer_file' | 'length' | 'vocab_size' | 'pad_token_id' | 'image_token_id';
  readonly message: string;
}

/** The lines of a text; what ends the last one does not begin another. */
export function splitLines(text: string): readonly string[] {
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/**
 * One row of ids per line, without padding.
 * @param length the most text tokens that a row takes.
 */
export function tokenRows(
  spec: TokensSpec,
  tokenizer: Tokenizer,
  length: number,
): readonly (readonly number[])[] | TokenFault {
  const { lines, vocabSize, imageTokens, imageTokenId } = spec;
  if (lines.length === 0) return { code: 'text.empty', param: 'text', message: 'there is no text yet: write a line' };
  if (imageTokens > 0 && imageTokenId >= vocabSize) return beyond('image_token_id', imageTokenId, vocabSize);
  const images = Array.from({ length: imageTokens }, () => imageTokenId);
  const rows: (readonly number[])[] = [];
  for (const [index, line] of lines.entries()) {
    const ids = encodeLine(spec, tokenizer, line, lines.length === 1 ? 'the text' : `line ${index + 1}`, length);
    if ('code' in ids) return ids;
    rows.push([...images, ...ids]);
  }
  return rows;
}

function encodeLine(
  { vocabSize, pad, padTokenId, imageTokens, imageTokenId }: TokensSpec,
  tokenizer: Tokenizer,
  line: string,
  where: string,
  length: number,
): readonly number[] | TokenFault {
  const encoding = tokenizer.encode(line);
  if (!encoding.ok) {
    const hint = encoding.suggestion === undefined ? '' : `; did you mean "${encoding.suggestion}"?`;
    return {
      code: 'text.unknown',
      param: 'text',
      message: `the tokenizer has no token for "${encoding.unknown}" in ${where}${hint}`,
    };
  }
  const { ids } = encoding;
  const name = (id: number): string => `"${tokenizer.show(id) ?? id}" in ${where}`;
  if (ids.length === 0) return { code: 'text.empty', param: 'text', message: `${where} is empty` };
  if (ids.length > length - pad) {
    const kept = pad > 0 ? `, of which pad keeps ${pad}` : '';
    const message = `${where} has ${ids.length} tokens, but length is ${length}${kept}`;
    return { code: 'text.length', param: 'length', message };
  }
  const outside = ids.find((id) => id >= vocabSize);
  if (outside !== undefined) {
    const message = `${name(outside)} is token ${outside}, but ids must be below vocab_size ${vocabSize}`;
    return { code: 'tokens.range', param: 'vocab_size', message };
  }
  if (imageTokens > 0 && ids.includes(imageTokenId)) {
    const message = `${name(imageTokenId)} is token ${imageTokenId}, which stands for the image`;
    return { code: 'tokens.reserved', param: 'image_token_id', message };
  }
  if (ids.length < length && padTokenId >= vocabSize) return beyond('pad_token_id', padTokenId, vocabSize);
  return ids;
}

function beyond(param: TokenFault['param'], id: number, vocabSize: number): TokenFault {
  const message = `${param} is ${id}, but ids must be below vocab_size ${vocabSize}`;
  return { code: 'tokens.range', param, message };
}

/** Rows in turn over the places of a batch, filled up with the padding: batch × length, row-major. */
export function fillTokens(
  rows: readonly (readonly number[])[],
  [batch = 0, length = 0]: readonly number[],
  padTokenId: number,
): Int32Array<ArrayBuffer> {
  const ids = new Int32Array(batch * length).fill(padTokenId);
  for (let place = 0; place < batch; place++) ids.set(rows[place % rows.length]!, place * length);
  return ids;
}
