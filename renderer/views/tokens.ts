/** What the positions of a sequence stand for: patches, words or padding, with the name of each. */
import type { Params } from '../../nodes/definition.ts';
import type { TokensSpec } from '../../nodes/text/token-rows.ts';
import type { TokenizerOf } from './view.ts';

export type TokenKind = 'image' | 'text' | 'pad';

export interface Token {
  readonly kind: TokenKind;
  readonly id: number;
  /** `circle`, `patch 3`, `pad`; the number where the tokenizer is not known. */
  readonly name: string;
}

/** Neighbours of one kind. */
export interface TokenRun {
  readonly kind: TokenKind;
  readonly start: number;
  readonly count: number;
}

/** Colour tokens of the style sheet, one per kind. */
export const KIND_COLOURS = { image: '--image', text: '--tokens', pad: '--mask' } as const satisfies Readonly<
  Record<TokenKind, `--${string}`>
>;

/**
 * @param text what the ids come from, if that is text.
 * @param params of the view: ids that stand for patches and padding, where they are not −1.
 */
export function tokensOf(
  ids: ArrayLike<number>,
  text: TokensSpec | null,
  params: Params,
  tokenizerOf: TokenizerOf,
): readonly Token[] {
  const tokenizer = text && tokenizerOf(text.tokenizer);
  const imageId = chosen(params, 'image_token_id') ?? (text && text.imageTokens > 0 ? text.imageTokenId : null);
  const padId = chosen(params, 'pad_token_id') ?? text?.padTokenId ?? null;
  let patches = 0;
  return Array.from(ids, (id): Token => {
    if (id === imageId) return { kind: 'image', id, name: `patch ${patches++}` };
    if (id === padId) return { kind: 'pad', id, name: 'pad' };
    return { kind: 'text', id, name: tokenizer?.show(id) ?? String(id) };
  });
}

export function runsOf(tokens: readonly Token[]): readonly TokenRun[] {
  const runs: TokenRun[] = [];
  for (const [position, { kind }] of tokens.entries()) {
    const last = runs.at(-1);
    if (last?.kind === kind) runs[runs.length - 1] = { ...last, count: last.count + 1 };
    else runs.push({ kind, start: position, count: 1 });
  }
  return runs;
}

/** `16 image, 7 text and 3 pad tokens`. */
export function countTokens(tokens: readonly Token[]): string {
  const parts = (['image', 'text', 'pad'] as const)
    .map((kind) => ({ kind, count: tokens.filter((token) => token.kind === kind).length }))
    .filter(({ count }) => count > 0)
    .map(({ kind, count }) => `${count} ${kind}`);
  if (parts.length === 0) return 'no tokens';
  const list = parts.length === 1 ? parts[0]! : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
  return `${list} ${tokens.length === 1 ? 'token' : 'tokens'}`;
}

/** A position by its token, a word in quotes; by its number where the token is not known. */
export function nameOf(tokens: readonly Token[] | null, position: number): string {
  const token = tokens?.[position];
  if (!token) return String(position);
  return token.kind === 'text' ? `“${token.name}”` : token.name;
}

function chosen(params: Params, name: string): number | null {
  const value = params[name]?.value;
  return typeof value === 'number' && value >= 0 ? value : null;
}
