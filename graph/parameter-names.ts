/** The names in a parameter as it is written: which hyperparameters it speaks of, and what it is once they are others. */
import { splitDims, splitLabel } from './dims.ts';
import { ExpressionError, parseExpression } from './expression-syntax.ts';
import { namePlaces } from './expressions.ts';
import type { ParameterValue } from './schema.ts';
import type { ParameterDefinition } from './signature.ts';
import { expressionOfText, TEXT_OFFSET, textOfExpression } from './text-value.ts';

type ParameterType = ParameterDefinition['type'];

/** A hyperparameter's value as it may stand in an expression. */
export interface Substitute {
  /** What a parameter that was just the name becomes. */
  readonly value: ParameterValue;
  /** What stands for the name inside an expression, in Python's spelling, and in parentheses where it needs them. */
  readonly text: string;
}

/** Names that a parameter's value uses; none for what is no expression, or cannot be read as one. */
export function namesInParameter(type: ParameterType, value: ParameterValue): readonly string[] {
  return expressionsIn(type, value).flatMap(({ text }) => placesIn(text).map(({ name }) => name));
}

/** The value with names replaced; what is no expression stays as it is. */
export function substituteNames(
  type: ParameterType,
  value: ParameterValue,
  substitutes: ReadonlyMap<string, Substitute>,
): ParameterValue {
  if (typeof value !== 'string') return value;
  const followed = type === 'string' || type === 'choice' ? expressionOfText(value) : undefined;
  if (followed !== undefined) {
    const written = substituteIn(followed, substitutes);
    return written === followed ? value : textOfExpression(written);
  }
  if (type !== 'dims') {
    const whole = substitutes.get(value.trim());
    if (whole && expressionsIn(type, value).length > 0) return whole.value;
  }
  let text = value;
  for (const expression of expressionsIn(type, value).toReversed()) {
    const { offset, label } = expression;
    const written = substituteIn(expression.text, substitutes);
    if (written === expression.text) continue;
    // A size that was named after its hyperparameter keeps its name.
    const named = label === undefined && placesIn(expression.text).length === 1 && isName(expression.text);
    const prefix = type === 'dims' && named ? `${expression.text.trim()}=` : '';
    text =
      text.slice(0, offset) +
      leadingSpace(expression.text) +
      prefix +
      written.trimStart() +
      text.slice(offset + expression.text.length);
  }
  return text;
}

interface WrittenExpression {
  readonly text: string;
  readonly offset: number;
  /** Of an item of a `dims` parameter that has a name of its own. */
  readonly label?: string;
}

function expressionsIn(type: ParameterType, value: ParameterValue): readonly WrittenExpression[] {
  if (typeof value !== 'string') return [];
  switch (type) {
    case 'string':
    case 'choice': {
      const text = expressionOfText(value);
      return text === undefined ? [] : [{ text, offset: TEXT_OFFSET }];
    }
    case 'text':
    case 'images':
    case 'asset':
      return [];
    case 'int':
    case 'float':
    case 'bool':
      return [{ text: value, offset: 0 }];
    case 'dims':
      return splitDims(value).map(({ text, offset }) => {
        const { prefix, label, text: written } = splitLabel(text);
        return { text: written, offset: offset + prefix.length, ...(label !== undefined && { label }) };
      });
    default:
      return type satisfies never;
  }
}

function placesIn(text: string): ReturnType<typeof namePlaces> {
  try {
    return namePlaces(parseExpression(text));
  } catch (error) {
    if (error instanceof ExpressionError) return [];
    throw error;
  }
}

function substituteIn(text: string, substitutes: ReadonlyMap<string, Substitute>): string {
  let result = text;
  for (const { name, position } of placesIn(text).toReversed()) {
    const substitute = substitutes.get(name);
    if (!substitute) continue;
    result = result.slice(0, position) + substitute.text + result.slice(position + name.length);
  }
  return result;
}

function isName(text: string): boolean {
  return /^\s*[A-Za-z_][A-Za-z0-9_]*\s*$/.test(text);
}

function leadingSpace(text: string): string {
  return /^\s*/.exec(text)![0];
}
