/** One parameter: from what is written in the document to its value, or to what is wrong with it. */
import { closest, didYouMean } from './closest.ts';
import { cachedExpression, type GraphCache } from './cache.ts';
import { dimsText, resolveDims } from './dims.ts';
import { ExpressionError } from './expression-syntax.ts';
import { describeValue, evaluate, type Scope, type Value } from './expressions.ts';
import type { Hyperparameter, ParameterValue } from './schema.ts';
import type { ParameterDefinition, ResolvedParameter, Scalar } from './signature.ts';
import { expressionOfText, TEXT_OFFSET } from './text-value.ts';

/** What `ParameterDefinition` and `Hyperparameter` have in common. */
export type ParameterRule = Pick<ParameterDefinition, 'name' | 'type'> &
  Partial<Pick<ParameterDefinition, 'minimum' | 'maximum' | 'choices'>>;

/** A parameter of a node type, or a hyperparameter as its instances have it: a rule and a default. */
export type NodeParameter = ParameterRule & { readonly default: ParameterValue };

export interface ParameterFault {
  readonly code: string;
  readonly message: string;
  /** Offset in the expression. */
  readonly position?: number;
  /** A value that would do. */
  readonly suggestion?: { readonly value: Scalar; readonly title: string };
}

export type Resolved =
  | { readonly ok: true; readonly param: ResolvedParameter; readonly value: Value }
  | { readonly ok: false; readonly fault: ParameterFault };

/** Hyperparameters as rules; their schema allows explicit undefined, which a rule does not. */
export function ruleOf({ name, type, minimum, maximum, choices }: Hyperparameter): ParameterRule {
  return {
    name,
    type: choices ? 'choice' : type,
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
    ...(choices && { choices }),
  };
}

/** Evaluates `source` as a parameter of this kind, in the scope of the module in which it is written. */
export function resolveParameter(
  rule: ParameterRule,
  source: ParameterValue,
  scope: Scope,
  cache: GraphCache,
): Resolved {
  switch (rule.type) {
    case 'string':
    case 'choice': {
      const expression = expressionOfText(source);
      const resolved =
        expression === undefined ? plainText(rule, source) : followedText(rule, source, expression, scope, cache);
      return resolved.ok && rule.type === 'choice' ? chosen(rule, resolved) : resolved;
    }
    case 'images':
    case 'text':
    case 'asset':
      return plainText(rule, source);
    case 'dims':
      return dims(source, scope, cache);
    case 'int':
    case 'float':
    case 'bool':
      return scalar(rule, rule.type, source, scope, cache);
    default:
      return rule.type satisfies never;
  }
}

function plainText({ name, type }: ParameterRule, source: ParameterValue): Resolved {
  if (typeof source !== 'string' && type !== 'choice') {
    return refuse('param.type', `${name} is a text, not ${source}`);
  }
  const value = String(source);
  return { ok: true, param: { value, source: value }, value: { type: 'string', value } };
}

/** `=activation`: the text that the expression gives. */
function followedText(
  { name }: ParameterRule,
  source: ParameterValue,
  written: string,
  scope: Scope,
  cache: GraphCache,
): Resolved {
  try {
    const expression = cachedExpression(cache, written);
    const value = evaluate(expression, scope);
    if (value.type !== 'string')
      return refuse('param.type', `${name} is a text; ${written} is ${describeValue(value)}, which is none`);
    const label = expression.kind === 'name' && { label: expression.name };
    return { ok: true, param: { value: value.value, source, ...label }, value };
  } catch (error) {
    return expressionFault(error, source, TEXT_OFFSET);
  }
}

/** The text if it is one of the choices. */
function chosen({ name, choices = [] }: ParameterRule, resolved: Resolved & { ok: true }): Resolved {
  const text = String(resolved.value.value);
  if (choices.includes(text)) return resolved;
  const hint = didYouMean(text, choices) || `; there are ${choices.join(', ')}`;
  const near = closest(text, choices);
  return refuse('param.choice', `${name} has no choice "${text}"${hint}`, {
    ...(near !== undefined && { suggestion: { value: near, title: `Set ${name} to ${near}` } }),
  });
}

function refuse(code: string, message: string, more: Partial<ParameterFault> = {}): Resolved {
  return { ok: false, fault: { code, message, ...more } };
}

