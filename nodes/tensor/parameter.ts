/** Parameter: a learned tensor of its own, as nn.Parameter, with the start that it is given. */
import type { Initializer } from '../../gpu/random/initializers.ts';
import { dimsOf } from '../../graph/dims.ts';
import { ExpressionError } from '../../graph/expression-syntax.ts';
import { numberParam, stringParam, type NodeDefinition, type Params } from '../definition.ts';
import { inferDims } from '../input/dims.ts';
import { failure } from '../shapes.ts';
import { call, tuple, unary, type Python } from '../python.ts';
import { one, type TorchParams } from '../torch.ts';

const INITIALIZERS = ['constant', 'normal', 'uniform', 'xavier uniform'] as const;
type InitializerName = (typeof INITIALIZERS)[number];

export const parameter: NodeDefinition = {
  type: 'parameter',
  title: 'Parameter',
  category: 'tensor',
  help:
    'A tensor that belongs to the model and is learned, beside those that layers own. Its name in a checkpoint is the ' +
    'name of the node itself: CLIP’s temperature, or the packed in_proj_weight of an attention layer. Without sizes it ' +
    'is one number. It starts as a constant or is drawn: normal, y = value · z; uniform within ±value; or uniform ' +
    'within ±√(6 / (fan_in + fan_out)), which keeps the size of what goes through a matrix in both directions.',
  reference: {
    text: 'torch.nn.parameter.Parameter',
    url: 'https://docs.pytorch.org/docs/stable/generated/torch.nn.parameter.Parameter.html',
  },
  keywords: ['nn.Parameter', 'learnable', 'weight', 'temperature', 'scalar', 'xavier', 'glorot'],
  preview: 'heatmap',
  inputs: [],
  outputs: [{ name: 'output', help: 'Its numbers as they are now.', flow: 'tensor' }],
  params: [
    {
      name: 'shape',
      type: 'dims',
      default: '',
      help: 'Sizes: [name=]expression, separated by commas; none for one number.',
    },
    {
      name: 'init',
      type: 'choice',
      default: 'constant',
      choices: INITIALIZERS,
      help: 'How it starts; a constant draws nothing.',
    },
    {
      name: 'value',
      type: 'float',
      default: 0,
      step: 0.01,
      help: 'The constant, the standard deviation, or the bound; xavier has its own.',
    },
  ],
  infer: (context) => {
    const inferred = inferDims(context, 'tensor');
    const { output } = inferred.outputs;
    if (stringParam(context.params, 'init') !== 'xavier uniform' || !output || output.dims.length >= 2) return inferred;
    return failure({
      code: 'parameter.xavier',
      message: 'xavier uniform wants a matrix: at least two sizes',
      param: 'init',
      suggestions: [{ param: 'init', value: 'uniform', title: 'Set init to uniform' }],
    });
  },
  weights: (params) => {
    const shape = sizesOf(params);
    return shape === null ? [] : [{ name: '', shape, initializer: initializerOf(params, shape) }];
  },
  torch: { layer: torchParameter, forward: ({ layer }) => one('output', layer) },
  lower: ({ weight }) => ({ output: weight('') }),
};

/** Null where the sizes are at fault, which `infer` says. */
function sizesOf(params: Params): readonly number[] | null {
  try {
    const sizes = dimsOf(params['shape']!, {}).map(({ size }) => size);
    return sizes.every((size) => size >= 0) ? sizes : null;
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return null;
  }
}

function initializerOf(params: Params, shape: readonly number[]): Initializer {
  const value = numberParam(params, 'value');
  const name = stringParam(params, 'init') as InitializerName;
  switch (name) {
    case 'constant':
      return { kind: 'constant', value };
    case 'normal':
      return { kind: 'normal', mean: 0, std: value };
    case 'uniform':
      return { kind: 'uniform', low: -value, high: value };
    case 'xavier uniform':
      return xavierUniform(shape);
    default:
      return name satisfies never;
  }
}

/** `xavier_uniform_`, written as PyTorch computes it, since the last bit counts; [fan_out, fan_in, kernel…]. */
function xavierUniform([fanOut = 1, fanIn = 1, ...kernel]: readonly number[]): Initializer {
  const receptive = kernel.reduce((product, size) => product * size, 1);
  const std = Math.sqrt(2 / ((fanIn + fanOut) * receptive));
  const bound = Math.sqrt(3) * std;
  return { kind: 'uniform', low: -bound, high: bound };
}

function torchParameter({ param, follows, value, dims }: TorchParams): Python {
  const shape = tuple(...dims('shape'));
  const empty = call('nn.Parameter', [call('torch.empty', [shape])]);
  const name = value('init') as InitializerName;
  switch (name) {
    case 'constant':
      return call('nn.Parameter', [
        !follows('value') && value('value') === 0
          ? call('torch.zeros', [shape])
          : call('torch.full', [shape, param('value')]),
      ]);
    case 'normal':
      return call('nn.init.normal_', [empty], { std: param('value') });
    case 'uniform':
      return call('nn.init.uniform_', [empty, unary('-', param('value')), param('value')]);
    case 'xavier uniform':
      return call('nn.init.xavier_uniform_', [empty]);
    default:
      return name satisfies never;
  }
}
