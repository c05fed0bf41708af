/** Between a parameter's value in the document and the text in its field. */
import type { Hyperparameter, ParameterValue } from '../../graph/schema.ts';
import { expressionOfText } from '../../graph/text-value.ts';
import type { ParameterDefinition, ResolvedParameter, Scalar } from '../../graph/signature.ts';

export type ParameterType = ParameterDefinition['type'];

/** The text of a value as it is typed; floats keep their point, as Python would print them. */
export function textOf(source: ParameterValue, type: ParameterType): string {
  if (typeof source === 'boolean') return source ? 'True' : 'False';
  if (typeof source === 'number' && type === 'float' && Number.isInteger(source) && Math.abs(source) < 1e16) {
    return source.toFixed(1);
  }
  return String(source);
}

/** The rule of a hyperparameter's field: a text with choices is chosen. */
export function fieldRuleOf({ name, type, default: standard, minimum, maximum, choices, help }: Hyperparameter) {
  const shown: ParameterType = choices ? 'choice' : type;
  return { name, type: shown, default: standard, minimum, maximum, choices, help };
}

/** What a typed text means: a number where it is one, else an expression, or for texts itself. */
export function valueOf(text: string, type: ParameterType): ParameterValue {
  const trimmed = text.trim();
  switch (type) {
    case 'int':
    case 'float': {
      // A real minus is what the interface writes.
      const number = Number(trimmed.replaceAll('−', '-'));
      return trimmed !== '' && Number.isFinite(number) ? number : trimmed;
    }
    case 'bool':
      if (/^true$/i.test(trimmed)) return true;
      return /^false$/i.test(trimmed) ? false : trimmed;
    case 'string':
    case 'choice':
    case 'dims':
    case 'images':
    case 'text':
    case 'asset':
      return text;
    default:
      return type satisfies never;
  }
}

/** What an expression comes to, where that is news: `= 768`. Null for a plain value. */
export function evaluatedText(
  source: ParameterValue,
  resolved: ResolvedParameter | undefined,
  type: ParameterType,
): string | null {
  if (typeof source !== 'string' || resolved === undefined || resolved.source !== source) return null;
  if (type === 'images' || type === 'text' || type === 'asset') return null;
  if (type === 'string' || type === 'choice') {
    return expressionOfText(source) === undefined ? null : `= ${String(resolved.value)}`;
  }
  const text = textOf(resolved.value, type);
  return text === source.trim() ? null : `= ${text}`;
}

export interface NumberRule {
  readonly type: 'int' | 'float';
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly step?: number | undefined;
}

/** One step of a number that scrubs: as given, 1 for whole numbers, a hundredth of the range for others. */
export function stepOf({ type, minimum, maximum, step }: NumberRule): number {
  if (step !== undefined) return step;
  if (type === 'int') return 1;
  return minimum !== undefined && maximum !== undefined ? (maximum - minimum) / 100 : 0.01;
}

/** `value` and so many steps, within the range and on the grid of steps, so that 0.1 + 0.2 is 0.3. */
export function stepped(value: number, steps: number, rule: NumberRule): number {
  const step = stepOf(rule);
  const moved = Math.round((value + steps * step) / step) * step;
  const decimals = Math.max(0, -Math.floor(Math.log10(step)) + 1);
  const tidy = Number(moved.toFixed(Math.min(12, decimals)));
  return Math.min(rule.maximum ?? Infinity, Math.max(rule.minimum ?? -Infinity, tidy));
}

/** Whether a scalar of the document is written as an expression. */
export function isExpression(source: Scalar, type: ParameterType): boolean {
  return typeof source === 'string' && (type === 'int' || type === 'float' || type === 'bool');
}
