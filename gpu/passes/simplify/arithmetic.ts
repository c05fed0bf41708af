/** Neutral elements, double negation, and other arithmetic that need not be done. */
import type { ValueId } from '../../ir/types.ts';
import { booleanOf, dtypeOf, numbersOf } from '../../ops/attributes.ts';
import { producedBy, replaced, splatOf, type Rule } from './rule.ts';

/** The number that leaves the other operand as it is, on the right and, where it is so, on the left. */
const NEUTRAL: Readonly<Record<string, { readonly right?: number; readonly left?: number }>> = {
  add: { left: 0, right: 0 },
  sub: { right: 0 },
  mul: { left: 1, right: 1 },
  div: { right: 1 },
  pow: { right: 1 },
  and: { left: 1, right: 1 },
  or: { left: 0, right: 0 },
};

const neutralElement: Rule = ({ op, inputs }, view) => {
  const neutral = NEUTRAL[op];
  if (!neutral) return undefined;
  const [a, b] = inputs as [ValueId, ValueId];
  if (neutral.right !== undefined && splatOf(view, b) === neutral.right) return a;
  if (neutral.left !== undefined && splatOf(view, a) === neutral.left) return b;
  return undefined;
};

/** x² is a product: no logarithm needed. */
const square: Rule = ({ op, inputs }, view) => {
  if (op !== 'pow' || splatOf(view, inputs[1]!) !== 2) return undefined;
  return replaced('mul', [inputs[0]!, inputs[0]!]);
};

const involution: Rule = ({ op, inputs }, view) => {
  if (op !== 'neg' && op !== 'not') return undefined;
  return producedBy(view, inputs[0]!, op)?.inputs[0];
};

const castToSame: Rule = ({ op, inputs, attributes }, view) => {
  return op === 'cast' && view.typeOf(inputs[0]!).dtype === dtypeOf(attributes, 'dtype') ? inputs[0] : undefined;
};

const knownChoice: Rule = ({ op, inputs }, view) => {
  if (op !== 'select') return undefined;
  const [condition, a, b] = inputs as [ValueId, ValueId, ValueId];
  if (a === b) return a;
  const chosen = splatOf(view, condition);
  if (chosen === undefined) return undefined;
  return chosen === 0 ? b : a;
};

/** A reduction over axes of size 1 only drops them. */
const reductionOfOne: Rule = ({ op, inputs, attributes }, view) => {
  if (!op.startsWith('reduce_')) return undefined;
  const { shape } = view.typeOf(inputs[0]!);
  const axes = numbersOf(attributes, 'axes');
  if (axes.some((axis) => shape[axis] !== 1)) return undefined;
  const kept = booleanOf(attributes, 'keepdims') ? shape : shape.filter((_, axis) => !axes.includes(axis));
  return replaced('reshape', inputs, { shape: kept });
};

export const ARITHMETIC_RULES: readonly Rule[] = [
  neutralElement,
  square,
  involution,
  castToSame,
  knownChoice,
  reductionOfOne,
];
