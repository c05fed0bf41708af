/** TransformerDecoder: a stack of decoder layers that start as copies of one. */
import type { GraphModule } from '../../graph/schema.ts';
import { D_MODEL, DIM_FEEDFORWARD, DROPOUT, NHEAD } from './hyperparameters.ts';
import { at, wire } from './layout.ts';

export const TransformerDecoder: GraphModule = {
  name: 'TransformerDecoder',
  help:
    'A stack of num_layers decoder layers, as nn.TransformerDecoder: each reads what the one before made of the text, ' +
    'and all of them read the same memory. One layer is drawn and the others start as copies of it, because that is ' +
    'what PyTorch’s class does; training moves them apart. There is no norm at the end unless one is added.',
  origin: { library: 'patchbay', name: 'TransformerDecoder', version: 1 },
  hyperparameters: [
    D_MODEL,
    NHEAD,
    DIM_FEEDFORWARD,
    { name: 'num_layers', type: 'int', default: 3, minimum: 1, maximum: 64, help: 'Number of layers.' },
    { ...DROPOUT, default: 0.1 },
  ],
  nodes: [
    { id: 'tgt', name: 'tgt', type: 'input', params: { shape: 'batch length d_model' }, position: at(0, 0) },
    { id: 'memory', name: 'memory', type: 'input', params: { shape: 'batch keys d_model' }, position: at(0, 1) },
    {
      id: 'tgt_mask',
      name: 'tgt_mask',
      type: 'input',
      params: { shape: '...', dtype: 'bool', flow: 'mask', optional: true },
      position: at(0, 2),
    },
    {
      id: 'layers',
      name: 'layers',
      module: 'TransformerDecoderLayer',
      params: { d_model: 'd_model', nhead: 'nhead', dim_feedforward: 'dim_feedforward', dropout: 'dropout' },
      repeat: 'num_layers',
      copies: true,
      position: at(1, 0.5),
    },
    { id: 'hidden_states', name: 'hidden_states', type: 'output', position: at(2, 0) },
    { id: 'self_attention_weights', name: 'self_attention_weights', type: 'output', position: at(2, 1) },
    { id: 'cross_attention_weights', name: 'cross_attention_weights', type: 'output', position: at(2, 2) },
  ],
  edges: [
    wire('tgt.output', 'layers.tgt'),
    wire('memory.output', 'layers.memory'),
    wire('tgt_mask.output', 'layers.tgt_mask'),
    wire('layers.tgt', 'hidden_states.input'),
    wire('layers.self_attention_weights', 'self_attention_weights.input'),
    wire('layers.cross_attention_weights', 'cross_attention_weights.input'),
  ],
};
