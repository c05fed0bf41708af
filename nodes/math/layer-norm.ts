/** Layer normalisation over the last axis, as nn.LayerNorm. */
import { BATCH } from '../batch.ts';
import { NORM_INITIALIZERS } from '../../gpu/random/initializers.ts';
import { booleanParam, numberParam, type NodeDefinition } from '../definition.ts';
import { call } from '../python.ts';
import { callLayer } from '../torch.ts';

export const layerNorm: NodeDefinition = {
  type: 'layer_norm',
  title: 'Layer norm',
  category: 'math',
  help:
    'Centres and scales each position by itself: y = (x − μ) / √(σ² + ε) · weight + bias, where μ and σ² are the mean ' +
    'and the (biased) variance over the last axis. It keeps the size of activations steady through a deep stack, ' +
    'whatever the batch. Weight starts at 1 and bias at 0, so nothing is drawn.',
  reference: { text: 'Ba, Kiros and Hinton 2016, Layer normalization', url: 'https://arxiv.org/abs/1607.06450' },
  keywords: ['nn.LayerNorm', 'normalisation', 'normalization', 'norm'],
  preview: 'heatmap',
  inputs: [{ name: 'input', help: 'Features along the last axis.', shape: '... normalized_shape' }],
  outputs: [{ name: 'output', help: 'Normalised features.', shape: '... normalized_shape', flow: 'tensor' }],
  params: [
    { name: 'normalized_shape', type: 'int', default: 128, minimum: 1, help: 'Size of the last axis.' },
    {
      name: 'eps',
      type: 'float',
      default: 1e-5,
      minimum: 0,
      maximum: 1,
      step: 1e-6,
      help: 'Added to the variance, so that a constant input does not divide by zero.',
    },
    { name: 'elementwise_affine', type: 'bool', default: true, help: 'Learns a scale and an offset for each feature.' },
  ],
  weights: (params) => {
    if (!booleanParam(params, 'elementwise_affine')) return [];
    const shape = [numberParam(params, 'normalized_shape')];
    return [
      { name: 'weight', shape, initializer: NORM_INITIALIZERS.weight },
      { name: 'bias', shape, initializer: NORM_INITIALIZERS.bias },
    ];
  },
  batch: BATCH.alongLast('input'),
  torch: {
    layer: ({ param, written }) =>
      call('nn.LayerNorm', [param('normalized_shape')], {
        eps: written('eps'),
        elementwise_affine: written('elementwise_affine'),
      }),
    forward: (context) => callLayer(context),
  },
  lower: ({ builder, params, inputs, weight }) => {
    const affine = booleanParam(params, 'elementwise_affine') ? [weight('weight'), weight('bias')] : [];
    return {
      output: builder.emit('layer_norm', [inputs['input']!, ...affine], { epsilon: numberParam(params, 'eps') }),
    };
  },
};
