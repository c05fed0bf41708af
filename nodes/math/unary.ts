/** What functions of one number share: any tensor in, the same shape out. */
import type { ValueId } from '../../gpu/ir/types.ts';
import type { InputPort, OutputPort } from '../../graph/signature.ts';
import type { LowerContext } from '../definition.ts';

export const UNARY_INPUTS: readonly InputPort[] = [{ name: 'input', help: 'Any tensor.', shape: '...' }];

export const UNARY_OUTPUTS: readonly OutputPort[] = [
  { name: 'output', help: 'The function of each element, in the same shape.', shape: '...' },
];

/** One op of the IR on `input`. */
export function lowerUnary(op: string, { builder, inputs }: LowerContext): { readonly output: ValueId } {
  return { output: builder.emit(op, [inputs['input']!]) };
}
