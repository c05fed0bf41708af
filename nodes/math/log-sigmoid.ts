/** Logarithm of the sigmoid, as F.logsigmoid, in the form that neither overflows nor loses small values. */
import { BATCH } from '../batch.ts';
import type { Builder } from '../../gpu/ir/builder.ts';
import type { ValueId } from '../../gpu/ir/types.ts';
import { constantLike } from '../../gpu/ops/broadcast.ts';
import type { NodeDefinition } from '../definition.ts';
import { UNARY_INPUTS, UNARY_OUTPUTS } from './unary.ts';
import { torchFunction } from '../torch.ts';

export const logSigmoid: NodeDefinition = {
  type: 'log_sigmoid',
  title: 'Log sigmoid',
  category: 'math',
  help:
    'The logarithm of a probability that is given as a score: y = ln(1 / (1 + e⁻ˣ)), computed as min(0, x) − ' +
    'ln(1 + e^−|x|), which is exact for scores of any size. Zero for a sure yes, and as negative as the score for a ' +
    'sure no: with its sign changed it is the loss of a yes-or-no question.',
  reference: {
    text: 'torch.nn.LogSigmoid',
    url: 'https://docs.pytorch.org/docs/stable/generated/torch.nn.LogSigmoid.html',
  },
  keywords: ['F.logsigmoid', 'nn.LogSigmoid', 'SigLIP', 'binary cross-entropy', 'softplus'],
  preview: 'heatmap',
  inputs: UNARY_INPUTS,
  outputs: UNARY_OUTPUTS,
  params: [],
  batch: BATCH.elementwise,
  torch: torchFunction('F.logsigmoid'),
  lower: ({ builder, inputs }) => ({ output: lowerLogSigmoid(builder, inputs['input']!) }),
};

function lowerLogSigmoid(builder: Builder, x: ValueId): ValueId {
  const small = builder.emit('exp', [builder.emit('neg', [builder.emit('abs', [x])])]);
  const softplus = builder.emit('log1p', [small]);
  return builder.emit('sub', [builder.emit('minimum', [x, constantLike(builder, x, 0)]), softplus]);
}
