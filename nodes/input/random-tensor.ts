/** Random tensor: normal or uniform numbers from a seed of its own. */
import { numberParam, stringParam, type NodeDefinition } from '../definition.ts';
import { inferDims } from './dims.ts';
import { binary, call, method, tuple, type Python } from '../python.ts';
import { one, type TorchContext } from '../torch.ts';

const DISTRIBUTIONS = ['normal', 'uniform'] as const;

export const randomTensor: NodeDefinition = {
  type: 'random_tensor',
  title: 'Random tensor',
  category: 'input',
  help:
    'Numbers drawn as PyTorch’s CPU generator draws them after manual_seed(seed), bit for bit: standard normal, ' +
    'y = mean + std·z, or uniform on [low, high). The seed is the node’s own, so weights do not change with it. Useful ' +
    'in place of data while a model is being put together. A tensor bound from outside (--input) takes its place.',
  reference: { text: 'torch.randn', url: 'https://docs.pytorch.org/docs/stable/generated/torch.randn.html' },
  keywords: ['randn', 'rand', 'noise', 'gaussian', 'dummy', 'test data'],
  preview: 'heatmap',
  inputs: [],
  outputs: [{ name: 'output', help: 'The numbers.', flow: 'tensor' }],
  params: [
    { name: 'shape', type: 'dims', default: '1, 16, 128', help: 'Sizes: [name=]expression, separated by commas.' },
    // Not 0, where weights start by default: numbers of one stream would be like the weights that read them.
    { name: 'seed', type: 'int', default: 1, minimum: 0, help: 'Where the generator starts.' },
    {
      name: 'distribution',
      type: 'choice',
      default: 'normal',
      choices: DISTRIBUTIONS,
      help: 'What the numbers are drawn from.',
    },
    { name: 'mean', type: 'float', default: 0, step: 0.1, help: 'Of the normal distribution.' },
    {
      name: 'std',
      type: 'float',
      default: 1,
      minimum: 0,
      step: 0.1,
      help: 'Standard deviation of the normal distribution.',
    },
    { name: 'low', type: 'float', default: 0, step: 0.1, help: 'Least value of the uniform distribution.' },
    { name: 'high', type: 'float', default: 1, step: 0.1, help: 'Bound of the uniform distribution, not reached.' },
  ],
  source: (params) => ({
    kind: 'random',
    seed: numberParam(params, 'seed'),
    initializer:
      stringParam(params, 'distribution') === 'normal'
        ? { kind: 'normal', mean: numberParam(params, 'mean'), std: numberParam(params, 'std') }
        : { kind: 'uniform', low: numberParam(params, 'low'), high: numberParam(params, 'high') },
  }),
  check: (params) => {
    const [low, high] = [numberParam(params, 'low'), numberParam(params, 'high')];
    if (stringParam(params, 'distribution') !== 'uniform' || low <= high) return [];
    return [{ code: 'random.range', severity: 'error', message: `low ${low} is above high ${high}`, param: 'low' }];
  },
  infer: (context) => inferDims(context, 'tensor'),
  torch: { forward: (context) => one('output', torchDraw(context)) },
  lower: ({ source }) => ({ output: source('output') }),
};

/** Inside a module it draws as PyTorch's own generator does; in the main module it is an argument. */
function torchDraw({ param, written, value, dims }: TorchContext): Python {
  const generator = method(call('torch.Generator'), 'manual_seed', [param('seed')]);
  const sizes = tuple(...dims('shape'));
  if (value('distribution') === 'uniform') {
    return method(call('torch.empty', [sizes]), 'uniform_', [param('low'), param('high')], { generator });
  }
  const drawn = call('torch.randn', [sizes], { generator });
  const scaled = written('std') ? binary('*', drawn, param('std')) : drawn;
  return written('mean') ? binary('+', scaled, param('mean')) : scaled;
}
