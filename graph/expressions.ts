/**
 * The value of an expression, with Python's semantics: `/` gives a float, `//` floors, `%` has the sign of the
 * divisor, `and` and `or` give an operand, int and float are different types.
 */
import {
  ExpressionError,
  parseExpression,
  type Arithmetic,
  type Comparison,
  type Expression,
} from './expression-syntax.ts';

/** A value with its Python type; `4.0` is a float though its JavaScript number is 4. */
export type Value =
  | { readonly type: 'int' | 'float'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'string'; readonly value: string };

/** What an expression may name. */
export interface Scope {
  readonly names: ReadonlyMap<string, Value>;
  /** Shapes of a node's inputs, for `input.shape[0]`; absent where no shapes are known. */
  readonly shapes?: ReadonlyMap<string, readonly number[]>;
}

export const FUNCTIONS = ['int', 'float', 'min', 'max', 'round', 'abs'] as const;

export const EMPTY_SCOPE: Scope = { names: new Map() };

/**
 * Evaluates an expression, given as text or parsed.
 * @throws {ExpressionError} with the offset in the text.
 */
export function evaluate(expression: Expression | string, scope: Scope): Value {
  const parsed = typeof expression === 'string' ? parseExpression(expression) : expression;
  return valueOf(parsed, scope);
}

/** The names that an expression uses, each once, in order of appearance; functions are not among them. */
export function namesIn(expression: Expression): readonly string[] {
  const names = new Set<string>();
  visit(expression, (part) => {
    if (part.kind === 'name') names.add(part.name);
  });
  return [...names];
}

/** Every place where an expression names something, in order of appearance. */
export function namePlaces(expression: Expression): readonly { readonly name: string; readonly position: number }[] {
  const places: { name: string; position: number }[] = [];
  visit(expression, (part) => {
    if (part.kind === 'name') places.push({ name: part.name, position: part.position });
  });
  return places.toSorted((a, b) => a.position - b.position);
}

/**
 * The values of the names that an expression uses.
 * @throws {ExpressionError} for one that is not known.
 */
export function valuesOfNames(expression: Expression, scope: Scope): Record<string, Value> {
  const values: Record<string, Value> = {};
  visit(expression, (part) => {
    if (part.kind === 'name') values[part.name] = valueOf(part, scope);
  });
  return values;
}

/** True if the value depends on the shape of an input. */
export function usesShapes(expression: Expression): boolean {
  let found = false;
  visit(expression, (part) => {
    if (part.kind === 'shape') found = true;
  });
  return found;
}

