/** What attention weights are of: which axis is the heads, which positions are patches, and how these lie in the picture. */
import type { Dimension } from '../../graph/problems.ts';
import { patchGrid } from '../previews/paint.ts';
import type { LookAt } from '../stores/view.ts';
import { tokensOf, type Token } from './tokens.ts';
import { itemOf, type Answers, type TokenizerOf, type ViewSubject } from './view.ts';

export const WEIGHTS = 'attention_weights';
export const IDS = 'input_ids';

/** The axes of `[…, batch, heads, queries, keys]`, of which the leading ones may be missing. */
export interface AttentionAxes {
  /** Indices of the leading axes for the item and the head that are looked at. */
  readonly index: readonly number[];
  readonly item: number;
  readonly items: number;
  readonly head: number;
  readonly heads: number;
  readonly queries: number;
  readonly keys: number;
}

/** Three axes are heads and a matrix, unless the first is named as the batch: weights averaged over heads. */
export function attentionAxes(dims: readonly Dimension[], look: LookAt): AttentionAxes {
  const leading = dims.slice(0, -2);
  const averaged = leading.length === 1 && leading[0]!.name === 'batch';
  const headAxis = leading.length > 0 && !averaged ? leading.length - 1 : -1;
  const itemAxis = averaged ? 0 : leading.length - 2;
  const heads = leading[headAxis]?.size ?? 1;
  const items = leading[itemAxis]?.size ?? 1;
  const head = Math.max(0, Math.min(Math.trunc(look.head ?? 0), heads - 1));
  const item = itemOf(look, items);
  const index = leading.map((_, axis) => (axis === headAxis ? head : axis === itemAxis ? item : 0));
  return { index, item, items, head, heads, queries: dims.at(-2)?.size ?? 0, keys: dims.at(-1)?.size ?? 0 };
}

/** Patches in reading order, and the positions of the keys that they are. */
export interface PatchLayout {
  readonly rows: number;
  readonly columns: number;
  readonly positions: readonly number[];
}

/**
 * Which keys are patches: as many as the parameter says, or those whose token is an image token, or all, less a class
 * token in front. They fill a grid of the picture's proportions. Null where there are none.
 */
export function patchLayout(
  keys: number,
  tokens: readonly Token[] | null,
  imageTokens: number,
  aspect: number,
): PatchLayout | null {
  const all = Array.from({ length: keys }, (_, position) => position);
  const marked = tokens ? all.filter((position) => tokens[position]?.kind === 'image') : [];
  const positions = imageTokens > 0 ? all.slice(0, imageTokens) : marked.length > 0 ? marked : tokens ? [] : all;
  if (positions.length === 0) return null;
  const grid = patchGrid(positions.length);
  if (grid && (aspect === 1 || grid.leading === 1)) {
    return { rows: grid.side, columns: grid.side, positions: positions.slice(grid.leading) };
  }
  const rows = nearestDivisor(positions.length, Math.sqrt(positions.length / aspect));
  return { rows, columns: positions.length / rows, positions };
}

/** Tokens of the queries and of the keys, where the wired ids are as many. */
export function attentionTokens(
  { inputs, params }: ViewSubject,
  answers: Answers,
  { queries, keys }: AttentionAxes,
  tokenizerOf: TokenizerOf,
): { readonly queries: readonly Token[] | null; readonly keys: readonly Token[] | null } {
  const ids = answers[IDS]?.values?.data;
  if (!ids) return { queries: null, keys: null };
  const tokens = tokensOf(ids, inputs[IDS]?.tokens ?? null, params, tokenizerOf);
  return { queries: tokens.length === queries ? tokens : null, keys: tokens.length === keys ? tokens : null };
}

function nearestDivisor(count: number, wanted: number): number {
  let best = 1;
  for (let divisor = 1; divisor <= count; divisor++) {
    if (count % divisor === 0 && Math.abs(divisor - wanted) < Math.abs(best - wanted)) best = divisor;
  }
  return best;
}
