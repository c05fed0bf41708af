/** LSTM: one layer that reads a sequence from left to right, as nn.LSTM with batch_first. */
import { BATCH } from '../batch.ts';
import type { Initializer } from '../../gpu/random/initializers.ts';
import { numberParam, type NodeDefinition } from '../definition.ts';
import { sizes } from '../shapes.ts';
import { bool, call } from '../python.ts';

export const lstm: NodeDefinition = {
  type: 'lstm',
  title: 'LSTM',
  category: 'language',
  help:
    'Reads a sequence from left to right and remembers: at each step four gates see the input and what the layer said ' +
    'before, [i, f, g, o] = W·x + U·h + biases; the memory becomes c ← σ(f)·c + σ(i)·tanh(g), and the layer says ' +
    'h = σ(o)·tanh(c). It starts with zeros. Weights start uniform within ±1/√hidden_size. h_n and c_n have a leading ' +
    'axis for the layer, as in PyTorch.',
  reference: { text: 'torch.nn.LSTM', url: 'https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html' },
  keywords: ['nn.LSTM', 'recurrent', 'RNN', 'long short-term memory', 'sequence', 'gates'],
  preview: 'heatmap',
  inputs: [{ name: 'input', help: 'A vector per step.', shape: 'batch length input_size' }],
  outputs: [
    { name: 'output', help: 'What it says at every step.', shape: 'batch length hidden_size', flow: 'tensor' },
    { name: 'h_n', help: 'What it says after the last step.', shape: '1 batch hidden_size', flow: 'tensor' },
    { name: 'c_n', help: 'Its memory after the last step.', shape: '1 batch hidden_size', flow: 'tensor' },
  ],
  params: [
    { name: 'input_size', type: 'int', default: 128, minimum: 1, help: 'Size of the vector of a step.' },
    { name: 'hidden_size', type: 'int', default: 128, minimum: 1, help: 'Size of what it says and remembers.' },
  ],
  weights: (params) => {
    const [inputs, hidden] = [numberParam(params, 'input_size'), numberParam(params, 'hidden_size')];
    const bound = 1 / Math.sqrt(hidden);
    const initializer: Initializer = { kind: 'uniform', low: -bound, high: bound };
    // The rows of the four gates stand one below the other.
    return [
      { name: 'weight_ih_l0', shape: [4 * hidden, inputs], initializer },
      { name: 'weight_hh_l0', shape: [4 * hidden, hidden], initializer },
      { name: 'bias_ih_l0', shape: [4 * hidden], initializer },
      { name: 'bias_hh_l0', shape: [4 * hidden], initializer },
    ];
  },
  batch: BATCH.lstm,
  torch: {
    layer: ({ param }) => call('nn.LSTM', [param('input_size'), param('hidden_size')], { batch_first: bool(true) }),
    forward: ({ layer, input }) => ({
      kind: 'unpack',
      from: call(layer, [input('input')!]),
      into: ['output', ['h_n', 'c_n']],
    }),
  },
  lower: ({ builder, inputs, types, weight }) => {
    const weights = ['weight_ih_l0', 'weight_hh_l0', 'bias_ih_l0', 'bias_hh_l0'].map(weight);
    const [output, hidden, cell] = builder.emitAll('lstm', [inputs['input']!, ...weights]);
    const shape = sizes(types.outputs['h_n']);
    return {
      output: output!,
      h_n: builder.emit('reshape', [hidden!], { shape }),
      c_n: builder.emit('reshape', [cell!], { shape }),
    };
  },
};
