/**
 * A text that follows hyperparameters is written as in a spreadsheet, `=activation`; every other text stands for itself.
 * That goes for parameters of type `string` and `choice`; longer texts and names of files are always what they say.
 */
import { ExpressionError, parseExpression } from './expression-syntax.ts';
import { describeValue } from './expressions.ts';
import type { ParameterValue } from './schema.ts';

const SIGN = '=';

/** What stands before the expression in the parameter's text. */
export const TEXT_OFFSET = SIGN.length;

/** The expression that gives the text; undefined where the text stands for itself. */
export function expressionOfText(source: ParameterValue): string | undefined {
  return typeof source === 'string' && source.startsWith(SIGN) ? source.slice(TEXT_OFFSET) : undefined;
}

/** The text as it is written: an expression that is just a text in quotes is that text. */
export function textOfExpression(expression: string): string {
  const plain = plainText(expression);
  return plain === undefined || plain.startsWith(SIGN) ? SIGN + expression : plain;
}

/** What is written for a parameter that is to follow a hyperparameter. */
export function nameAsValue(name: string, type: string): string {
  return type === 'string' || type === 'choice' ? SIGN + name : name;
}

/** A parameter's text as a part of an expression. */
export function textInExpression(source: string): string {
  const expression = expressionOfText(source);
  if (expression === undefined) return describeValue({ type: 'string', value: source });
  return /^\s*\w+\s*$/.test(expression) ? expression.trim() : `(${expression})`;
}

function plainText(expression: string): string | undefined {
  try {
    const parsed = parseExpression(expression);
    return parsed.kind === 'string' ? parsed.value : undefined;
  } catch (error) {
    if (error instanceof ExpressionError) return undefined;
    throw error;
  }
}
