/** Concat: tensors one after the other along an axis, as torch.cat. */
import { BATCH } from '../batch.ts';
import { describeShape } from '../../graph/patterns.ts';
import type { Dimension } from '../../graph/problems.ts';
import type { InferContext, InferResult, PortType } from '../../graph/signature.ts';
import { numberParam, type NodeDefinition } from '../definition.ts';
import { failure, noSuchAxis, resolveAxis, single, UNKNOWN } from '../shapes.ts';
import { call, tuple } from '../python.ts';
import { one } from '../torch.ts';

const PORTS = ['a', 'b', 'c', 'd'] as const;

export const concat: NodeDefinition = {
  type: 'concat',
  title: 'Concat',
  category: 'tensor',
  help:
    'Puts tensors one after the other along an axis; their other sizes must be equal, and the sizes along the axis add ' +
    'up. Putting image tokens before text tokens this way is the simplest way to let one transformer read both.',
  reference: { text: 'torch.cat', url: 'https://docs.pytorch.org/docs/stable/generated/torch.cat.html' },
  keywords: ['torch.cat', 'concatenate', 'join', 'append'],
  preview: 'heatmap',
  inputs: [
    { name: 'a', help: 'What comes first.', shape: '...', dtypes: ['f32', 'i32', 'bool'] },
    { name: 'b', help: 'What comes after a.', shape: '...', dtypes: ['f32', 'i32', 'bool'] },
    { name: 'c', help: 'What comes after b.', shape: '...', dtypes: ['f32', 'i32', 'bool'], optional: true },
    { name: 'd', help: 'What comes after c.', shape: '...', dtypes: ['f32', 'i32', 'bool'], optional: true },
  ],
  outputs: [{ name: 'output', help: 'All of them, along the axis.' }],
  params: [{ name: 'dim', type: 'int', default: 1, help: 'The axis to join along; negative counts from the last.' }],
  infer: inferConcat,
  batch: BATCH.concat,
  torch: {
    forward: ({ input, param }) => {
      const parts = PORTS.map((port) => input(port)).filter((part) => part !== undefined);
      return one('output', call('torch.cat', [tuple(...parts)], { dim: param('dim') }));
    },
  },
  lower: ({ builder, params, inputs, types }) => {
    const axis = resolveAxis(numberParam(params, 'dim'), types.outputs['output']!.dims.length)!;
    const operands = PORTS.map((port) => inputs[port]).filter((value) => value !== undefined);
    return { output: builder.emit('concat', operands, { axis }) };
  },
};

function inferConcat({ inputs, params }: InferContext): InferResult {
  const { a, b } = inputs;
  if (!a || !b) return UNKNOWN;
  const dim = numberParam(params, 'dim');
  const axis = resolveAxis(dim, a.dims.length);
  if (axis === undefined) return noSuchAxis('dim', dim, a.dims);
  let joined: PortType = a;
  for (const name of PORTS.slice(1)) {
    const next = inputs[name];
    if (!next) continue;
    if (next.dtype !== a.dtype || !fits(a.dims, next.dims, axis)) {
      return failure({
        code: 'shape.concat',
        message:
          `${next.dtype} ${describeShape(next.dims)} does not follow ${a.dtype} ${describeShape(a.dims)}: ` +
          `all but axis ${dim} must be equal`,
        port: { side: 'input', name },
        got: next.dims,
        wanted: describeShape(a.dims),
      });
    }
    joined = { ...joined, dims: joined.dims.with(axis, together(joined.dims[axis]!, next.dims[axis]!)) };
  }
  return single(joined);
}

function fits(a: readonly Dimension[], b: readonly Dimension[], axis: number): boolean {
  return a.length === b.length && a.every(({ size }, at) => at === axis || size === b[at]!.size);
}

/** A name stays where both have it: patches and tokens together are neither. */
function together(a: Dimension, b: Dimension): Dimension {
  const size = a.size + b.size;
  return a.name !== undefined && a.name === b.name ? { size, name: a.name } : { size };
}
