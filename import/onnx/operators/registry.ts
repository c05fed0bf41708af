/** Every operator of ONNX that nodes compute, by its name. */
import { ELEMENTWISE } from './elementwise.ts';
import { LOOKUPS } from './lookup.ts';
import { lstm } from './lstm.ts';
import { MOVEMENT } from './movement.ts';
import { NORMS } from './norms.ts';
import type { Operator } from './operator.ts';
import { isFoldable } from '../fold.ts';
import type { OnnxNode } from '../read-model.ts';
import { PRODUCTS } from './products.ts';
import { REDUCTIONS } from './reductions.ts';

export const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ...ELEMENTWISE,
  ...MOVEMENT,
  ...REDUCTIONS,
  ...PRODUCTS,
  ...NORMS,
  ...LOOKUPS,
  ['LSTM', lstm],
]);

/** Operators that take as many operands as they are given. */
const ANY_NUMBER: ReadonlySet<string> = new Set(['Concat', 'Max', 'Min', 'Sum', 'Mean', 'Einsum']);

const OPERANDS: ReadonlyMap<string, number> = new Map([
  ['Constant', 0],
  ...['Add', 'Sub', 'Mul', 'Div', 'Mod', 'Pow', 'And', 'Or', 'Equal', 'Less', 'LessOrEqual'].map(
    (name) => [name, 2] as const,
  ),
  ...['Greater', 'GreaterOrEqual', 'MatMul', 'Gemm', 'Conv', 'Gather', 'GatherElements', 'Expand'].map(
    (name) => [name, 2] as const,
  ),
  ...['CastLike', 'Tile', 'CumSum', 'LayerNormalization', 'SoftmaxCrossEntropyLoss', 'com.microsoft.BiasGelu'].map(
    (name) => [name, 2] as const,
  ),
  ...['Where', 'Range', 'LSTM'].map((name) => [name, 3] as const),
]);

/** How many operands an operator cannot do without. */
export function leastOperands({ operator, inputs }: OnnxNode): number {
  if (ANY_NUMBER.has(operator)) return Math.max(1, inputs.length);
  return OPERANDS.get(operator) ?? (OPERATORS.has(operator) || isFoldable(operator) ? 1 : 0);
}
