/** What arithmetic on two tensors shares: operands that broadcast as in PyTorch, or one and a number. */
import { describeShape } from '../../graph/patterns.ts';
import type { Builder } from '../../gpu/ir/builder.ts';
import type { ValueId } from '../../gpu/ir/types.ts';
import { binary } from '../../gpu/ops/broadcast.ts';
import type { InferContext, InferResult, InputPort, OutputPort, ParameterDefinition } from '../../graph/signature.ts';
import { numberParam, type LowerContext } from '../definition.ts';
import { binary as infix, type BinaryOperator, type Python } from '../python.ts';
import { one, type TorchSpelling } from '../torch.ts';
import { broadcastDimensions, failure, single, UNKNOWN } from '../shapes.ts';

export const BINARY_INPUTS: readonly InputPort[] = [
  { name: 'a', help: 'First operand.', shape: '...' },
  {
    name: 'b',
    help: 'Second operand; where nothing is connected, the number of the parameter.',
    shape: '...',
    optional: true,
  },
];

export const BINARY_OUTPUTS: readonly OutputPort[] = [{ name: 'output', help: 'The result, of the broadcast shape.' }];

/** The parameter that stands in for an unconnected `b`. */
export function scalarParameter(value: number, help: string): ParameterDefinition {
  return { name: 'value', type: 'float', default: value, help, step: 0.01 };
}

export function inferBinary({ inputs }: InferContext): InferResult {
  const { a, b } = inputs;
  if (!a) return UNKNOWN;
  if (!b) return single(a);
  const dims = broadcastDimensions(a.dims, b.dims);
  if (dims) return single({ dims, dtype: a.dtype, flow: b.dims.length > a.dims.length ? b.flow : a.flow });
  return failure({
    code: 'shape.broadcast',
    message:
      `${describeShape(b.dims)} does not broadcast with ${describeShape(a.dims)}: ` +
      'counted from the right, sizes must be equal, or one of them 1',
    port: { side: 'input', name: 'b' },
    got: b.dims,
    wanted: describeShape(a.dims),
  });
}

export function lowerBinary(
  op: 'add' | 'sub' | 'mul' | 'div' | 'pow',
  { builder, params, inputs }: LowerContext,
): { readonly output: ValueId } {
  const a = inputs['a']!;
  const b = inputs['b'] ?? scalar(builder, numberParam(params, 'value'));
  return { output: binary(builder, op, a, b) };
}

function scalar(builder: Builder, value: number): ValueId {
  return builder.emit('constant', [], { value, dtype: 'f32', shape: [] });
}

/** `a + b`, or `a + number` where b is not connected. */
export function torchBinary(operator: BinaryOperator): TorchSpelling {
  return {
    forward: ({ input, param }) =>
      one('output', infix(operator, input('a')!, input('b') ?? plainNumber(param('value')))),
  };
}

/** Beside a tensor, `2` says as much as `2.0`. */
function plainNumber(number: Python): Python {
  return number.kind === 'literal' ? { ...number, text: number.text.replace(/\.0$/, '') } : number;
}
