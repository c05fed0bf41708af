/** Linear: an affine map of the last axis, as nn.Linear. */
import { BATCH } from '../batch.ts';
import { linearInitializers } from '../../gpu/random/initializers.ts';
import { booleanParam, numberParam, type NodeDefinition } from '../definition.ts';
import { attribute, call } from '../python.ts';
import { callLayer } from '../torch.ts';

export const linear: NodeDefinition = {
  type: 'linear',
  title: 'Linear',
  category: 'math',
  help:
    'Multiplies the last axis by a learned matrix and adds a learned bias: y = x·Wᵀ + b, with W of shape ' +
    '[out_features, in_features]. Every position is mapped alike; the axes before the last pass through. Weight and ' +
    'bias start uniform between ±1/√in_features.',
  reference: { text: 'torch.nn.Linear', url: 'https://docs.pytorch.org/docs/stable/generated/torch.nn.Linear.html' },
  keywords: ['nn.Linear', 'dense', 'fully connected', 'projection', 'affine'],
  preview: 'heatmap',
  inputs: [{ name: 'input', help: 'Features along the last axis.', shape: '... in_features' }],
  outputs: [{ name: 'output', help: 'Mapped features.', shape: '... out_features', flow: 'tensor' }],
  params: [
    { name: 'in_features', type: 'int', default: 128, minimum: 1, help: 'Size of the last axis that comes in.' },
    { name: 'out_features', type: 'int', default: 128, minimum: 1, help: 'Size of the last axis that goes out.' },
    { name: 'bias', type: 'bool', default: true, help: 'Adds a learned offset to each output feature.' },
    {
      name: 'zero_bias',
      type: 'bool',
      default: false,
      help: 'The offsets start at zero, as in the out_proj of nn.MultiheadAttention; they are drawn and thrown away.',
    },
  ],
  weights: (params) => {
    const inFeatures = numberParam(params, 'in_features');
    const outFeatures = numberParam(params, 'out_features');
    const initializers = linearInitializers(inFeatures);
    const weight = { name: 'weight', shape: [outFeatures, inFeatures], initializer: initializers.weight };
    if (!booleanParam(params, 'bias')) return [weight];
    const bias = { name: 'bias', shape: [outFeatures], initializer: initializers.bias };
    if (!booleanParam(params, 'zero_bias')) return [weight, bias];
    return [weight, { ...bias, discarded: true }, { ...bias, initializer: { kind: 'constant', value: 0 } }];
  },
  batch: BATCH.alongLast('input'),
  torch: {
    layer: ({ param, written }) =>
      call('nn.Linear', [param('in_features'), param('out_features')], { bias: written('bias') }),
    start: (layer, { value }) =>
      value('bias') === true && value('zero_bias') === true ? [call('nn.init.zeros_', [attribute(layer, 'bias')])] : [],
    forward: (context) => callLayer(context),
  },
  lower: ({ builder, params, inputs, weight }) => {
    const operands = [inputs['input']!, weight('weight')];
    if (booleanParam(params, 'bias')) operands.push(weight('bias'));
    return { output: builder.emit('linear', operands) };
  },
};
