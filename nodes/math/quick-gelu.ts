/** Quick GELU: the GELU by a logistic sigmoid, as OpenAI's CLIP was trained with. */
import { BATCH } from '../batch.ts';
import { constantLike } from '../../gpu/ops/broadcast.ts';
import type { NodeDefinition } from '../definition.ts';
import { call } from '../python.ts';
import { one, type TorchHelper } from '../torch.ts';
import { UNARY_INPUTS, UNARY_OUTPUTS } from './unary.ts';

/** Brings x·σ(kx) closest to x·Φ(x). */
const SLOPE = 1.702;

const QUICK_GELU: TorchHelper = {
  name: 'gelu_by_sigmoid',
  source: `\
def gelu_by_sigmoid(x: Tensor) -> Tensor:
    """The quick GELU: x * sigmoid(${SLOPE} * x)."""
    return x * torch.sigmoid(${SLOPE} * x)`,
};

export const quickGelu: NodeDefinition = {
  type: 'quick_gelu',
  title: 'Quick GELU',
  category: 'math',
  help:
    'A smooth gate, y = x · σ(1.702 x) with σ the logistic sigmoid: the cheaper of the two approximations of the GELU in ' +
    'its paper, up to 0.02 away from it. OpenAI’s CLIP was trained with it, and so gives its own numbers only with it; ' +
    'where a model has no such past, take the exact GELU.',
  reference: {
    text: 'Hendrycks and Gimpel 2016, Gaussian error linear units',
    url: 'https://arxiv.org/abs/1606.08415',
  },
  keywords: ['quick_gelu', 'QuickGELU', 'activation', 'nonlinearity', 'swish', 'CLIP'],
  preview: 'heatmap',
  inputs: UNARY_INPUTS,
  outputs: UNARY_OUTPUTS,
  params: [],
  batch: BATCH.elementwise,
  torch: {
    forward: ({ input }) => one('output', call(QUICK_GELU.name, [input('input')!])),
    helpers: [QUICK_GELU],
  },
  lower: ({ builder, inputs }) => {
    const x = inputs['input']!;
    const gate = builder.emit('sigmoid', [builder.emit('mul', [constantLike(builder, x, SLOPE), x])]);
    return { output: builder.emit('mul', [x, gate]) };
  },
};
