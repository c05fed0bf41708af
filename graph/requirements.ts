/** What a module requires of its hyperparameters, `embed_dim % num_heads == 0`: checked before any shape. */
import { report, type Building, type ModuleDraft } from './building.ts';
import { cachedExpression, type GraphCache } from './cache.ts';
import { ExpressionError, type Expression } from './expression-syntax.ts';
import { describeValue, evaluate, namesIn, type Scope } from './expressions.ts';
import type { GraphModule, Requirement } from './schema.ts';
import type { Scalar } from './signature.ts';
import { fixAtSource, originOf } from './trace.ts';

interface RequirementFault {
  readonly code: string;
  readonly message: string;
  /** Hyperparameters that it speaks of. */
  readonly names: readonly string[];
  /** Values of one hyperparameter that would do. */
  readonly suggestions: readonly { readonly param: string; readonly value: Scalar; readonly title: string }[];
}

/** Checks what a module requires of an instance; the first fault is to blame for all that is inside. */
export function requireOf(
  building: Building,
  callee: GraphModule,
  instance: ModuleDraft,
  scope: Scope,
  name: string,
): void {
  for (const requirement of callee.requires ?? []) {
    const fault = checkRequirement(requirement, scope, name, building.cache);
    if (!fault) continue;
    const index = reportUnmet(building, callee, instance, requirement.expression, fault);
    if (!building.faults.has(instance.path)) building.faults.set(instance.path, index);
  }
}

/** The same requirement of values from the same places is one problem, wherever it is not met. */
function reportUnmet(
  building: Building,
  callee: GraphModule,
  instance: ModuleDraft,
  expression: string,
  { code, message, names, suggestions }: RequirementFault,
): number {
  const { problems, byPath, unmet } = building;
  const place = instance.place ?? { module: callee.name };
  const origins = names.map((name) => originOf(byPath, instance.path, name));
  const key = JSON.stringify([expression, origins]);
  const known = unmet.get(key);
  if (known !== undefined) {
    const problem = problems.all[known]!;
    const places = [problem.place, ...(problem.related ?? [])];
    if (
      instance.place &&
      !places.some(({ module, nodeId }) => module === place.module && nodeId === instance.place!.nodeId)
    )
      problems.all[known] = { ...problem, related: [...(problem.related ?? []), instance.place] };
    return known;
  }
  const fixes = suggestions
    .map(({ param, value, title }) => fixAtSource(byPath, instance.path, param, value, title))
    .filter((fix) => fix !== undefined);
  const index = report(problems, {
    code,
    severity: 'error',
    message,
    place: { ...place, path: instance.path, ...(suggestions[0] && { param: suggestions[0].param }) },
    ...(fixes.length > 0 && { fixes }),
  });
  unmet.set(key, index);
  return index;
}

/**
 * Checks one requirement.
 * @param name of the instance, with a dot, as it stands before a hyperparameter's: `attention.`; empty for the root.
 */
function checkRequirement(
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
    return { code: `expression.${error.code}`, message, names: [], suggestions: [] };
  }
  const names = namesIn(expression);
  const division = divisibility(expression, scope, name);
  if (division) return { code: 'module.requirement', names, ...division };
  const values = names.map((used) => `${used} is ${describeValue(scope.names.get(used)!)}`);
  const help = requirement.help === undefined ? '' : ` (${requirement.help})`;
  const message = `${name}${requirement.expression} does not hold${help}: ${values.join(', ')}`;
  return { code: 'module.requirement', message, names, suggestions: [] };
}

/** `dividend % divisor == 0` over two names: which other divisors would do. */
function divisibility(
  expression: Expression,
  scope: Scope,
  name: string,
): Pick<RequirementFault, 'message' | 'suggestions'> | undefined {
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

/** Larger numbers are not searched for divisors: no size comes near, and the search takes the root of it. */
const MAX_DIVIDEND = 1e9;

/** The divisors of a positive `dividend` that are next to `wanted`, below and above. */
export function nearestDivisors(dividend: number, wanted: number): number[] {
  if (!Number.isInteger(dividend) || dividend < 1 || dividend > MAX_DIVIDEND) return [];
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
