/** Root mean square normalisation over the last axis, as nn.RMSNorm. */
import { BATCH } from '../batch.ts';
import { NORM_INITIALIZERS } from '../../gpu/random/initializers.ts';
import { booleanParam, numberParam, type NodeDefinition } from '../definition.ts';
import { call } from '../python.ts';
import { callLayer, type TorchHelper } from '../torch.ts';

/** torch.nn has one since 2.4. */
const RMS_NORM: TorchHelper = {
  name: 'RMSNorm',
  source: `\
class RMSNorm(nn.Module):
    """Root mean square normalization over the last axis, nn.RMSNorm of PyTorch 2.4."""

    def __init__(
        self,
        normalized_shape: int,
        eps: float = 1e-06,
        elementwise_affine: bool = True,
    ) -> None:
        super().__init__()
        self.eps = eps
        self.register_parameter("weight", None)
        if elementwise_affine:
            self.weight = nn.Parameter(torch.ones(normalized_shape))

    def forward(self, hidden_states: Tensor) -> Tensor:
        mean_square = hidden_states.pow(2).mean(dim=-1, keepdim=True)
        normed = hidden_states * torch.rsqrt(mean_square + self.eps)
        return normed if self.weight is None else normed * self.weight`,
};

export const rmsNorm: NodeDefinition = {
  type: 'rms_norm',
  title: 'RMS norm',
  category: 'math',
  help:
    'Scales each position by itself to a root mean square of one: y = x / √(mean(x²) + ε) · weight. Layer norm without ' +
    'taking off the mean and without a bias, which large language models found enough (Gemma, Llama). Weight starts at ' +
    '1, so nothing is drawn.',
  reference: {
    text: 'Zhang and Sennrich 2019, Root mean square layer normalization',
    url: 'https://arxiv.org/abs/1910.07467',
  },
  keywords: ['nn.RMSNorm', 'normalisation', 'normalization', 'Gemma', 'Llama'],
  preview: 'heatmap',
  inputs: [{ name: 'input', help: 'Features along the last axis.', shape: '... normalized_shape' }],
  outputs: [{ name: 'output', help: 'Normalised features.', shape: '... normalized_shape', flow: 'tensor' }],
  params: [
    { name: 'normalized_shape', type: 'int', default: 128, minimum: 1, help: 'Size of the last axis.' },
    {
      name: 'eps',
      type: 'float',
      default: 1e-6,
      minimum: 0,
      maximum: 1,
      step: 1e-7,
      help: 'Added to the mean square, so that zeros do not divide by zero.',
    },
    { name: 'elementwise_affine', type: 'bool', default: true, help: 'Learns a scale for each feature.' },
  ],
  weights: (params) =>
    booleanParam(params, 'elementwise_affine')
      ? [{ name: 'weight', shape: [numberParam(params, 'normalized_shape')], initializer: NORM_INITIALIZERS.weight }]
      : [],
  batch: BATCH.alongLast('input'),
  torch: {
    layer: ({ param, written }) =>
      call('RMSNorm', [param('normalized_shape')], {
        eps: written('eps'),
        elementwise_affine: written('elementwise_affine'),
      }),
    forward: (context) => callLayer(context),
    helpers: [RMS_NORM],
  },
  lower: ({ builder, params, inputs, weight }) => {
    const scale = booleanParam(params, 'elementwise_affine') ? [weight('weight')] : [];
    const epsilon = numberParam(params, 'eps');
    return { output: builder.emit('rms_norm', [inputs['input']!, ...scale], { epsilon }) };
  },
};
