/** What reductions share: over one axis, or over all of them. */
import type { ValueId } from '../../gpu/ir/types.ts';
import type { InferContext, InferResult, InputPort, OutputPort, ParameterDefinition } from '../../graph/signature.ts';
import { booleanParam, numberParam, type LowerContext, type Params } from '../definition.ts';
import { bool, call, attribute, method, type Python } from '../python.ts';
import { one, type TorchSpelling } from '../torch.ts';
import { failure, noSuchAxis, resolveAxis, single, UNKNOWN } from '../shapes.ts';

export const REDUCTION_INPUTS: readonly InputPort[] = [{ name: 'input', help: 'Any tensor.', shape: '...' }];

export const REDUCTION_OUTPUTS: readonly OutputPort[] = [
  {
    name: 'output',
    help: 'One number for all that were along the axis, which goes unless it is kept.',
    flow: 'tensor',
  },
];

export const REDUCTION_PARAMS: readonly ParameterDefinition[] = [
  { name: 'dim', type: 'int', default: -1, help: 'The axis to reduce; negative counts from the last.' },
  { name: 'keepdim', type: 'bool', default: false, help: 'Keeps the axis, with size 1.' },
  { name: 'all', type: 'bool', default: false, help: 'Reduces every axis, to one number.' },
];

/** @param empty what there is to say of an axis of size 0; absent where the reduction has a value for it. */
export function inferReduction({ inputs: { input }, params }: InferContext, empty?: string): InferResult {
  if (!input) return UNKNOWN;
  const axes = axesOf(params, input.dims.length);
  if (!axes) return noSuchAxis('dim', numberParam(params, 'dim'), input.dims);
  if (empty !== undefined && axes.some((axis) => input.dims[axis]!.size === 0)) {
    return failure({ code: 'shape.empty', message: empty, port: { side: 'input', name: 'input' }, got: input.dims });
  }
  const dims = input.dims.flatMap((dim, axis) => {
    if (!axes.includes(axis)) return [dim];
    return booleanParam(params, 'keepdim') ? [{ size: 1 }] : [];
  });
  return single({ ...input, dims, flow: 'tensor' });
}

export function lowerReduction(
  op: 'reduce_mean' | 'reduce_sum' | 'reduce_max' | 'reduce_min',
  { builder, params, inputs }: LowerContext,
): { readonly output: ValueId } {
  const input = inputs['input']!;
  const axes = axesOf(params, builder.typeOf(input).shape.length)!;
  return { output: builder.emit(op, [input], { axes, keepdims: booleanParam(params, 'keepdim') }) };
}

/** The axes to reduce; undefined where `dim` is none of them. */
function axesOf(params: Params, rank: number): readonly number[] | undefined {
  if (booleanParam(params, 'all')) return Array.from({ length: rank }, (_, axis) => axis);
  const axis = resolveAxis(numberParam(params, 'dim'), rank);
  return axis === undefined ? undefined : [axis];
}

/** `x.mean(dim=-1)`. @param whole the method that reduces every axis. */
export function torchReduction(along: 'mean' | 'sum' | 'amax' | 'amin', whole: string = along): TorchSpelling {
  return {
    forward: ({ input, param, written, value }) => {
      const of = input('input')!;
      if (value('all') !== true) {
        return one('output', method(of, along, [], { dim: param('dim'), keepdim: written('keepdim') }));
      }
      if (value('keepdim') !== true) return one('output', method(of, whole));
      const every: Python = call('tuple', [call('range', [attribute(of, 'ndim')])]);
      return one('output', method(of, along, [], { dim: every, keepdim: bool(true) }));
    },
  };
}
