/** GELU, exact or by its tanh approximation, as nn.GELU. */
import { BATCH } from '../batch.ts';
import type { Builder } from '../../gpu/ir/builder.ts';
import type { ValueId } from '../../gpu/ir/types.ts';
import { constantLike } from '../../gpu/ops/broadcast.ts';
import { stringParam, type NodeDefinition } from '../definition.ts';
import { call } from '../python.ts';
import { one } from '../torch.ts';

export const gelu: NodeDefinition = {
  type: 'gelu',
  title: 'GELU',
  category: 'math',
  help:
    'A smooth gate: y = x · Φ(x), where Φ is the cumulative distribution of the standard normal, ' +
    'Φ(x) = ½ (1 + erf(x/√2)). Large values pass, very negative ones vanish, and those near zero are let through in ' +
    'part. The tanh form, ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))), is what some checkpoints were trained with.',
  reference: {
    text: 'Hendrycks and Gimpel 2016, Gaussian error linear units',
    url: 'https://arxiv.org/abs/1606.08415',
  },
  keywords: ['nn.GELU', 'activation', 'nonlinearity'],
  preview: 'heatmap',
  inputs: [{ name: 'input', help: 'Any tensor.', shape: '...' }],
  outputs: [{ name: 'output', help: 'The gated values, of the same shape.', shape: '...' }],
  params: [
    {
      name: 'approximate',
      type: 'choice',
      default: 'none',
      choices: ['none', 'tanh'],
      help: 'none: exact, by erf; tanh: the approximation.',
    },
  ],
  batch: BATCH.elementwise,
  torch: {
    forward: ({ input, param, follows, value }) => {
      const isDefault = !follows('approximate') && value('approximate') === 'none';
      const approximate = isDefault ? undefined : param('approximate');
      return one('output', call('F.gelu', [input('input')!], { approximate }));
    },
  },
  lower: ({ builder, params, inputs }) => {
    const input = inputs['input']!;
    const exact = stringParam(params, 'approximate') === 'none';
    return { output: exact ? builder.emit('gelu', [input]) : tanhGelu(builder, input) };
  },
};

function tanhGelu(builder: Builder, x: ValueId): ValueId {
  const constant = (value: number): ValueId => constantLike(builder, x, value);
  const multiply = (a: ValueId, b: ValueId): ValueId => builder.emit('mul', [a, b]);
  const add = (a: ValueId, b: ValueId): ValueId => builder.emit('add', [a, b]);
  const cube = multiply(multiply(x, x), x);
  const inner = multiply(constant(Math.sqrt(2 / Math.PI)), add(x, multiply(constant(0.044715), cube)));
  return multiply(multiply(constant(0.5), x), add(constant(1), builder.emit('tanh', [inner])));
}
