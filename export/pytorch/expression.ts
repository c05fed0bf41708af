/** A parameter's expression as Python: the language is Python's already, only names and shapes need a place. */
import type { Expression } from '../../graph/expression-syntax.ts';
import { attribute, binary, bool, call, float, index, int, string, unary, type Python } from '../../nodes/python.ts';

export interface ExpressionScope {
  /** What a hyperparameter or size is called here. */
  readonly name: (name: string) => Python;
  /** What is wired to an input, for `input.shape[0]`. */
  readonly input: (name: string) => Python;
  /** What stands for a whole part of the expression, where there is such a thing. */
  readonly known?: (expression: Expression) => Python | undefined;
}

export function expressionToPython(expression: Expression, scope: ExpressionScope): Python {
  return scope.known?.(expression) ?? convert(expression, scope);
}

function convert(expression: Expression, scope: ExpressionScope): Python {
  const inner = (part: Expression): Python => expressionToPython(part, scope);
  switch (expression.kind) {
    case 'number':
      return expression.float ? float(expression.value) : int(expression.value);
    case 'string':
      return string(expression.value);
    case 'bool':
      return bool(expression.value);
    case 'name':
      return scope.name(expression.name);
    case 'prefix':
      return unary(expression.operator, inner(expression.argument));
    case 'arithmetic':
    case 'logic':
      return binary(expression.operator, inner(expression.left), inner(expression.right));
    case 'compare':
      return { kind: 'compare', operators: expression.operators, operands: expression.operands.map(inner) };
    case 'conditional': {
      const { value, test, otherwise } = expression;
      return { kind: 'conditional', value: inner(value), test: inner(test), otherwise: inner(otherwise) };
    }
    case 'call':
      return call(expression.name, expression.arguments.map(inner));
    case 'shape':
      return index(attribute(scope.input(expression.input), 'shape'), inner(expression.axis));
    default:
      return expression satisfies never;
  }
}

/** Equal for expressions that say the same, wherever they stand. */
export function expressionKey(expression: Expression): string {
  return JSON.stringify(expression, (key, value: unknown) => (key === 'position' ? undefined : value));
}
