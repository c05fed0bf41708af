/** x·(1 + erf(x/√2))/2 and its tanh form, and x·σ(1.702 x), in whatever order the factors stand. */
import { FOREIGN } from '../../../graph/foreign.ts';
import { type DraftNode, type Ref } from '../draft.ts';
import { near, operandNumber, productOf, sameRef, type Pattern } from './pattern.ts';

export const raiseGelu: Pattern = (node, { draft }) => {
  if (node.type !== 'multiply') return undefined;
  const { factors, scale } = productOf({ node, port: 'output' });
  if (factors.length !== 2) return undefined;
  for (const [x, gate] of [factors, factors.toReversed()] as (readonly [Ref, Ref])[]) {
    const type = kindOf(x, gate.node, scale);
    if (type === 'quick_gelu') return draft.made('quick_gelu', {}, { input: x });
    if (type) return draft.made('gelu', type === 'tanh' ? { approximate: type } : {}, { input: x });
  }
  return undefined;
};

function kindOf(x: Ref, gate: DraftNode, scale: number): 'exact' | 'tanh' | 'quick_gelu' | undefined {
  if (gate.type === 'sigmoid') {
    const inner = productOf(gate.inputs['input']!);
    const fits = inner.factors.length === 1 && sameRef(inner.factors[0], x);
    return fits && scale === 1 && near(inner.scale, 1.702) ? 'quick_gelu' : undefined;
  }
  if (gate.type !== 'add' || operandNumber(gate) !== 1 || !near(scale, 0.5)) return undefined;
  const { node } = gate.inputs['a']!;
  if (node.type === `${FOREIGN}Erf`) return isScaled(node.inputs['input_0']!, x, Math.SQRT1_2) ? 'exact' : undefined;
  return node.type === 'tanh' && isTanhArgument(node.inputs['input']!, x) ? 'tanh' : undefined;
}

function isScaled(ref: Ref, x: Ref, by: number): boolean {
  const { factors, scale } = productOf(ref);
  return factors.length === 1 && sameRef(factors[0], x) && near(scale, by);
}

/** √(2/π)·(x + 0.044715·x³). */
function isTanhArgument(ref: Ref, x: Ref): boolean {
  const { factors, scale } = productOf(ref);
  const sum = factors.length === 1 ? factors[0]!.node : undefined;
  if (sum?.type !== 'add' || !sum.inputs['b'] || !near(scale, Math.sqrt(2 / Math.PI))) return false;
  const [a, b] = [sum.inputs['a']!, sum.inputs['b']];
  return (sameRef(a, x) && isCube(b, x)) || (sameRef(b, x) && isCube(a, x));
}

function isCube(ref: Ref, x: Ref): boolean {
  const { factors, scale } = productOf(ref);
  return factors.length === 3 && factors.every((factor) => sameRef(factor, x)) && near(scale, 0.044715);
}
