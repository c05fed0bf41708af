/** What logic on two masks shares. */
import type { ValueId } from '../../gpu/ir/types.ts';
import { binary } from '../../gpu/ops/broadcast.ts';
import type { InputPort, OutputPort } from '../../graph/signature.ts';
import type { LowerContext } from '../definition.ts';

export const LOGICAL_INPUTS: readonly InputPort[] = [
  { name: 'a', help: 'First mask.', shape: '...', dtypes: ['bool'] },
  { name: 'b', help: 'Second mask.', shape: '...', dtypes: ['bool'] },
];

export const LOGICAL_OUTPUTS: readonly OutputPort[] = [
  { name: 'output', help: 'The mask of both, of the broadcast shape.', dtype: 'bool', flow: 'mask' },
];

export function lowerLogical(op: 'and' | 'or', { builder, inputs }: LowerContext): { readonly output: ValueId } {
  return { output: binary(builder, op, inputs['a']!, inputs['b']!) };
}