/** @param offset of the expression in the parameter's text. */
function expressionFault(error: unknown, source: ParameterValue, offset = 0): Resolved {
  if (!(error instanceof ExpressionError)) throw error;
  return refuse(`expression.${error.code}`, `${source}: ${error.message}`, { position: offset + error.position });
}

function dims(source: ParameterValue, scope: Scope, cache: GraphCache): Resolved {
  try {
    const items = resolveDims(String(source), scope, (item) => cachedExpression(cache, item));
    const value = dimsText(items);
    return { ok: true, param: { value, source, dims: items }, value: { type: 'string', value } };
  } catch (error) {
    return expressionFault(error, source);
  }
}

function scalar(
  rule: ParameterRule,
  type: 'int' | 'float' | 'bool',
  source: ParameterValue,
  scope: Scope,
  cache: GraphCache,
): Resolved {
  let value: Value;
  let label: string | undefined;
  if (typeof source === 'string') {
    try {
      const expression = cachedExpression(cache, source);
      if (expression.kind === 'name') label = expression.name;
      value = evaluate(expression, scope);
    } catch (error) {
      return expressionFault(error, source);
    }
  } else if (typeof source === 'boolean') {
    value = { type: 'bool', value: source };
  } else {
    value = { type: Number.isInteger(source) ? 'int' : 'float', value: source };
  }

  const fitting = fit(rule, type, value, source);
  if ('fault' in fitting) return { ok: false, fault: fitting.fault };
  const range = rangeFault(rule, fitting.value);
  if (range) return { ok: false, fault: range };
  return {
    ok: true,
    param: { value: fitting.value.value, source, ...(label !== undefined && { label }) },
    value: fitting.value,
  };
}

/** Python's types: a float is no int, whatever its value; an int serves as a float. */
function fit(
  rule: ParameterRule,
  type: 'int' | 'float' | 'bool',
  value: Value,
  source: ParameterValue,
): { readonly value: Value } | { readonly fault: ParameterFault } {
  if (value.type === type) return { value };
  if (type === 'float' && value.type === 'int') return { value: { type: 'float', value: value.value } };
  const shown = typeof source === 'string' ? `${source} is ${describeValue(value)}` : `${describeValue(value)} is`;
  const wanted = { int: 'a whole number', float: 'a number', bool: 'True or False' }[type];
  const is = { int: 'a whole number', float: 'a float', bool: 'a truth value', string: 'a text' }[value.type];
  const message =
    typeof source === 'string'
      ? `${rule.name} wants ${wanted}; ${shown}, ${is}`
      : `${rule.name} wants ${wanted}; ${shown} ${is}`;
  if (type !== 'int' || value.type !== 'float') return { fault: { code: 'param.type', message } };
  const mended = typeof source === 'string' ? `int(${source})` : Math.round(value.value);
  return { fault: { code: 'param.type', message, suggestion: { value: mended, title: `Write ${mended}` } } };
}

function rangeFault({ name, minimum, maximum }: ParameterRule, value: Value): ParameterFault | undefined {
  if (typeof value.value !== 'number') return undefined;
  const bound =
    minimum !== undefined && value.value < minimum
      ? { words: 'at least', limit: minimum }
      : maximum !== undefined && value.value > maximum
        ? { words: 'at most', limit: maximum }
        : undefined;
  if (!bound) return undefined;
  return {
    code: 'param.range',
    message: `${name} is ${describeValue(value)}; it must be ${bound.words} ${bound.limit}`,
    suggestion: { value: bound.limit, title: `Set ${name} to ${bound.limit}` },
  };
}

/** What stands for a parameter that cannot be evaluated, so that the rest can still be shown. */
export function fallback(
  rule: ParameterRule,
  written: ParameterValue,
  cache: GraphCache,
  standard?: ParameterValue,
): Resolved & { ok: true } {
  if (standard !== undefined) {
    const resolved = resolveParameter(rule, standard, { names: new Map() }, cache);
    if (resolved.ok) return { ...resolved, param: { ...resolved.param, source: written } };
  }
  const value: Value =
    rule.type === 'int' || rule.type === 'float'
      ? { type: rule.type, value: rule.minimum ?? 0 }
      : rule.type === 'bool'
        ? { type: 'bool', value: false }
        : { type: 'string', value: '' };
  return {
    ok: true,
    param: { value: value.value, source: written, ...(rule.type === 'dims' && { dims: [] }) },
    value,
  };
}
