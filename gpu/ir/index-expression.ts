/**
 * Index arithmetic as a small AST: integers and conditions over variables whose ranges are known. It is built by
 * gpu/ir/index-arithmetic.ts, which simplifies as it goes. Division floors and the remainder has the divisor's sign,
 * as in Python; divisors are positive constants.
 */

/** An integer. */
export type IndexExpression =
  | { readonly kind: 'constant'; readonly value: number }
  /** Takes every value in [0, size). */
  | { readonly kind: 'variable'; readonly name: string; readonly size: number }
  | { readonly kind: 'add'; readonly left: IndexExpression; readonly right: IndexExpression }
  | { readonly kind: 'multiply'; readonly operand: IndexExpression; readonly factor: number }
  | { readonly kind: 'floor_divide'; readonly dividend: IndexExpression; readonly divisor: number }
  | { readonly kind: 'modulo'; readonly dividend: IndexExpression; readonly divisor: number }
  /** The operand itself; wherever its value is used, it is known to lie in [0, size). */
  | { readonly kind: 'assume'; readonly operand: IndexExpression; readonly size: number };

/** A truth value over integers. */
export type IndexCondition =
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'less'; readonly left: IndexExpression; readonly right: IndexExpression }
  | { readonly kind: 'equal'; readonly left: IndexExpression; readonly right: IndexExpression }
  | { readonly kind: 'and'; readonly left: IndexCondition; readonly right: IndexCondition }
  | { readonly kind: 'or'; readonly left: IndexCondition; readonly right: IndexCondition };

/** Both ends inclusive. */
export interface Range {
  readonly minimum: number;
  readonly maximum: number;
}

/** The smallest and largest value that the expression can take, as far as its parts' ranges tell. */
export function rangeOf(expression: IndexExpression): Range {
  switch (expression.kind) {
    case 'constant':
      return { minimum: expression.value, maximum: expression.value };
    case 'variable':
      return { minimum: 0, maximum: Math.max(expression.size - 1, 0) };
    case 'add': {
      const left = rangeOf(expression.left);
      const right = rangeOf(expression.right);
      return { minimum: left.minimum + right.minimum, maximum: left.maximum + right.maximum };
    }
    case 'multiply': {
      const { minimum, maximum } = rangeOf(expression.operand);
      const ends = [minimum * expression.factor, maximum * expression.factor] as const;
      return { minimum: Math.min(...ends), maximum: Math.max(...ends) };
    }
    case 'floor_divide': {
      const { minimum, maximum } = rangeOf(expression.dividend);
      return { minimum: Math.floor(minimum / expression.divisor), maximum: Math.floor(maximum / expression.divisor) };
    }
    case 'modulo':
      return { minimum: 0, maximum: expression.divisor - 1 };
    case 'assume': {
      const { minimum, maximum } = rangeOf(expression.operand);
      return { minimum: Math.max(minimum, 0), maximum: Math.max(Math.min(maximum, expression.size - 1), 0) };
    }
    default:
      return expression satisfies never;
  }
}

/** Whether the variable occurs in the expression. */
export function mentions(expression: IndexExpression, name: string): boolean {
  switch (expression.kind) {
    case 'constant':
      return false;
    case 'variable':
      return expression.name === name;
    case 'add':
      return mentions(expression.left, name) || mentions(expression.right, name);
    case 'multiply':
    case 'assume':
      return mentions(expression.operand, name);
    case 'floor_divide':
    case 'modulo':
      return mentions(expression.dividend, name);
    default:
      return expression satisfies never;
  }
}

/** The number that the expression has under these values of its variables. */
export function evaluateIndex(expression: IndexExpression, values: ReadonlyMap<string, number>): number {
  switch (expression.kind) {
    case 'constant':
      return expression.value;
    case 'variable': {
      const value = values.get(expression.name);
      if (value === undefined) throw new RangeError(`index variable ${expression.name} has no value`);
      return value;
    }
    case 'add':
      return evaluateIndex(expression.left, values) + evaluateIndex(expression.right, values);
    case 'multiply':
      return evaluateIndex(expression.operand, values) * expression.factor;
    case 'floor_divide':
      return Math.floor(evaluateIndex(expression.dividend, values) / expression.divisor);
    case 'modulo': {
      const dividend = evaluateIndex(expression.dividend, values);
      return dividend - expression.divisor * Math.floor(dividend / expression.divisor);
    }
    case 'assume':
      return evaluateIndex(expression.operand, values);
    default:
      return expression satisfies never;
  }
}

export function evaluateCondition(condition: IndexCondition, values: ReadonlyMap<string, number>): boolean {
  switch (condition.kind) {
    case 'boolean':
      return condition.value;
    case 'less':
      return evaluateIndex(condition.left, values) < evaluateIndex(condition.right, values);
    case 'equal':
      return evaluateIndex(condition.left, values) === evaluateIndex(condition.right, values);
    case 'and':
      return evaluateCondition(condition.left, values) && evaluateCondition(condition.right, values);
    case 'or':
      return evaluateCondition(condition.left, values) || evaluateCondition(condition.right, values);
    default:
      return condition satisfies never;
  }
}

/** `(i0 * 768 + i1) // 64`, in Python's spelling; equal text means equal expression. */
export function printIndex(expression: IndexExpression): string {
  switch (expression.kind) {
    case 'constant':
      return String(expression.value);
    case 'variable':
      return expression.name;
    case 'add':
      return `(${printIndex(expression.left)} + ${printIndex(expression.right)})`;
    case 'multiply':
      return `${printIndex(expression.operand)}*${expression.factor}`;
    case 'floor_divide':
      return `(${printIndex(expression.dividend)} // ${expression.divisor})`;
    case 'modulo':
      return `(${printIndex(expression.dividend)} % ${expression.divisor})`;
    case 'assume':
      return printIndex(expression.operand);
    default:
      return expression satisfies never;
  }
}

export function printCondition(condition: IndexCondition): string {
  switch (condition.kind) {
    case 'boolean':
      return String(condition.value);
    case 'less':
      return `${printIndex(condition.left)} < ${printIndex(condition.right)}`;
    case 'equal':
      return `${printIndex(condition.left)} == ${printIndex(condition.right)}`;
    case 'and':
      return `(${printCondition(condition.left)} and ${printCondition(condition.right)})`;
    case 'or':
      return `(${printCondition(condition.left)} or ${printCondition(condition.right)})`;
    default:
      return condition satisfies never;
  }
}
