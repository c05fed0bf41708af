/** Input port: what a module takes; in the main module, what is bound from outside. */
import type { NodeDefinition } from '../definition.ts';

export const input: NodeDefinition = {
  type: 'input',
  title: 'Input',
  category: 'port',
  help:
    'A port of the module it stands in: what is wired to it outside comes out here, in every instance, under its name. ' +
    'Its shape says what is accepted: names of hyperparameters are their values, other names stand for any size, and ' +
    '“...” for any number of axes. In the main module it is an input of the whole graph, and a tensor is bound to it ' +
    'from outside (--input); until then it holds standard normal numbers. In a repeated module, the input of the next layer is the output of the same name.',
  keywords: ['argument', 'parameter', 'port', 'forward'],
  preview: 'heatmap',
  inputs: [],
  outputs: [{ name: 'output', help: 'What comes in.' }],
  params: [
    {
      name: 'shape',
      type: 'string',
      default: '...',
      help: 'What is accepted: batch patches embed_dim, or ... for anything.',
    },
    { name: 'dtype', type: 'choice', default: 'f32', choices: ['f32', 'i32', 'bool'], help: 'Type of the elements.' },
    {
      name: 'flow',
      type: 'choice',
      default: 'as it comes',
      choices: ['as it comes', 'image', 'tensor', 'tokens', 'attention', 'mask', 'loss'],
      help: 'What it means; decides the colour of the wire.',
    },
    { name: 'optional', type: 'bool', default: false, help: 'May stay unconnected.' },
  ],
  // Something to look at until a tensor is bound; token ids and masks start as zeros.
  source: (_, type) => ({
    kind: 'random',
    seed: 1,
    initializer: type.dtype === 'f32' ? { kind: 'normal', mean: 0, std: 1 } : { kind: 'constant', value: 0 },
  }),
  torch: { absent: 'it is an argument of its module' },
  lower: ({ source }) => ({ output: source('output') }),
};
