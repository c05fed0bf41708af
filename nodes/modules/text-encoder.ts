/** TextEncoder: an embedding and an LSTM, whose last state stands for the sentence. */
import type { GraphModule } from '../../graph/schema.ts';
import { VOCAB_SIZE } from './hyperparameters.ts';
import { at, wire } from './layout.ts';

export const TextEncoder: GraphModule = {
  name: 'TextEncoder',
  help:
    'A sentence as one vector: each id becomes the row of a table, and an LSTM reads the rows from left to right. What ' +
    'it remembers after the last one stands for the sentence. In PyTorch an nn.Sequential, hence the names 0 and 1; CLIP ' +
    'itself has a transformer here, which reads better and is larger.',
  origin: { library: 'patchbay', name: 'TextEncoder', version: 1 },
  hyperparameters: [
    { ...VOCAB_SIZE, default: 50000 },
    {
      name: 'text_dim',
      type: 'int',
      default: 512,
      minimum: 1,
      maximum: 8192,
      help: 'Size of the vector that stands for a word, and for the sentence.',
    },
  ],
  nodes: [
    {
      id: 'input_ids',
      name: 'input_ids',
      type: 'input',
      params: { shape: 'batch length', dtype: 'i32', flow: 'tokens' },
      position: at(0, 0),
    },
    {
      id: '0',
      name: '0',
      type: 'embedding',
      params: { num_embeddings: 'vocab_size', embedding_dim: 'text_dim' },
      position: at(1, 0),
    },
    {
      id: '1',
      name: '1',
      type: 'lstm',
      params: { input_size: 'text_dim', hidden_size: 'text_dim' },
      position: at(2, 0),
    },
    { id: 'last', name: 'last', type: 'select', params: { dim: 0, index: -1 }, position: at(3, 0) },
    { id: 'text_features', name: 'text_features', type: 'output', position: at(4, 0) },
  ],
  edges: [
    wire('input_ids.output', '0.ids'),
    wire('0.output', '1.input'),
    wire('1.h_n', 'last.input'),
    wire('last.output', 'text_features.input'),
  ],
  notes: [
    {
      id: 'padding',
      text:
        '### It reads the padding too\n' +
        'A text that is shorter than `length` is filled up with the pad id, and the LSTM goes on reading: its last state ' +
        'has seen those as well. Keep `length` close to what the sentences need.',
      position: at(2, -0.55),
      size: [480, 130],
    },
  ],
};
