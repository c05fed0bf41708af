/** Replaces variables in index expressions and programs. */
import { add, and, assume, equal, floorDivide, less, modulo, multiply, or } from './index-arithmetic.ts';
import type { IndexCondition, IndexExpression } from './index-expression.ts';
import type { Program } from './kernel.ts';

/** What stands for a variable, by its name; the others stay. */
export type Replacements = ReadonlyMap<string, IndexExpression>;

export function substituteIndex(expression: IndexExpression, replacements: Replacements): IndexExpression {
  const inside = (part: IndexExpression): IndexExpression => substituteIndex(part, replacements);
  switch (expression.kind) {
    case 'constant':
      return expression;
    case 'variable':
      return replacements.get(expression.name) ?? expression;
    case 'add':
      return add(inside(expression.left), inside(expression.right));
    case 'multiply':
      return multiply(inside(expression.operand), expression.factor);
    case 'floor_divide':
      return floorDivide(inside(expression.dividend), expression.divisor);
    case 'modulo':
      return modulo(inside(expression.dividend), expression.divisor);
    case 'assume':
      return assume(inside(expression.operand), expression.size);
    default:
      return expression satisfies never;
  }
}

export function substituteCondition(condition: IndexCondition, replacements: Replacements): IndexCondition {
  switch (condition.kind) {
    case 'boolean':
      return condition;
    case 'less':
    case 'equal': {
      const left = substituteIndex(condition.left, replacements);
      const right = substituteIndex(condition.right, replacements);
      return condition.kind === 'less' ? less(left, right) : equal(left, right);
    }
    case 'and':
    case 'or': {
      const left = substituteCondition(condition.left, replacements);
      const right = substituteCondition(condition.right, replacements);
      return condition.kind === 'and' ? and(left, right) : or(left, right);
    }
    default:
      return condition satisfies never;
  }
}

/** The program over other variables. */
export function substituteProgram(program: Program, replacements: Replacements): Program {
  return program.map((scalar) => {
    switch (scalar.kind) {
      case 'load':
      case 'gather':
      case 'position':
        return { ...scalar, index: substituteIndex(scalar.index, replacements) };
      case 'choose':
        return { ...scalar, condition: substituteCondition(scalar.condition, replacements) };
      case 'constant':
      case 'apply':
      case 'core':
        return scalar;
      default:
        return scalar satisfies never;
    }
  });
}
