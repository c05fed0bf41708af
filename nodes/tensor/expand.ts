/** Expand: axes of size 1 repeated to the sizes of another tensor, as torch.Tensor.expand. */
import { BATCH } from '../batch.ts';
import { dimsOf } from '../../graph/dims.ts';
import { ExpressionError } from '../../graph/expression-syntax.ts';
import { describeShape, MAX_RANK } from '../../graph/patterns.ts';
import type { Dimension } from '../../graph/problems.ts';
import type { InferContext, InferResult } from '../../graph/signature.ts';
import { broadcastTo } from '../../gpu/ops/broadcast.ts';
import type { NodeDefinition } from '../definition.ts';
import { method } from '../python.ts';
import { failure, single, sizes, UNKNOWN } from '../shapes.ts';
import { one } from '../torch.ts';

export const expand: NodeDefinition = {
  type: 'expand',
  title: 'Expand',
  category: 'tensor',
  help:
    'Repeats axes of size 1, and puts new axes in front, until the shape is the one given; nothing is copied. Sizes are ' +
    'expressions that may name those of the input and of a second tensor that is wired for its shape alone: ' +
    'like.shape[0], 1, embed_dim gives every picture of a batch its class token. Addition and its like broadcast by ' +
    'themselves; to put tensors one after the other, their sizes must be equal first.',
  reference: {
    text: 'torch.Tensor.expand',
    url: 'https://docs.pytorch.org/docs/stable/generated/torch.Tensor.expand.html',
  },
  keywords: ['torch.expand', 'broadcast_to', 'repeat', 'tile', 'class token', 'batch'],
  preview: 'heatmap',
  inputs: [
    { name: 'input', help: 'What is repeated.', shape: '...', dtypes: ['f32', 'i32', 'bool'] },
    {
      name: 'like',
      help: 'Whose sizes the shape may name.',
      shape: '...',
      dtypes: ['f32', 'i32', 'bool'],
      optional: true,
    },
  ],
  outputs: [{ name: 'output', help: 'The same elements, over and over.' }],
  params: [
    {
      name: 'shape',
      type: 'dims',
      default: 'input.shape[0]',
      help: 'The new sizes: [name=]expression, separated by commas; −1 keeps that of the input.',
    },
  ],
  infer: inferExpand,
  batch: BATCH.expand,
  torch: { forward: ({ input, dims }) => one('output', method(input('input')!, 'expand', dims('shape'))) },
  lower: ({ builder, inputs, types }) => ({
    output: broadcastTo(builder, inputs['input']!, sizes(types.outputs['output'])),
  }),
};

function inferExpand({ inputs, params }: InferContext): InferResult {
  const { input } = inputs;
  if (!input) return UNKNOWN;
  let wanted: readonly Dimension[];
  try {
    wanted = dimsOf(params['shape']!, inputs);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return failure({ code: 'shape.expand', message: error.message, param: 'shape' });
  }
  if (wanted.length > MAX_RANK) {
    const message = `a shape has at most ${MAX_RANK} dimensions, not ${wanted.length}`;
    return failure({ code: 'shape.rank', message, param: 'shape' });
  }
  const dims = expanded(input.dims, wanted);
  if (dims) return single({ ...input, dims });
  return failure({
    code: 'shape.expand',
    message:
      `${describeShape(input.dims)} does not expand to ${describeShape(wanted)}: ` +
      'counted from the right, a size must be equal or 1, and axes are added in front alone',
    param: 'shape',
    got: input.dims,
  });
}

/** The sizes that are meant, each −1 being the input's; null where the input does not become them. */
function expanded(input: readonly Dimension[], wanted: readonly Dimension[]): readonly Dimension[] | null {
  const added = wanted.length - input.length;
  if (added < 0) return null;
  const dims = wanted.map((dim, axis) => (dim.size === -1 ? input[axis - added] : dim));
  const fits = dims.every((dim, axis) => {
    const own = input[axis - added];
    return dim !== undefined && (own === undefined || own.size === 1 || own.size === dim.size);
  });
  return fits ? (dims as Dimension[]) : null;
}
