/** What a module requires of its hyperparameters, `embed_dim % num_heads == 0`: checked before any shape. */
import { cachedExpression, type GraphCache } from './cache.ts';
import { ExpressionError, type Expression } from './expression-syntax.ts';
import { describeValue, evaluate, namesIn, type Scope } from './expressions.ts';
import type { Requirement } from './schema.ts';
import type { Scalar } from './signature.ts';

export interface RequirementFault {
  readonly code: string;
  readonly message: string;
  /** Values of one hyperparameter that would do. */
  readonly suggestions: readonly { readonly param: string; readonly value: Scalar; readonly title: string }[];
}

/**
 * Checks one requirement.
 * @param name of the instance, with a dot, as it stands before a hyperparameter's: `attention.`; empty for the root.
 */
export function checkRequirement(
  requirement: Requirement,
  scope: Scope,
  name: string,
  cache: GraphCache,
): RequirementFault | undefined {
  let expression: Expression;
  try {
    expression = cachedExpression(cache, requirement.expression);
    if (evaluate(expression, scope).value) return undefined;
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const message = `the requirement ${requirement.expression} cannot be checked: ${error.message}`;
    return { code: `expression.${error.code}`, message, suggestions: [] };
  }
  const division = divisibility(expression, scope, name);
  if (division) return { code: 'module.requirement', ...division };
  const values = namesIn(expression).map((used) => `${used} is ${describeValue(scope.names.get(used)!)}`);
  const help = requirement.help === undefined ? '' : ` (${requirement.help})`;
  const message = `${name}${requirement.expression} does not hold${help}: ${values.join(', ')}`;
  return { code: 'module.requirement', message, suggestions: [] };
}

/** `dividend % divisor == 0` over two names: which other divisors would do. */
function divisibility(expression: Expression, scope: Scope, name: string): Omit<RequirementFault, 'code'> | undefined {
  if (expression.kind !== 'compare' || expression.operators.join() !== '==') return undefined;
  const [left, right] = expression.operands;
  if (left?.kind !== 'arithmetic' || left.operator !== '%' || right?.kind !== 'number' || right.value !== 0)
    return undefined;
  if (left.left.kind !== 'name' || left.right.kind !== 'name') return undefined;
  const dividend = scope.names.get(left.left.name)?.value;
  const divisor = scope.names.get(left.right.name)?.value;
  if (typeof dividend !== 'number' || typeof divisor !== 'number') return undefined;
  const others = nearestDivisors(dividend, divisor);
  const hint = others.length ? `; ${others.join(' or ')} would be` : '';
  return {
    message: `${name}${left.left.name} ${dividend} is not divisible by ${left.right.name} ${divisor}${hint}`,
    suggestions: others.map((value) => ({
      param: (left.right as { name: string }).name,
      value,
      title: `Set ${(left.right as { name: string }).name} to ${value}`,
    })),
  };
}

/** The divisors of a positive `dividend` that are next to `wanted`, below and above. */
export function nearestDivisors(dividend: number, wanted: number): number[] {
  if (!Number.isInteger(dividend) || dividend < 1) return [];
  let below: number | undefined;
  let above: number | undefined;
  for (let low = 1; low * low <= dividend; low++) {
    if (dividend % low !== 0) continue;
    for (const divisor of [low, dividend / low]) {
      if (divisor < wanted && (below === undefined || divisor > below)) below = divisor;
      if (divisor > wanted && (above === undefined || divisor < above)) above = divisor;
    }
  }
  return [below, above].filter((divisor) => divisor !== undefined);
}
