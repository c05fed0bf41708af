/**
 * Builds index expressions in their simplest form: sums with like terms merged, divisions and remainders reduced by
 * what the ranges of the variables tell, so that a chain of reshape, permute, slice, pad and concat ends as short
 * arithmetic. The rules are identities of floor division over the integers; each stands where it is used.
 */
import {
  affineOf,
  divideTerms,
  factorOut,
  fromAffine,
  onlyAtom,
  rangeOfAffine,
  scale,
  sum,
  weightedSum,
  type Affine,
} from './affine.ts';
import { printCondition, rangeOf, type IndexCondition, type IndexExpression, type Range } from './index-expression.ts';
import { rowMajorStrides } from './types.ts';

export function constant(value: number): IndexExpression {
  return { kind: 'constant', value };
}

/** A variable with values in [0, size). One of a single value is that value. */
export function variable(name: string, size: number): IndexExpression {
  return size === 1 ? constant(0) : { kind: 'variable', name, size };
}

/** One variable per axis, `i0`, `i1`, …: the coordinates of an element of a tensor of this shape. */
export function coordinateVariables(shape: readonly number[], prefix = 'i'): IndexExpression[] {
  return shape.map((size, axis) => variable(`${prefix}${axis}`, size));
}

export function add(left: IndexExpression, right: IndexExpression): IndexExpression {
  return total([left, 1], [right, 1]);
}

export function addConstant(operand: IndexExpression, value: number): IndexExpression {
  return value === 0 ? operand : add(operand, constant(value));
}

export function multiply(operand: IndexExpression, factor: number): IndexExpression {
  return factor === 1 ? operand : fromAffine(weightedSum([[operand, factor]]));
}

export function subtract(left: IndexExpression, right: IndexExpression): IndexExpression {
  return total([left, 1], [right, -1]);
}

/** ⌊dividend / divisor⌋ for a positive divisor. */
export function floorDivide(dividend: IndexExpression, divisor: number): IndexExpression {
  if (divisor === 1) return dividend;
  const { quotient, rest } = divideTerms(affineOf(dividend), divisor);
  return add(fromAffine(quotient), divideRest(rest, divisor));
}

/** dividend − divisor · ⌊dividend / divisor⌋ for a positive divisor: in [0, divisor). */
export function modulo(dividend: IndexExpression, divisor: number): IndexExpression {
  if (divisor === 1) return constant(0);
  const { rest } = divideTerms(affineOf(dividend), divisor);
  const whole = wholeQuotient(rangeOfAffine(rest), divisor);
  if (whole !== undefined) return fromAffine({ ...rest, constant: rest.constant - whole * divisor });
  const factored = factorOut(rest, divisor);
  if (factored) {
    // (g·x + r) mod (g·m) = g · (x mod m) + r, where r is in [0, g)
    const { factor, multiple, remainder } = factored;
    return add(multiply(modulo(fromAffine(multiple), divisor / factor), factor), fromAffine(remainder));
  }
  const atom = onlyAtom(rest);
  // (x mod a) mod b = x mod b, where b divides a
  if (atom?.kind === 'modulo' && rest.constant === 0 && atom.divisor % divisor === 0) {
    return modulo(atom.dividend, divisor);
  }
  return { kind: 'modulo', dividend: fromAffine(rest), divisor };
}

/** The operand, of which it is known that it lies in [0, size) wherever its value is used (under a source's condition). */
export function assume(operand: IndexExpression, size: number): IndexExpression {
  const { minimum, maximum } = rangeOf(operand);
  return minimum >= 0 && maximum < size ? operand : { kind: 'assume', operand, size };
}

export function boolean(value: boolean): IndexCondition {
  return { kind: 'boolean', value };
}

export function less(left: IndexExpression, right: IndexExpression): IndexCondition {
  const { minimum, maximum } = rangeOf(subtract(left, right));
  if (maximum < 0) return boolean(true);
  if (minimum >= 0) return boolean(false);
  return { kind: 'less', left, right };
}

/** left ≥ right, which over integers is right − 1 < left. */
export function atLeast(left: IndexExpression, right: IndexExpression): IndexCondition {
  return less(addConstant(right, -1), left);
}

