/** Patchify: a convolution whose kernel and stride are the patch, as nn.Conv2d with kernel_size = stride. */
import { BATCH } from '../batch.ts';
import { convolutionInitializers } from '../../gpu/random/initializers.ts';
import { nearestDivisors } from '../../graph/requirements.ts';
import type { Dimension } from '../../graph/problems.ts';
import type { InferContext, InferResult, LocalProblem, PortType } from '../../graph/signature.ts';
import { booleanParam, dimensionParam, numberParam, type NodeDefinition } from '../definition.ts';
import { failure, single, UNKNOWN } from '../shapes.ts';
import { call } from '../python.ts';
import { callLayer } from '../torch.ts';

export const patchify: NodeDefinition = {
  type: 'patchify',
  title: 'Patchify',
  category: 'vision',
  help:
    'Cuts a picture into squares of patch_size × patch_size pixels that do not overlap, and maps each to embed_dim ' +
    'numbers by the same learned matrix: y[b, e, i, j] = bias[e] + Σ weight[e, c, u, v] · x[b, c, i·p + u, j·p + v]. ' +
    'This is a convolution whose stride equals its kernel, the first step of a Vision Transformer. Weight and bias ' +
    'start uniform between ±1/√(num_channels · patch_size²).',
  reference: {
    text: 'Dosovitskiy et al. 2021, An image is worth 16×16 words',
    url: 'https://arxiv.org/abs/2010.11929',
  },
  keywords: ['nn.Conv2d', 'patch embedding', 'patch convolution', 'stem', 'ViT'],
  preview: 'patch-grid',
  inputs: [{ name: 'input', help: 'Pictures, channels first.', shape: 'batch num_channels height width' }],
  outputs: [{ name: 'output', help: 'One vector per patch, along the second axis.', flow: 'tensor' }],
  params: [
    { name: 'num_channels', type: 'int', default: 3, minimum: 1, help: 'Channels of the picture: 3 for RGB.' },
    { name: 'embed_dim', type: 'int', default: 128, minimum: 1, help: 'Size of the vector that stands for a patch.' },
    { name: 'patch_size', type: 'int', default: 16, minimum: 1, help: 'Side of a patch in pixels.' },
    { name: 'bias', type: 'bool', default: true, help: 'Adds a learned offset to each component.' },
  ],
  infer: inferPatchify,
  weights: (params) => {
    const [channels, patch] = [numberParam(params, 'num_channels'), numberParam(params, 'patch_size')];
    const embedDim = numberParam(params, 'embed_dim');
    const initializers = convolutionInitializers(channels, patch);
    const weight = { name: 'weight', shape: [embedDim, channels, patch, patch], initializer: initializers.weight };
    if (!booleanParam(params, 'bias')) return [weight];
    return [weight, { name: 'bias', shape: [embedDim], initializer: initializers.bias }];
  },
  batch: BATCH.alongLast('input', 3),
  torch: {
    layer: ({ param, written }) =>
      call('nn.Conv2d', [param('num_channels'), param('embed_dim')], {
        kernel_size: param('patch_size'),
        stride: param('patch_size'),
        bias: written('bias'),
      }),
    forward: (context) => callLayer(context),
  },
  lower: ({ builder, params, inputs, weight }) => {
    const stride = numberParam(params, 'patch_size');
    const operands = [inputs['input']!, weight('weight')];
    if (booleanParam(params, 'bias')) operands.push(weight('bias'));
    return { output: builder.emit('patch_conv', operands, { stride }) };
  },
};

function inferPatchify({ inputs: { input }, params }: InferContext): InferResult {
  if (!input) return UNKNOWN;
  const [batch, , height, width] = input.dims;
  const patch = numberParam(params, 'patch_size');
  const tooSmall = [height!, width!].find(({ size }) => size < patch);
  if (tooSmall) return tooSmallPicture(tooSmall, patch, input);
  const dims = [
    batch!,
    dimensionParam(params, 'embed_dim', 'embed_dim'),
    { size: Math.floor(height!.size / patch), name: 'rows' },
    { size: Math.floor(width!.size / patch), name: 'columns' },
  ];
  const problems = leftOver(height!, width!, patch);
  return { ...single({ dims, dtype: 'f32', flow: 'tensor' }), problems };
}

function tooSmallPicture(side: Dimension, patch: number, input: PortType): InferResult {
  const fitting = Math.max(1, side.size);
  return failure({
    code: 'shape.patch',
    message: `a picture of ${side.size} pixels holds no patch of ${patch}`,
    port: { side: 'input', name: 'input' },
    got: input.dims,
    suggestions: [{ param: 'patch_size', value: fitting, title: `Set patch_size to ${fitting}` }],
  });
}

/** Pixels beyond the last whole patch are left out, as a convolution without padding does: allowed, but said. */
function leftOver(height: Dimension, width: Dimension, patch: number): readonly LocalProblem[] {
  const left = [height, width].map(({ size }) => size % patch);
  if (left.every((pixels) => pixels === 0)) return [];
  return [
    {
      code: 'shape.patch-remainder',
      severity: 'warning',
      message:
        `${height.size} × ${width.size} pixels do not divide into patches of ${patch}: ` +
        `${left[0]} rows and ${left[1]} columns at the edge are left out`,
      param: 'patch_size',
      suggestions: nearestDivisors(commonDivisor(height.size, width.size), patch).map((size) => ({
        param: 'patch_size',
        value: size,
        title: `Set patch_size to ${size}`,
      })),
    },
  ];
}

/** The greatest one, by Euclid. */
function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
