/**
 * Shape patterns: `batch patches embed_dim`, `... in_features`, `batch heads=(embed_dim // head_dim) 3`.
 *
 * A pattern is a list of items, one per dimension:
 *   name           a parameter, or a size that is the same wherever the name stands
 *   3              exactly that size
 *   (a // b)       an expression over parameters and names bound before
 *   name=(a // b)  the same, with a name for the dimension
 *   ...            any number of dimensions, at most once
 */
import { ExpressionError, parseExpression, type Expression } from './expression-syntax.ts';
import { evaluate, type Value } from './expressions.ts';
import type { Dimension } from './problems.ts';

export type PatternItem =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'size'; readonly size: number }
  | { readonly kind: 'expression'; readonly expression: Expression; readonly text: string; readonly name?: string }
  | { readonly kind: 'rest' };

export interface Pattern {
  readonly text: string;
  readonly items: readonly PatternItem[];
}

/** A pattern that cannot be read: where in its text, and why. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
  readonly position: number;

  constructor(message: string, position: number) {
    super(message);
    this.position = position;
  }
}

/** What names in a pattern stand for. */
export interface Bindings {
  /** Numeric parameters with their values; `label` is the hyperparameter's name where the value is just that name. */
  readonly params: ReadonlyMap<string, { readonly value: Value; readonly label?: string }>;
  /** Sizes of names bound by inputs so far, with the name the dimension came with. */
  readonly sizes: Map<string, Dimension>;
  /** What the first `...` of the inputs matched. */
  rest?: readonly Dimension[];
}

/** Why a shape does not fit. */
export interface MatchFailure {
  /** `axis 2 is 512, not embed_dim 768`. */
  readonly reason: string;
  /** The parameter that wants another size, and the dimension that came, where that is the reason. */
  readonly param?: { readonly name: string; readonly came: Dimension };
}

/** More dimensions than this are refused: no tensor here has them, and kernels fold dimensions into few. */
export const MAX_RANK = 8;