export function equal(left: IndexExpression, right: IndexExpression): IndexCondition {
  const { minimum, maximum } = rangeOf(subtract(left, right));
  if (minimum === 0 && maximum === 0) return boolean(true);
  if (minimum > 0 || maximum < 0) return boolean(false);
  return { kind: 'equal', left, right };
}

export function and(left: IndexCondition, right: IndexCondition): IndexCondition {
  if (left.kind === 'boolean') return left.value ? right : left;
  if (right.kind === 'boolean') return right.value ? left : right;
  return printCondition(left) === printCondition(right) ? left : { kind: 'and', left, right };
}

export function or(left: IndexCondition, right: IndexCondition): IndexCondition {
  if (left.kind === 'boolean') return left.value ? left : right;
  if (right.kind === 'boolean') return right.value ? right : left;
  return printCondition(left) === printCondition(right) ? left : { kind: 'or', left, right };
}

/** Row-major position of the element at `coordinates` in a tensor of `shape`. */
export function flatten(coordinates: readonly IndexExpression[], shape: readonly number[]): IndexExpression {
  const strides = rowMajorStrides(shape);
  return total(...coordinates.map((coordinate, axis) => [coordinate, strides[axis]!] as const));
}

/** Coordinates of the element at row-major position `flat` in a tensor of `shape`; the position is taken to be inside. */
export function unflatten(flat: IndexExpression, shape: readonly number[]): IndexExpression[] {
  const coordinates: IndexExpression[] = [];
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = Math.max(shape[axis]!, 1);
    const quotient = floorDivide(flat, stride);
    coordinates.unshift(axis === 0 ? assume(quotient, size) : modulo(quotient, size));
    stride *= size;
  }
  return coordinates;
}

/** Σ factor · expression, simplified. */
function total(...parts: readonly (readonly [IndexExpression, number])[]): IndexExpression {
  return fromAffine(recombine(weightedSum(parts)));
}

/** d · ⌊x / d⌋ + x mod d = x, wherever both halves stand in the sum with fitting factors. */
function recombine(affine: Affine): Affine {
  for (const [text, { atom, factor }] of affine.terms) {
    if (atom.kind !== 'modulo') continue;
    const quotient = affineOf(floorDivide(atom.dividend, atom.divisor));
    const needed = scale(quotient, factor * atom.divisor);
    const present = [...needed.terms].every(([key, term]) => affine.terms.get(key)?.factor === term.factor);
    if (!present || needed.terms.size === 0) continue;
    const without = sum(affine, scale(sum(needed, { terms: new Map([[text, { atom, factor }]]), constant: 0 }), -1));
    return recombine(sum(without, scale(affineOf(atom.dividend), factor)));
  }
  return affine;
}

function divideRest(rest: Affine, divisor: number): IndexExpression {
  const whole = wholeQuotient(rangeOfAffine(rest), divisor);
  if (whole !== undefined) return constant(whole);
  const factored = factorOut(rest, divisor);
  // ⌊(g·x + r) / (g·m)⌋ = ⌊x / m⌋, where r is in [0, g)
  if (factored) return floorDivide(fromAffine(factored.multiple), divisor / factored.factor);
  const atom = onlyAtom(rest);
  if (atom?.kind === 'floor_divide') {
    // ⌊(⌊x / a⌋ + c) / b⌋ = ⌊(x + a·c) / (a·b)⌋
    return floorDivide(addConstant(atom.dividend, atom.divisor * rest.constant), atom.divisor * divisor);
  }
  if (atom?.kind === 'modulo' && rest.constant === 0 && atom.divisor % divisor === 0) {
    // ⌊(x mod a·b) / b⌋ = ⌊x / b⌋ mod a
    return modulo(floorDivide(atom.dividend, divisor), atom.divisor / divisor);
  }
  return { kind: 'floor_divide', dividend: fromAffine(rest), divisor };
}

/** The quotient, where it is the same over the whole range. */
function wholeQuotient({ minimum, maximum }: Range, divisor: number): number | undefined {
  const quotient = Math.floor(minimum / divisor);
  return quotient === Math.floor(maximum / divisor) ? quotient : undefined;
}
