/**
 * Index expressions as sums of atoms with integer factors: the form in which like terms meet and divisors are split
 * off. What the sums are made of, and how they are divided, is said here; which rule applies, in index-arithmetic.ts.
 */
import { printIndex, rangeOf, type IndexExpression, type Range } from './index-expression.ts';

/** A sum of atoms (variables, divisions, remainders, assumptions) with integer factors; the inside of every expression. */
export interface Affine {
  /** By the atom's text; factors are never 0. */
  readonly terms: ReadonlyMap<string, Term>;
  readonly constant: number;
}

/** factor · atom. */
export interface Term {
  readonly atom: IndexExpression;
  readonly factor: number;
}

/** The expression's sum; one atom where it is no sum. */
export function affineOf(expression: IndexExpression): Affine {
  return weightedSum([[expression, 1]]);
}

/** Σ factor · expression. */
export function weightedSum(parts: Iterable<readonly [IndexExpression, number]>): Affine {
  const terms = new Map<string, Term>();
  let total = 0;
  for (const [expression, factor] of parts) total += collect(expression, factor, terms);
  return { terms, constant: total };
}

/** Adds factor · expression to the terms; gives what it adds to the constant. */
function collect(expression: IndexExpression, factor: number, terms: Map<string, Term>): number {
  switch (expression.kind) {
    case 'constant':
      return expression.value * factor;
    case 'add':
      return collect(expression.left, factor, terms) + collect(expression.right, factor, terms);
    case 'multiply':
      return collect(expression.operand, factor * expression.factor, terms);
    case 'variable':
    case 'floor_divide':
    case 'modulo':
    case 'assume': {
      const text = printIndex(expression);
      const total = (terms.get(text)?.factor ?? 0) + factor;
      if (total === 0) terms.delete(text);
      else terms.set(text, { atom: expression, factor: total });
      return 0;
    }
    default:
      return expression satisfies never;
  }
}

/** Terms from the largest factor to the smallest, so that equal sums are equal texts. */
export function fromAffine({ terms, constant: value }: Affine): IndexExpression {
  const parts = [...terms]
    .sort(([textA, a], [textB, b]) => Math.abs(b.factor) - Math.abs(a.factor) || (textA < textB ? -1 : 1))
    .map(([, { atom, factor }]): IndexExpression => {
      return factor === 1 ? atom : { kind: 'multiply', operand: atom, factor };
    });
  if (value !== 0 || parts.length === 0) parts.push({ kind: 'constant', value });
  return parts.reduce((left, right) => ({ kind: 'add', left, right }));
}

/** left + right. */
export function sum(left: Affine, right: Affine): Affine {
  const terms = new Map(left.terms);
  for (const [text, { atom, factor }] of right.terms) {
    const total = (terms.get(text)?.factor ?? 0) + factor;
    if (total === 0) terms.delete(text);
    else terms.set(text, { atom, factor: total });
  }
  return { terms, constant: left.constant + right.constant };
}

/** a · factor. */
export function scale({ terms, constant: value }: Affine, factor: number): Affine {
  if (factor === 0) return { terms: new Map(), constant: 0 };
  return {
    terms: new Map([...terms].map(([text, term]) => [text, { atom: term.atom, factor: term.factor * factor }])),
    constant: value * factor,
  };
}

/** a = d · quotient + rest, with every factor of the rest in (−d, d) and its constant in [0, d). */
export function divideTerms(affine: Affine, divisor: number): { quotient: Affine; rest: Affine } {
  const quotient = new Map<string, Term>();
  const rest = new Map<string, Term>();
  for (const [text, { atom, factor }] of affine.terms) {
    const whole = Math.trunc(factor / divisor);
    if (whole !== 0) quotient.set(text, { atom, factor: whole });
    if (factor !== whole * divisor) rest.set(text, { atom, factor: factor - whole * divisor });
  }
  const whole = Math.floor(affine.constant / divisor);
  return {
    quotient: { terms: quotient, constant: whole },
    rest: { terms: rest, constant: affine.constant - whole * divisor },
  };
}

/** a = g · multiple + remainder with the largest g > 1 that divides the divisor and leaves a remainder in [0, g). */
export function factorOut(
  affine: Affine,
  divisor: number,
): { factor: number; multiple: Affine; remainder: Affine } | undefined {
  const candidates = new Set(
    [...affine.terms.values()].map(({ factor }) => greatestCommonDivisor(Math.abs(factor), divisor)),
  );
  for (const factor of [...candidates].sort((a, b) => b - a)) {
    if (factor === 1) continue;
    const multiples = [...affine.terms].filter(([, term]) => term.factor % factor === 0);
    const others = [...affine.terms].filter(([, term]) => term.factor % factor !== 0);
    const whole = Math.floor(affine.constant / factor);
    const remainder = { terms: new Map(others), constant: affine.constant - whole * factor };
    const { minimum, maximum } = rangeOfAffine(remainder);
    if (minimum < 0 || maximum >= factor) continue;
    const multiple = {
      terms: new Map(multiples.map(([text, term]) => [text, { atom: term.atom, factor: term.factor / factor }])),
      constant: whole,
    };
    return { factor, multiple, remainder };
  }
  return undefined;
}

/** The atom of a sum that is one atom and a constant. */
export function onlyAtom({ terms }: Affine): IndexExpression | undefined {
  const [first] = terms.values();
  return terms.size === 1 && first?.factor === 1 ? first.atom : undefined;
}

export function rangeOfAffine(affine: Affine): Range {
  return rangeOf(fromAffine(affine));
}

/** Factor per variable and constant of an expression that is a sum of multiples of variables; undefined for others. */
export function linearForm(
  expression: IndexExpression,
): { factors: ReadonlyMap<string, number>; constant: number } | undefined {
  const factors = new Map<string, number>();
  const visit = (affine: Affine, scaleBy: number): number | undefined => {
    let total = affine.constant * scaleBy;
    for (const { atom, factor } of affine.terms.values()) {
      if (atom.kind === 'variable') {
        factors.set(atom.name, (factors.get(atom.name) ?? 0) + factor * scaleBy);
      } else if (atom.kind === 'assume') {
        const inner = visit(affineOf(atom.operand), factor * scaleBy);
        if (inner === undefined) return undefined;
        total += inner;
      } else {
        return undefined;
      }
    }
    return total;
  };
  const total = visit(affineOf(expression), 1);
  return total === undefined ? undefined : { factors, constant: total };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
