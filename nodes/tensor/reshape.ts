/** Reshape: the same elements in row-major order under other sizes, as torch.reshape. */
import { BATCH } from '../batch.ts';
import { dimsOf } from '../../graph/dims.ts';
import { ExpressionError } from '../../graph/expression-syntax.ts';
import { describeShape, MAX_RANK } from '../../graph/patterns.ts';
import type { Dimension } from '../../graph/problems.ts';
import type { DimensionItem, InferContext, InferResult, LocalProblem } from '../../graph/signature.ts';
import type { NodeDefinition } from '../definition.ts';
import { failure, single, sizes, UNKNOWN } from '../shapes.ts';
import { int, method, tuple, type Python } from '../python.ts';
import { one, type TorchContext } from '../torch.ts';

type Suggestion = NonNullable<LocalProblem['suggestions']>[number];

export const reshape: NodeDefinition = {
  type: 'reshape',
  title: 'Reshape',
  category: 'tensor',
  help:
    'Reads the same elements, in the same row-major order, under other sizes: their product stays. Sizes are ' +
    'separated by commas; each is an expression over the hyperparameters that may name a size of the input, ' +
    'input.shape[0], and may carry a name, heads=num_heads. One of them may be −1: whatever makes the product fit. ' +
    'Splitting embed_dim into num_heads × head_dim this way is what makes attention multi-headed.',
  reference: { text: 'torch.reshape', url: 'https://docs.pytorch.org/docs/stable/generated/torch.reshape.html' },
  keywords: ['view', 'flatten', 'torch.reshape', 'split heads', 'unflatten'],
  preview: 'heatmap',
  inputs: [{ name: 'input', help: 'Any tensor.', shape: '...', dtypes: ['f32', 'i32', 'bool'] }],
  outputs: [{ name: 'output', help: 'The same elements under the new sizes.' }],
  params: [
    { name: 'shape', type: 'dims', default: '-1', help: 'The new sizes: [name=]expression, separated by commas.' },
  ],
  infer: inferReshape,
  batch: BATCH.reshape,
  torch: { forward: (context) => one('output', torchReshape(context)) },
  lower: ({ builder, inputs, types }) => ({
    output: builder.emit('reshape', [inputs['input']!], { shape: sizes(types.outputs['output']) }),
  }),
};

function inferReshape({ inputs, params }: InferContext): InferResult {
  const { input } = inputs;
  if (!input) return UNKNOWN;
  let wanted: readonly Dimension[];
  try {
    wanted = dimsOf(params['shape']!, inputs);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return failure({ code: 'shape.reshape', message: error.message, param: 'shape' });
  }
  if (wanted.filter(({ size }) => size === -1).length > 1) {
    const suggestions = closed(params['shape']!.dims ?? [], wanted, input.dims);
    return failure({ code: 'shape.reshape', message: 'only one size may be -1', param: 'shape', suggestions });
  }
  if (wanted.length > MAX_RANK) {
    const message = `a shape has at most ${MAX_RANK} dimensions, not ${wanted.length}`;
    return failure({ code: 'shape.rank', message, param: 'shape' });
  }
  const dims = fill(wanted, product(input.dims));
  if (dims) return single({ ...input, dims });
  return failure({
    code: 'shape.reshape',
    message: `${product(input.dims)} elements (${describeShape(input.dims)}) do not fill ${describeShape(wanted)}`,
    param: 'shape',
    got: input.dims,
    suggestions: opened(params['shape']!.dims ?? [], wanted, product(input.dims)),
  });
}

/** Of several open sizes only the last stays open; the others are those of the input. */
function closed(
  items: readonly DimensionItem[],
  dims: readonly Dimension[],
  input: readonly Dimension[],
): Suggestion[] {
  const last = dims.findLastIndex(({ size }) => size === -1);
  const value = items
    .map((item, axis) =>
      written(dims[axis]!.size === -1 && axis !== last ? { ...item, source: `input.shape[${axis}]` } : item),
    )
    .join(', ');
  const sizes = dims.map((dim, axis) => (dim.size === -1 && axis !== last ? (input[axis] ?? dim) : dim));
  return fill(sizes, product(input)) ? [{ param: 'shape', value, title: `Set shape to ${value}` }] : [];
}

/** The sizes with the last one open that can be: what makes the product fit. */
function opened(items: readonly DimensionItem[], dims: readonly Dimension[], count: number): Suggestion[] {
  const axis = dims.findLastIndex((dim, index) => fill(dims.with(index, { ...dim, size: -1 }), count) !== null);
  if (axis === -1) return [];
  const value = items.map((item, index) => written(index === axis ? { ...item, source: '-1' } : item)).join(', ');
  return [{ param: 'shape', value, title: `Set shape to ${value}` }];
}

function written({ label, source }: DimensionItem): string {
  const expression = source.trim();
  return label === undefined || label === expression ? expression : `${label}=${expression}`;
}

/** Replaces a -1 by what makes the product `count`; null where nothing does. */
function fill(dims: readonly Dimension[], count: number): readonly Dimension[] | null {
  const open = dims.findIndex(({ size }) => size === -1);
  if (open === -1) return product(dims) === count ? dims : null;
  const rest = product(dims.toSpliced(open, 1));
  if (rest === 0 || count % rest !== 0) return null;
  return dims.with(open, { ...dims[open]!, size: count / rest });
}

function product(dims: readonly Dimension[]): number {
  return dims.reduce((total, { size }) => total * size, 1);
}

/** Splitting the last axis and joining neighbours have names of their own in PyTorch; everything else is a reshape. */
function torchReshape({ input, type, dims, kept }: TorchContext): Python {
  const of = input('input')!;
  const sizes = dims('shape');
  const rank = type('input')?.dims.length;
  const start = kept('shape', 'input').findIndex((axis, position) => axis !== position);
  const rest = sizes.slice(start);
  if (rank !== undefined && start > 0) {
    const [only] = rest;
    if (start === rank - 1 && rest.length === 2) return method(of, 'unflatten', [int(-1), tuple(...rest)]);
    if (start < rank - 1 && rest.length === 1) return method(of, 'flatten', [int(start)]);
    if (start === rank && only?.kind === 'literal' && only.text === '1') return method(of, 'unsqueeze', [int(-1)]);
  }
  return method(of, 'reshape', sizes);
}