/** As Python's `repr` has it: `True`, `4.0`, `'gelu'`. */
export function describeValue(value: Value): string {
  switch (value.type) {
    case 'int':
      return String(value.value);
    case 'float':
      return Number.isInteger(value.value) && Math.abs(value.value) < 1e16
        ? value.value.toFixed(1)
        : String(value.value);
    case 'bool':
      return value.value ? 'True' : 'False';
    case 'string':
      return `'${value.value.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
    default:
      return value satisfies never;
  }
}

function visit(expression: Expression, found: (part: Expression) => void): void {
  found(expression);
  for (const part of partsOf(expression)) visit(part, found);
}

function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'number':
    case 'string':
    case 'bool':
    case 'name':
      return [];
    case 'prefix':
      return [expression.argument];
    case 'arithmetic':
    case 'logic':
      return [expression.left, expression.right];
    case 'compare':
      return expression.operands;
    case 'conditional':
      return [expression.value, expression.test, expression.otherwise];
    case 'call':
      return expression.arguments;
    case 'shape':
      return [expression.axis];
    default:
      return expression satisfies never;
  }
}

function valueOf(expression: Expression, scope: Scope): Value {
  switch (expression.kind) {
    case 'number':
      return { type: expression.float ? 'float' : 'int', value: expression.value };
    case 'string':
      return { type: 'string', value: expression.value };
    case 'bool':
      return { type: 'bool', value: expression.value };
    case 'name': {
      const value = scope.names.get(expression.name);
      if (value) return value;
      const known = [...scope.names.keys()];
      const hint = known.length ? `; known are ${known.join(', ')}` : '; no names are known here';
      throw new ExpressionError(`unknown name ${expression.name}${hint}`, expression.position, 'unknown-name');
    }
    case 'prefix': {
      const value = valueOf(expression.argument, scope);
      if (expression.operator === 'not') return { type: 'bool', value: !truth(value) };
      const { type, value: operand } = number(value, expression.argument, `unary ${expression.operator}`);
      return { type, value: expression.operator === '-' ? 0 - operand : operand };
    }
    case 'arithmetic':
      return arithmetic(expression.operator, expression.left, expression.right, scope);
    case 'logic': {
      const left = valueOf(expression.left, scope);
      return truth(left) === (expression.operator === 'and') ? valueOf(expression.right, scope) : left;
    }
    case 'compare':
      return { type: 'bool', value: compareChain(expression.operators, expression.operands, scope) };
    case 'conditional':
      return valueOf(truth(valueOf(expression.test, scope)) ? expression.value : expression.otherwise, scope);
    case 'call':
      return call(expression, scope);
    case 'shape':
      return sizeOf(expression, scope);
    default:
      return expression satisfies never;
  }
}

/** Python's truth: 0, 0.0, False and '' are false. */
function truth(value: Value): boolean {
  return Boolean(value.value);
}

/** A number for arithmetic; a bool counts as 0 or 1, as in Python. */
function number(value: Value, at: Expression, operation: string): { type: 'int' | 'float'; value: number } {
  if (value.type === 'bool') return { type: 'int', value: value.value ? 1 : 0 };
  if (value.type !== 'string') return value;
  throw fault(`${operation} needs numbers; ${describeValue(value)} is a string`, at);
}

function fault(message: string, at: Expression): ExpressionError {
  return new ExpressionError(message, at.position, 'value');
}

function checked(type: 'int' | 'float', value: number, at: Expression): Value {
  if (Number.isNaN(value)) throw fault('the result is not a number', at);
  if (!Number.isFinite(value) || (type === 'int' && !Number.isSafeInteger(value)))
    throw fault('the result is too large', at);
  // No negative zero among the integers: Python has none.
  return { type, value: type === 'int' && value === 0 ? 0 : value };
}

function arithmetic(operator: Arithmetic, leftPart: Expression, rightPart: Expression, scope: Scope): Value {
  const leftValue = valueOf(leftPart, scope);
  const rightValue = valueOf(rightPart, scope);
  if (operator === '+' && leftValue.type === 'string' && rightValue.type === 'string')
    return { type: 'string', value: leftValue.value + rightValue.value };
  const left = number(leftValue, leftPart, operator);
  const right = number(rightValue, rightPart, operator);
  const type = left.type === 'int' && right.type === 'int' ? 'int' : 'float';
  const [a, b] = [left.value, right.value];
  if ((operator === '/' || operator === '//' || operator === '%') && b === 0)
    throw fault('division by zero', rightPart);
  switch (operator) {
    case '+':
      return checked(type, a + b, leftPart);
    case '-':
      return checked(type, a - b, leftPart);
    case '*':
      return checked(type, a * b, leftPart);
    case '/':
      return checked('float', a / b, leftPart);
    case '//':
      return checked(type, (a - modulo(a, b)) / b, leftPart);
    case '%':
      return checked(type, modulo(a, b), leftPart);
    case '**':
      if (a === 0 && b < 0) throw fault('0 cannot be raised to a negative power', rightPart);
      if (a < 0 && !Number.isInteger(b)) throw fault('a negative number has no real power with a fraction', leftPart);
      return checked(type === 'int' && b >= 0 ? 'int' : 'float', a ** b, leftPart);
    default:
      return operator satisfies never;
  }
}

/** The remainder with the sign of the divisor, also where it is zero. */
function modulo(a: number, b: number): number {
  const remainder = a % b;
  if (remainder === 0) return b < 0 ? -0 : 0;
  return remainder < 0 === b < 0 ? remainder : remainder + b;
}

function compareChain(operators: readonly Comparison[], operands: readonly Expression[], scope: Scope): boolean {
  let left = valueOf(operands[0]!, scope);
  for (const [index, operator] of operators.entries()) {
    const right = valueOf(operands[index + 1]!, scope);
    if (!compare(operator, left, right, operands[index + 1]!)) return false;
    left = right;
  }
  return true;
}

function compare(operator: Comparison, left: Value, right: Value, at: Expression): boolean {
  const strings = Number(left.type === 'string') + Number(right.type === 'string');
  if (operator === '==' || operator === '!=') {
    const equal = strings === 1 ? false : comparable(left) === comparable(right);
    return equal === (operator === '==');
  }
  if (strings === 1) throw fault(`${operator} cannot compare a string and a number`, at);
  const [a, b] = [comparable(left), comparable(right)];
  switch (operator) {
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    default:
      return operator satisfies never;
  }
}

function comparable(value: Value): number | string {
  return value.type === 'bool' ? Number(value.value) : value.value;
}

function call(expression: Extract<Expression, { kind: 'call' }>, scope: Scope): Value {
  const { name, arguments: parts } = expression;
  const take = (least: number, most: number): Value[] => {
    if (parts.length < least || parts.length > most) {
      const wanted = least === most ? String(least) : most === Infinity ? `${least} or more` : `${least} or ${most}`;
      throw fault(`${name}() takes ${wanted} argument${wanted === '1' ? '' : 's'}, not ${parts.length}`, expression);
    }
    return parts.map((part) => valueOf(part, scope));
  };
  const numberAt = (values: readonly Value[], index: number) => number(values[index]!, parts[index]!, `${name}()`);
  switch (name as (typeof FUNCTIONS)[number]) {
    case 'int':
      return checked('int', Math.trunc(numberAt(take(1, 1), 0).value), expression);
    case 'float':
      return { type: 'float', value: numberAt(take(1, 1), 0).value };
    case 'abs': {
      const { type, value } = numberAt(take(1, 1), 0);
      return { type, value: Math.abs(value) };
    }
    case 'min':
    case 'max': {
      const values = take(2, Infinity);
      const sign = name === 'min' ? 1 : -1;
      const order = values.map((_, index) => sign * numberAt(values, index).value);
      // Of equals the first, as it is: `min(1, 1.0)` is 1, `max(True, 1)` is True.
      return values[order.indexOf(Math.min(...order))]!;
    }
    case 'round': {
      const values = take(1, 2);
      const operand = numberAt(values, 0);
      if (values.length === 1) return checked('int', roundHalfEven(operand.value), expression);
      const digits = numberAt(values, 1);
      if (digits.type !== 'int' || Math.abs(digits.value) > 15) throw fault('round() takes whole digits', parts[1]!);
      return checked(operand.type, roundDigits(operand.value, digits.value), expression);
    }
    default:
      throw new ExpressionError(
        `unknown function ${name}; there are ${FUNCTIONS.join(', ')}`,
        expression.position,
        'unknown-name',
      );
  }
}

/** Halves go to the even neighbour, as in Python. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** As Python does it, by the decimal digits of the exact binary value; for fewer than zero digits, by division. */
function roundDigits(value: number, digits: number): number {
  if (digits < 0) return roundHalfEven(value / 10 ** -digits) * 10 ** -digits;
  return Number.isInteger(value) ? value : Number(value.toFixed(digits));
}

function sizeOf(expression: Extract<Expression, { kind: 'shape' }>, scope: Scope): Value {
  const { input, axis: axisPart } = expression;
  const shape = scope.shapes?.get(input);
  if (!shape)
    throw new ExpressionError(
      scope.shapes ? `there is no input ${input} with a shape` : 'the shape of an input is not known here',
      expression.position,
      'unknown-name',
    );
  const axis = valueOf(axisPart, scope);
  if (axis.type !== 'int') throw fault('an axis is a whole number', axisPart);
  const size = shape.at(axis.value);
  if (size === undefined || axis.value < -shape.length)
    throw fault(`${input} has ${shape.length} dimensions; there is no axis ${axis.value}`, axisPart);
  return { type: 'int', value: size };
}
