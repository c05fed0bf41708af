/** What patterns look at: a node, and through its inputs what computes them. */
import type { Constant } from '../constant.ts';
import type { Draft, DraftNode, Ref } from '../draft.ts';

interface PatternContext {
  readonly draft: Draft;
  /** How many read it. */
  readonly readers: (node: DraftNode) => number;
}

/** The node that does the same in one; undefined where the pattern is not there. What it takes the place of has its outputs. */
export type Pattern = (node: DraftNode, context: PatternContext) => DraftNode | undefined;

/** The node behind an input, if it is of this type. */
export function behind(node: DraftNode | undefined, port: string, type: string): DraftNode | undefined {
  const found = node?.inputs[port]?.node;
  return found?.type === type ? found : undefined;
}

/** The number of a parameter that stands for an operand; undefined where one is wired. */
export function operandNumber(node: DraftNode): number | undefined {
  const value = node.params['value'];
  return node.inputs['b'] === undefined && typeof value === 'number' ? value : undefined;
}

/** What is known of the second operand: a weight, or the number in its place. */
export function operandWeight(node: DraftNode): Constant | undefined {
  return behind(node, 'b', 'parameter')?.weights.get('');
}

export function sameRef(a: Ref | undefined, b: Ref | undefined): boolean {
  return a !== undefined && b !== undefined && a.node === b.node && a.port === b.port;
}

/** Two numbers that an exporter may have rounded to float32. */
export function near(a: number | undefined, b: number): boolean {
  return a !== undefined && Math.abs(a - b) <= 2e-6 * Math.abs(b);
}

export interface Product {
  /** What is multiplied, one by one. */
  readonly factors: readonly Ref[];
  /** All numbers among it, together. */
  readonly scale: number;
}

/** A product of products, taken apart; a division by a number is one with its inverse, a power of three wholes thrice. */
export function productOf(ref: Ref): Product {
  const { node } = ref;
  const number = operandNumber(node);
  if (node.type === 'multiply' && number === undefined) {
    const [a, b] = [productOf(node.inputs['a']!), productOf(node.inputs['b']!)];
    return { factors: [...a.factors, ...b.factors], scale: a.scale * b.scale };
  }
  if ((node.type === 'multiply' || node.type === 'divide') && number !== undefined) {
    const inner = productOf(node.inputs['a']!);
    return { ...inner, scale: inner.scale * (node.type === 'divide' ? 1 / number : number) };
  }
  if (node.type === 'power' && (number === 2 || number === 3)) {
    const base = node.inputs['a']!;
    return { factors: number === 2 ? [base, base] : [base, base, base], scale: 1 };
  }
  return { factors: [ref], scale: 1 };
}
