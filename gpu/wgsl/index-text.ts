/** Index expressions in WGSL, over u32. Numbers become uniform words; each division is bound once. */
import {
  rangeOf,
  printCondition,
  printIndex,
  type IndexCondition,
  type IndexExpression,
} from '../ir/index-expression.ts';
import { free, union, type Bound, type Scope } from './scope.ts';
import type { Shader } from './shader.ts';

/** Division that floors, for dividends that may be negative; the divisor is positive. */
const FLOOR_DIVIDE = `fn floor_divide(a: i32, b: i32) -> i32 {
  return select(a, a - b + 1, a < 0) / b;
}`;

/** What the text of an index needs: where uniform words and bindings go. */
export interface IndexWriter {
  readonly shader: Shader;
  /** Names of expressions that were written before, so that equal expressions share their uniform words. */
  readonly known: Map<string, string>;
}

/** WGSL of type u32; a negative value wraps around, which sums and products undo. */
export function indexText(expression: IndexExpression, scope: Scope, writer: IndexWriter): Bound {
  switch (expression.kind) {
    case 'constant':
      return expression.value === 0 ? free('0u') : free(word(writer, 'offset', expression, expression.value));
    case 'variable':
      return { text: expression.name, depends: new Set([expression.name]) };
    case 'assume':
      return indexText(expression.operand, scope, writer);
    case 'add': {
      const left = indexText(expression.left, scope, writer);
      const right = indexText(expression.right, scope, writer);
      return scope.bind('i', `${left.text} + ${right.text}`, union([left, right]));
    }
    case 'multiply': {
      const operand = indexText(expression.operand, scope, writer);
      const factor = word(writer, 'stride', expression, expression.factor);
      return scope.bind('i', `${operand.text} * ${factor}`, operand.depends);
    }
    case 'floor_divide':
      return division(expression, '/', scope, writer);
    case 'modulo':
      return division(expression, '%', scope, writer);
    default:
      return expression satisfies never;
  }
}

/** WGSL of type bool. */
export function conditionText(condition: IndexCondition, scope: Scope, writer: IndexWriter): Bound {
  switch (condition.kind) {
    case 'boolean':
      return free(String(condition.value));
    case 'less':
      return comparison(condition.left, '<', condition.right, scope, writer);
    case 'equal':
      return comparison(condition.left, '==', condition.right, scope, writer);
    case 'and':
    case 'or': {
      const left = conditionText(condition.left, scope, writer);
      const right = conditionText(condition.right, scope, writer);
      return scope.bind(
        'c',
        `${left.text} ${condition.kind === 'and' ? '&&' : '||'} ${right.text}`,
        union([left, right]),
      );
    }
    default:
      return condition satisfies never;
  }
}

/** One text for both conditions' sides and one binding. */
export function conditionKey(condition: IndexCondition): string {
  return printCondition(condition);
}

function comparison(
  left: IndexExpression,
  operator: '<' | '==',
  right: IndexExpression,
  scope: Scope,
  writer: IndexWriter,
): Bound {
  const [a, b] = [indexText(left, scope, writer), indexText(right, scope, writer)];
  const signed = operator === '<' && (rangeOf(left).minimum < 0 || rangeOf(right).minimum < 0);
  const text = signed ? `bitcast<i32>(${a.text}) < bitcast<i32>(${b.text})` : `${a.text} ${operator} ${b.text}`;
  return scope.bind('c', text, union([a, b]));
}

function division(
  expression: Extract<IndexExpression, { kind: 'floor_divide' | 'modulo' }>,
  operator: '/' | '%',
  scope: Scope,
  writer: IndexWriter,
): Bound {
  const dividend = indexText(expression.dividend, scope, writer);
  const size = word(writer, 'size', expression, expression.divisor);
  if (rangeOf(expression.dividend).minimum >= 0) {
    return scope.bind('i', `${dividend.text} ${operator} ${size}`, dividend.depends);
  }
  writer.shader.include({ floor_divide: FLOOR_DIVIDE });
  const quotient = scope.bind(
    'i',
    `bitcast<u32>(floor_divide(bitcast<i32>(${dividend.text}), bitcast<i32>(${size})))`,
    dividend.depends,
  );
  if (operator === '/') return quotient;
  return scope.bind('i', `${dividend.text} - ${quotient.text} * ${size}`, dividend.depends);
}

/** The word that belongs to this place in this expression: one per distinct expression, never shared by equal numbers alone. */
function word(writer: IndexWriter, name: string, expression: IndexExpression, value: number): string {
  const key = `${expression.kind} ${printIndex(expression)}`;
  const known = writer.known.get(key);
  if (known) return known;
  const text = writer.shader.word(name, value);
  writer.known.set(key, text);
  return text;
}