const ITEM = /\s*(?:(\.\.\.)|([0-9]+)(?![A-Za-z0-9_=(])|([A-Za-z_][A-Za-z0-9_]*)(=?)|(\())/y;

/**
 * Reads a pattern.
 * @throws {PatternError} with the offset.
 */
export function parsePattern(text: string): Pattern {
  const items: PatternItem[] = [];
  let position = 0;
  while (text.slice(position).trim() !== '') {
    ITEM.lastIndex = position;
    const found = ITEM.exec(text);
    const start = position + (/^\s*/.exec(text.slice(position))?.[0].length ?? 0);
    if (!found) throw new PatternError(`"${text[start]}" cannot stand in a shape`, start);
    const [, rest, size, name, equals] = found;
    position = ITEM.lastIndex;
    if (rest) {
      if (items.some(({ kind }) => kind === 'rest')) throw new PatternError('`...` may stand once', start);
      items.push({ kind: 'rest' });
    } else if (size) {
      items.push({ kind: 'size', size: sizeLiteral(size, start) });
    } else if (name && !equals) {
      items.push({ kind: 'name', name });
    } else {
      const open = name ? position : start;
      if (text[open] !== '(') throw new PatternError('`(` must follow `=`', open);
      position = closingParenthesis(text, open) + 1;
      const inner = text.slice(open + 1, position - 1);
      items.push({
        kind: 'expression',
        expression: parseInner(inner, open + 1),
        text: inner.trim(),
        ...(name && { name }),
      });
    }
  }
  if (items.length > MAX_RANK) throw new PatternError(`a shape has at most ${MAX_RANK} dimensions`, 0);
  return { text, items };
}

function sizeLiteral(text: string, position: number): number {
  const size = Number(text);
  if (!Number.isSafeInteger(size)) throw new PatternError(`the size ${text} is too large`, position);
  return size;
}

function closingParenthesis(text: string, open: number): number {
  let depth = 0;
  for (let index = open; index < text.length; index++) {
    if (text[index] === '(') depth++;
    if (text[index] === ')' && --depth === 0) return index;
  }
  throw new PatternError('`)` is missing', text.length);
}

function parseInner(text: string, offset: number): Expression {
  try {
    return parseExpression(text);
  } catch (error) {
    if (error instanceof ExpressionError) throw new PatternError(error.message, offset + error.position);
    throw error;
  }
}

/**
 * Matches a shape against an input's pattern, and binds the pattern's names that are not bound yet. `...` on its own
 * takes anything; beside other items it is the same in every input.
 * @returns the dimensions with their names: the hyperparameter that a parameter is, or else the name that came, or
 * else the pattern's.
 */
export function matchPattern(
  pattern: Pattern,
  dims: readonly Dimension[],
  bindings: Bindings,
): { readonly ok: true; readonly dims: readonly Dimension[] } | { readonly ok: false; readonly failure: MatchFailure } {
  const { items } = pattern;
  const hasRest = items.some(({ kind }) => kind === 'rest');
  const fixed = hasRest ? items.length - 1 : items.length;
  if (hasRest ? dims.length < fixed : dims.length !== fixed) {
    const wanted = `${hasRest ? 'at least ' : ''}${fixed} ${fixed === 1 ? 'dimension is' : 'dimensions are'} wanted`;
    return refuse({ reason: `${wanted}, ${dims.length} came` });
  }
  const named: Dimension[] = [];
  // Bound for good only if all of the shape fits.
  const trial: Bindings = { params: bindings.params, sizes: new Map(bindings.sizes) };
  for (const item of items) {
    const axis = named.length;
    if (item.kind === 'rest') {
      const rest = dims.slice(axis, axis + dims.length - fixed);
      if (bindings.rest && items.length > 1 && !sameSizes(bindings.rest, rest))
        return refuse({
          reason: `its leading dimensions are ${describeShape(rest)}, those of another input ${describeShape(bindings.rest)}`,
        });
      trial.rest = bindings.rest ?? rest;
      named.push(...rest);
      continue;
    }
    const dim = dims[axis]!;
    const wanted = wantedSize(item, trial);
    if ('message' in wanted) return refuse({ reason: wanted.message });
    if (wanted.size === undefined) {
      // A first appearance binds the name.
      const bound = { size: dim.size, name: dim.name ?? wanted.name };
      trial.sizes.set(wanted.name, bound);
      named.push(bound);
      continue;
    }
    if (wanted.size !== dim.size) {
      const reason = `axis ${axis} is ${dim.size}, not ${wanted.words}`;
      const param = item.kind === 'name' && bindings.params.has(item.name) ? item.name : undefined;
      return refuse({ reason, ...(param !== undefined && { param: { name: param, came: dim } }) });
    }
    const name = wanted.label ?? dim.name ?? wanted.name;
    named.push(name === undefined ? { size: dim.size } : { size: dim.size, name });
  }
  for (const [name, bound] of trial.sizes) bindings.sizes.set(name, bound);
  if (trial.rest) bindings.rest = trial.rest;
  return { ok: true, dims: named };
}

function refuse(failure: MatchFailure): { readonly ok: false; readonly failure: MatchFailure } {
  return { ok: false, failure };
}

function sameSizes(a: readonly Dimension[], b: readonly Dimension[]): boolean {
  return a.length === b.length && a.every(({ size }, axis) => size === b[axis]!.size);
}

/** A known size with the words for it; no size for a name that is not bound yet; or why there can be none. */
type Wanted =
  | { readonly size: number; readonly words: string; readonly label?: string; readonly name?: string }
  | { readonly size?: undefined; readonly name: string }
  | { readonly message: string };

function wantedSize(item: Exclude<PatternItem, { kind: 'rest' }>, bindings: Bindings): Wanted {
  switch (item.kind) {
    case 'size':
      return { size: item.size, words: String(item.size) };
    case 'name': {
      const { name } = item;
      const param = bindings.params.get(name);
      if (param) {
        const size = asSize(param.value);
        if (size === undefined) return { message: `${name} is not a size` };
        const words = `${name} ${size}`;
        return param.label === undefined ? { size, words, name } : { size, words, name, label: param.label };
      }
      const bound = bindings.sizes.get(name);
      return bound ? { size: bound.size, words: `${name} ${bound.size}`, name: bound.name ?? name } : { name };
    }
    case 'expression': {
      const size = evaluateSize(item, bindings);
      if (typeof size === 'string') return { message: size };
      const words = `${item.name ?? item.text} ${size}`;
      return item.name === undefined ? { size, words } : { size, words, label: item.name };
    }
    default:
      return item satisfies never;
  }
}

function evaluateSize(
  item: { readonly expression: Expression; readonly text: string },
  bindings: Bindings,
): number | string {
  const names = new Map<string, Value>();
  for (const [name, { size }] of bindings.sizes) names.set(name, { type: 'int', value: size });
  for (const [name, { value }] of bindings.params) names.set(name, value);
  try {
    const value = evaluate(item.expression, { names });
    return asSize(value) ?? `${item.text} is ${String(value.value)}, not a size`;
  } catch (error) {
    if (error instanceof ExpressionError) return `${item.text}: ${error.message}`;
    throw error;
  }
}

function asSize(value: Value): number | undefined {
  return value.type === 'int' && value.value >= 0 ? value.value : undefined;
}

/**
 * The dimensions that an output's pattern describes, once the inputs have bound their names.
 * @returns the message of what is missing, if something is.
 */
export function buildShape(
  pattern: Pattern,
  bindings: Bindings,
): { readonly ok: true; readonly dims: readonly Dimension[] } | { readonly ok: false; readonly message: string } {
  const dims: Dimension[] = [];
  for (const item of pattern.items) {
    if (item.kind === 'rest') {
      if (!bindings.rest) return { ok: false, message: 'nothing says what `...` is' };
      dims.push(...bindings.rest);
      continue;
    }
    const wanted = wantedSize(item, bindings);
    if ('message' in wanted) return { ok: false, message: wanted.message };
    if (wanted.size === undefined) return { ok: false, message: `nothing says how large ${wanted.name} is` };
    const name = ('label' in wanted ? wanted.label : undefined) ?? wanted.name;
    dims.push(name === undefined ? { size: wanted.size } : { size: wanted.size, name });
  }
  if (dims.length > MAX_RANK)
    return { ok: false, message: `a shape has at most ${MAX_RANK} dimensions, not ${dims.length}` };
  return { ok: true, dims };
}

/** `batch 1 × patches 196 × embed_dim 768`, as messages show a shape; `a scalar` for none. */
export function describeShape(dims: readonly Dimension[]): string {
  if (dims.length === 0) return 'a scalar';
  return dims.map(({ size, name }) => (name === undefined ? String(size) : `${name} ${size}`)).join(' × ');
}

/** The pattern with the sizes that are known: `batch × patches × embed_dim 768`. */
export function describePattern(pattern: Pattern, bindings: Bindings): string {
  const words = pattern.items.map((item) => {
    if (item.kind === 'rest') return '…';
    const wanted = wantedSize(item, bindings);
    if ('message' in wanted) return item.kind === 'expression' ? item.text : (item as { name: string }).name;
    return wanted.size === undefined ? wanted.name : wanted.words;
  });
  return words.length === 0 ? 'a scalar' : words.join(' × ');
}
