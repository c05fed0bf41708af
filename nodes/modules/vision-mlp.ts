/** VisionMLP: the part of a transformer block that works on each patch alone. */
import type { GraphModule } from '../../graph/schema.ts';
import { DROPOUT, EMBED_DIM, MLP_RATIO } from './hyperparameters.ts';
import { at, wire } from './layout.ts';

export const VisionMLP: GraphModule = {
  name: 'VisionMLP',
  help:
    'A feed-forward network applied to each patch by itself: y = fc2(GELU(fc1(x))), with int(embed_dim · mlp_ratio) ' +
    'numbers in between. Attention moves information between patches; this is where each patch works on what it has. ' +
    'It holds about two thirds of a block’s weights.',
  origin: { library: 'patchbay', name: 'VisionMLP', version: 1 },
  hyperparameters: [EMBED_DIM, MLP_RATIO, DROPOUT],
  requires: [{ expression: 'int(embed_dim * mlp_ratio) >= 1', help: 'the hidden layer needs at least one number' }],
  nodes: [
    {
      id: 'in',
      name: 'hidden_states',
      type: 'input',
      params: { shape: 'batch patches embed_dim' },
      position: at(0, 0),
    },
    {
      id: 'fc1',
      name: 'fc1',
      type: 'linear',
      params: { in_features: 'embed_dim', out_features: 'int(embed_dim * mlp_ratio)' },
      position: at(1, 0),
    },
    { id: 'gelu', name: 'gelu', type: 'gelu', position: at(2, 0) },
    {
      id: 'fc2',
      name: 'fc2',
      type: 'linear',
      params: { in_features: 'int(embed_dim * mlp_ratio)', out_features: 'embed_dim' },
      position: at(4, 0),
    },
    { id: 'dropout', name: 'dropout', type: 'dropout', params: { p: 'dropout' }, position: at(3, 0) },
    { id: 'dropout_out', name: 'dropout_out', type: 'dropout', params: { p: 'dropout' }, position: at(5, 0) },
    { id: 'out', name: 'hidden_states', type: 'output', position: at(6, 0) },
  ],
  edges: [
    wire('in.output', 'fc1.input'),
    wire('fc1.output', 'gelu.input'),
    wire('gelu.output', 'dropout.input'),
    wire('dropout.output', 'fc2.input'),
    wire('fc2.output', 'dropout_out.input'),
    wire('dropout_out.output', 'out.input'),
  ],
};
