/** Scaled dot-product attention in one node, with its weights as a second output. */
import { BATCH } from '../batch.ts';
import { describeShape } from '../../graph/patterns.ts';
import type { Dimension } from '../../graph/problems.ts';
import type { InferContext, InferResult } from '../../graph/signature.ts';
import { numberParam, type NodeDefinition } from '../definition.ts';
import { broadcastDimensions, failure, sizes, UNKNOWN } from '../shapes.ts';
import { binary, call, NONE } from '../python.ts';
import { type TorchHelper } from '../torch.ts';

/** torch.nn.functional has one of this name since 2.0, which does not give the weights. */
const ATTENTION: TorchHelper = {
  name: 'attend',
  source: `\
def attend(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    mask: Tensor | None = None,
    scale: float | None = None,
) -> tuple[Tensor, Tensor]:
    """Scaled dot-product attention that also returns its weights.

    Args:
        query: [..., queries, head_dim]
        key: [..., keys, head_dim]
        value: [..., keys, value_dim]
        mask: bool, broadcast to [..., queries, keys]; True where a query may look.
        scale: Factor of the scores; 1 / sqrt(head_dim) where it is left out.

    Returns:
        The output [..., queries, value_dim] and the weights [..., queries, keys].
    """
    scale = query.shape[-1] ** -0.5 if scale is None else scale
    scores = query @ key.transpose(-2, -1) * scale
    if mask is not None:
        scores = scores.masked_fill(~mask, torch.finfo(scores.dtype).min)
    weights = F.softmax(scores, dim=-1)
    return weights @ value, weights`,
};

export const scaledDotProductAttention: NodeDefinition = {
  type: 'scaled_dot_product_attention',
  title: 'Scaled dot-product attention',
  category: 'math',
  help:
    'Each query looks at every key and takes a weighted mean of the values: attention_weights = softmax(q·kᵀ · scale) ' +
    'along the keys, output = attention_weights · v. The scale, 1/√head_dim unless another is given, keeps the scores ' +
    'from growing with the width of a head, where softmax would turn into a hard choice. Where a mask is false the score ' +
    'is −∞, and the weight zero: a causal mask keeps a text from reading ahead. The axes before the last two (batch, ' +
    'heads) are computed independently. It is the same as matmul, multiply, softmax and matmul wired by hand, ' +
    'as the module VisionAttention does.',
  reference: { text: 'Vaswani et al. 2017, Attention is all you need', url: 'https://arxiv.org/abs/1706.03762' },
  keywords: ['F.scaled_dot_product_attention', 'sdpa', 'self-attention', 'cross-attention', 'query key value'],
  preview: 'attention',
  inputs: [
    { name: 'query', help: 'What each position looks for.', shape: '... queries head_dim' },
    { name: 'key', help: 'What each position offers to be found by.', shape: '... keys head_dim' },
    { name: 'value', help: 'What each position gives when it is looked at.', shape: '... keys value_dim' },
    {
      name: 'mask',
      help: 'Where a query may look at a key; its leading axes broadcast.',
      shape: '...',
      dtypes: ['bool'],
      optional: true,
    },
  ],
  outputs: [
    {
      name: 'output',
      help: 'For each query, the mean of the values under its weights.',
      shape: '... queries value_dim',
      flow: 'tensor',
    },
    {
      name: 'attention_weights',
      help: 'For each query, how much it looks at each key; rows sum to one.',
      shape: '... queries keys',
      flow: 'attention',
    },
  ],
  params: [
    {
      name: 'scale',
      type: 'float',
      default: 0,
      minimum: 0,
      step: 0.01,
      help: 'Factor of the scores; 0 stands for 1/√head_dim.',
    },
  ],
  infer: inferAttention,
  batch: BATCH.attention,
  torch: {
    forward: ({ input, param, follows, value }) => {
      const operands = [input('query')!, input('key')!, input('value')!];
      const scale = follows('scale')
        ? binary('or', param('scale'), NONE)
        : value('scale') === 0
          ? undefined
          : param('scale');
      const from = call(ATTENTION.name, operands, { mask: input('mask'), scale });
      return { kind: 'unpack', from, into: ['output', 'attention_weights'] };
    },
    takesNone: ['mask'],
    helpers: [ATTENTION],
  },
  lower: ({ builder, params, inputs, types }) => {
    const headSize = sizes(types.inputs['query']).at(-1)!;
    const scale = numberParam(params, 'scale') || headSize ** -0.5;
    const operands = [inputs['query']!, inputs['key']!, inputs['value']!];
    if (inputs['mask'] !== undefined) operands.push(inputs['mask']);
    const [output, attentionWeights] = builder.emitAll('attention', operands, { scale });
    return { output: output!, attention_weights: attentionWeights! };
  },
};

function inferAttention({ inputs: { query, key, value, mask } }: InferContext): InferResult {
  if (!query || !key || !value) return UNKNOWN;
  const rows = query.dims.slice(0, -1);
  const weights = [...rows, key.dims.at(-2)!];
  if (mask && !broadcastsTo(mask.dims, weights)) {
    return failure({
      code: 'shape.broadcast',
      message: `the mask ${describeShape(mask.dims)} does not broadcast to the weights ${describeShape(weights)}`,
      port: { side: 'input', name: 'mask' },
      got: mask.dims,
      wanted: describeShape(weights),
    });
  }
  return {
    outputs: {
      output: { dims: [...rows, value.dims.at(-1)!], dtype: 'f32', flow: 'tensor' },
      attention_weights: { dims: weights, dtype: 'f32', flow: 'attention' },
    },
    problems: [],
  };
}

/** Whether what comes of both is the shape itself. */
function broadcastsTo(dims: readonly Dimension[], shape: readonly Dimension[]): boolean {
  const both = broadcastDimensions(shape, dims);
  return both?.length === shape.length && both.every(({ size }, axis) => size === shape[axis]!.size);
}
