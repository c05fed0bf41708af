/** A small node library for the tests of graph/: enough kinds to have patterns, checks and rules of their own. */
import { dimsOf } from '../dims.ts';
import { ExpressionError } from '../expression-syntax.ts';
import type { Dimension } from '../problems.ts';
import type { InferContext, InferResult, NodeLibrary, NodeSignature, ParameterDefinition } from '../signature.ts';

function int(name: string, standard: number): ParameterDefinition {
  return { name, type: 'int', default: standard, help: '', minimum: 1 };
}

function port(name: string, shape: string) {
  return { name, shape, help: '' };
}

const linear: NodeSignature = {
  type: 'linear',
  inputs: [port('input', '... in_features')],
  outputs: [port('output', '... out_features')],
  params: [int('in_features', 8), int('out_features', 8), { name: 'bias', type: 'bool', default: true, help: '' }],
};

const elementwise = (type: string): NodeSignature => ({
  type,
  inputs: [port('input', '...')],
  outputs: [port('output', '...')],
  params: [],
});

const layerNorm: NodeSignature = {
  type: 'layer_norm',
  inputs: [port('input', '... normalized_shape')],
  outputs: [port('output', '... normalized_shape')],
  params: [int('normalized_shape', 8), { name: 'eps', type: 'float', default: 1e-5, help: '', minimum: 0 }],
};

const add: NodeSignature = {
  type: 'add',
  inputs: [port('a', '...'), { ...port('b', '...'), optional: true }],
  outputs: [port('output', '...')],
  params: [],
};

/** All operands of one shape, by the rule that `...` beside other items is the same in every input. */
const join: NodeSignature = {
  type: 'join',
  inputs: [port('left', '... width'), port('right', '... other')],
  outputs: [port('output', '... joined=(width + other)')],
  params: [],
};

const heads: NodeSignature = {
  type: 'heads',
  inputs: [port('input', 'batch patches embed_dim')],
  outputs: [port('output', 'batch num_heads patches (embed_dim // num_heads)')],
  params: [int('embed_dim', 8), int('num_heads', 2)],
  check: ({ embed_dim: width, num_heads: count }) =>
    Number(width!.value) % Number(count!.value) === 0
      ? []
      : [
          {
            code: 'heads.divide',
            severity: 'error',
            message: `embed_dim ${width!.value} is not divisible by num_heads ${count!.value}`,
            param: 'num_heads',
            suggestions: [{ param: 'num_heads', value: 1, title: 'Use one head' }],
          },
        ],
};

function inferReshape({ inputs, params }: InferContext): InferResult {
  const { input } = inputs;
  if (!input) return { outputs: {}, problems: [] };
  try {
    return { outputs: { output: { ...input, dims: dimsOf(params['shape']!, inputs) } }, problems: [] };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return { outputs: {}, problems: [{ code: 'reshape', severity: 'error', message: error.message, param: 'shape' }] };
  }
}

const reshape: NodeSignature = {
  type: 'reshape',
  inputs: [port('input', '...')],
  outputs: [{ name: 'output', help: '' }],
  params: [{ name: 'shape', type: 'dims', default: '1', help: '' }],
  infer: inferReshape,
};

const source: NodeSignature = {
  type: 'random_tensor',
  inputs: [],
  outputs: [{ name: 'output', help: '' }],
  params: [{ name: 'shape', type: 'dims', default: '1, 4, 8', help: '' }],
  infer: ({ params }) => {
    const dims: Dimension[] = dimsOf(params['shape']!, {});
    return { outputs: { output: { dims, dtype: 'f32', flow: 'tensor' } }, problems: [] };
  },
};

const mask: NodeSignature = {
  type: 'mask',
  inputs: [],
  outputs: [{ name: 'output', help: '', shape: 'batch', dtype: 'bool', flow: 'mask' }],
  params: [int('batch', 1)],
};

const input: NodeSignature = {
  type: 'input',
  inputs: [],
  outputs: [{ name: 'output', help: '' }],
  params: [
    { name: 'shape', type: 'string', default: '...', help: '' },
    { name: 'dtype', type: 'choice', default: 'f32', choices: ['f32', 'i32', 'bool'], help: '' },
    { name: 'flow', type: 'choice', default: 'tensor', choices: ['tensor', 'tokens', 'image'], help: '' },
    { name: 'optional', type: 'bool', default: false, help: '' },
  ],
};

const output: NodeSignature = {
  type: 'output',
  inputs: [{ ...port('input', '...'), dtypes: ['f32', 'i32', 'bool'] }],
  outputs: [],
  params: [],
};

export const LIBRARY: NodeLibrary = new Map(
  [linear, elementwise('gelu'), layerNorm, add, join, heads, reshape, source, mask, input, output].map((signature) => [
    signature.type,
    signature,
  ]),
);
