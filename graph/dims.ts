/** `dims` parameters: `batch, heads=num_heads, input.shape[1], -1`, as sizes with names. */
import { parseExpression, ExpressionError, type Expression } from './expression-syntax.ts';
import { describeValue, evaluate, usesShapes, valuesOfNames, type Scope, type Value } from './expressions.ts';
import type { Dimension } from './problems.ts';
import type { DimensionItem, PortType, ResolvedParameter } from './signature.ts';

/** Splits at commas outside parentheses; an empty text has no items, a trailing comma is allowed as in a Python tuple. */
export function splitDims(text: string): readonly { readonly text: string; readonly offset: number }[] {
  const items: { text: string; offset: number }[] = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index <= text.length; index++) {
    const character = text[index];
    if (character === '(' || character === '[') depth++;
    if (character === ')' || character === ']') depth--;
    if (index < text.length && (character !== ',' || depth > 0)) continue;
    items.push({ text: text.slice(start, index), offset: start });
    start = index + 1;
  }
  if (items.at(-1)!.text.trim() === '') items.pop();
  return items;
}

/** An item without its name, `heads=num_heads`, and what stands before it. */
export function splitLabel(item: string): {
  readonly prefix: string;
  readonly label: string | undefined;
  readonly text: string;
} {
  const [prefix = '', label] = /^\s*([A-Za-z_][A-Za-z0-9_]*)\s*=(?!=)/.exec(item) ?? [];
  return { prefix, label, text: item.slice(prefix.length) };
}

/**
 * Evaluates what can be: items over hyperparameters become sizes, items over an input's shape keep the values of
 * their names for later.
 * @throws {ExpressionError} with the offset in the whole text.
 */
export function resolveDims(
  text: string,
  scope: Scope,
  parse: (text: string) => Expression = parseExpression,
): DimensionItem[] {
  return splitDims(text).map((item) => {
    const { prefix, label, text: written } = splitLabel(item.text);
    const offset = item.offset + prefix.length;
    const source = written.trimEnd();
    return within(offset, () => {
      const expression = parse(source);
      const name = label ?? (expression.kind === 'name' ? expression.name : undefined);
      const known = usesShapes(expression)
        ? { names: valuesOfNames(expression, scope) }
        : { size: sizeFrom(evaluate(expression, scope), expression) };
      return { source, offset, ...(name !== undefined && { label: name }), ...known };
    });
  });
}

/** Moves the positions of errors from a part of the text to the whole. */
function within<T>(offset: number, evaluatePart: () => T): T {
  try {
    return evaluatePart();
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw new ExpressionError(error.message, offset + error.position, error.code);
  }
}

function sizeFrom(value: Value, at: { readonly position: number }): number {
  if (value.type === 'int' && value.value >= -1) return value.value;
  const hint = value.type === 'float' ? '; write int(…) or //' : '';
  throw new ExpressionError(`${describeValue(value)} is not a size${hint}`, at.position, 'value');
}

/**
 * The sizes of a `dims` parameter, given the node's inputs. An item of -1 stays -1: what it is depends on the node.
 * @throws {ExpressionError} if an item cannot be evaluated over these inputs, with the offset in the whole text.
 */
export function dimsOf(param: ResolvedParameter, inputs: Readonly<Record<string, PortType | undefined>>): Dimension[] {
  if (!param.dims) throw new TypeError('not a parameter of type dims');
  const shapes = new Map<string, readonly number[]>();
  for (const [name, type] of Object.entries(inputs))
    if (type)
      shapes.set(
        name,
        type.dims.map(({ size }) => size),
      );
  return param.dims.map(({ source, offset, label, size, names }) => {
    if (size !== undefined) return label === undefined ? { size } : { size, name: label };
    return within(offset, () => {
      const expression = parseExpression(source);
      const scope = { names: new Map(Object.entries(names ?? {})), shapes };
      const found = sizeFrom(evaluate(expression, scope), expression);
      const name = label ?? labelOf(expression, inputs);
      return name === undefined ? { size: found } : { size: found, name };
    });
  });
}

/** `input.shape[1]` alone keeps the name that the input's dimension has. */
function labelOf(expression: Expression, inputs: Readonly<Record<string, PortType | undefined>>): string | undefined {
  if (expression.kind !== 'shape') return undefined;
  const axis = evaluate(expression.axis, { names: new Map() });
  return typeof axis.value === 'number' ? inputs[expression.input]?.dims.at(axis.value)?.name : undefined;
}

/** The value of a `dims` parameter as text, as exporters and the inspector show it. */
export function dimsText(items: readonly DimensionItem[]): string {
  return items.map(({ source, size }) => (size === undefined ? source.trim() : String(size))).join(', ');
}
