/** VisionTransformerBlock: attention and MLP, each behind a norm and beside a residual. */
import type { GraphModule } from '../../graph/schema.ts';
import { DROPOUT, EMBED_DIM, MLP_RATIO, NUM_HEADS } from './hyperparameters.ts';
import { at, wire } from './layout.ts';

export const VisionTransformerBlock: GraphModule = {
  name: 'VisionTransformerBlock',
  help:
    'A pre-norm transformer block: x ← x + attention(norm1(x)), then x ← x + mlp(norm2(x)). Each half reads a ' +
    'normalised copy and adds its result to the stream, so that the input has an open way through the whole stack. Xiong et al. 2020.',
  origin: { library: 'patchbay', name: 'VisionTransformerBlock', version: 1 },
  hyperparameters: [EMBED_DIM, NUM_HEADS, MLP_RATIO, DROPOUT],
  requires: [{ expression: 'embed_dim % num_heads == 0', help: 'heads share embed_dim evenly' }],
  nodes: [
    {
      id: 'in',
      name: 'hidden_states',
      type: 'input',
      params: { shape: 'batch patches embed_dim' },
      position: at(0, 0.85),
    },
    { id: 'norm1', name: 'norm1', type: 'layer_norm', params: { normalized_shape: 'embed_dim' }, position: at(1, 0) },
    {
      id: 'attention',
      name: 'attention',
      module: 'VisionAttention',
      params: { embed_dim: 'embed_dim', num_heads: 'num_heads', dropout: 'dropout' },
      position: at(2, 0),
    },
    { id: 'norm2', name: 'norm2', type: 'layer_norm', params: { normalized_shape: 'embed_dim' }, position: at(4, 0) },
    {
      id: 'mlp',
      name: 'mlp',
      module: 'VisionMLP',
      params: { embed_dim: 'embed_dim', mlp_ratio: 'mlp_ratio', dropout: 'dropout' },
      position: at(5, 0),
    },
    { id: 'attention_residual', name: 'attention_residual', type: 'add', position: at(3, 0.85) },
    { id: 'mlp_residual', name: 'mlp_residual', type: 'add', position: at(6, 0.85) },
    { id: 'out', name: 'hidden_states', type: 'output', position: at(7, 0.85) },
    { id: 'attention_weights', name: 'attention_weights', type: 'output', position: at(3, -0.3) },
  ],
  edges: [
    wire('in.output', 'norm1.input'),
    wire('norm1.output', 'attention.hidden_states'),
    wire('in.output', 'attention_residual.a'),
    wire('attention.attended', 'attention_residual.b'),
    wire('attention_residual.output', 'norm2.input'),
    wire('norm2.output', 'mlp.hidden_states'),
    wire('attention_residual.output', 'mlp_residual.a'),
    wire('mlp.hidden_states', 'mlp_residual.b'),
    wire('mlp_residual.output', 'out.input'),
    wire('attention.attention_weights', 'attention_weights.input'),
  ],
  notes: [
    {
      id: 'residual',
      text:
        '### The residual stream\n' +
        'The wires along the bottom carry `hidden_states` unchanged. Each half only **adds** to them: attention what ' +
        'patches tell each other, the MLP what each makes of it.',
      position: at(4, 1.7),
      size: [560, 130],
    },
  ],
};
