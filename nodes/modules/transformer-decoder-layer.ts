/** TransformerDecoderLayer: self-attention, cross-attention and a feed-forward network, each before a norm. */
import type { GraphModule } from '../../graph/schema.ts';
import { D_MODEL, DIM_FEEDFORWARD, DROPOUT, NHEAD } from './hyperparameters.ts';
import { at, wire } from './layout.ts';

const ATTENTION = { embed_dim: 'd_model', num_heads: 'nhead', dropout: 'dropout' };
const NORM = { normalized_shape: 'd_model' };

export const TransformerDecoderLayer: GraphModule = {
  name: 'TransformerDecoderLayer',
  help:
    'A layer of the original transformer’s decoder, as nn.TransformerDecoderLayer (post-norm, ReLU): x ← norm1(x + ' +
    'self_attn(x)), x ← norm2(x + multihead_attn(x, memory)), x ← norm3(x + linear2(ReLU(linear1(x)))). The text looks at ' +
    'itself under a causal mask, then at the memory without one, then each token works on what it has. Vaswani et al. 2017.',
  origin: { library: 'patchbay', name: 'TransformerDecoderLayer', version: 1 },
  hyperparameters: [D_MODEL, NHEAD, DIM_FEEDFORWARD, { ...DROPOUT, default: 0.1 }],
  requires: [{ expression: 'd_model % nhead == 0', help: 'heads share d_model evenly' }],
  // The attributes of the PyTorch class in its order; what follows has no weights.
  nodes: [
    { id: 'in', name: 'tgt', type: 'input', params: { shape: 'batch length d_model' }, position: at(0, 1) },
    { id: 'memory', name: 'memory', type: 'input', params: { shape: 'batch keys d_model' }, position: at(3, -0.6) },
    {
      id: 'tgt_mask',
      name: 'tgt_mask',
      type: 'input',
      params: { shape: '...', dtype: 'bool', flow: 'mask', optional: true },
      position: at(0, -0.2),
    },
    { id: 'self_attn', name: 'self_attn', module: 'MultiheadAttention', params: ATTENTION, position: at(1, 0) },
    {
      id: 'multihead_attn',
      name: 'multihead_attn',
      module: 'MultiheadAttention',
      params: ATTENTION,
      position: at(5, 0),
    },
    {
      id: 'linear1',
      name: 'linear1',
      type: 'linear',
      params: { in_features: 'd_model', out_features: 'dim_feedforward' },
      position: at(9, 0),
    },
    { id: 'dropout', name: 'dropout', type: 'dropout', params: { p: 'dropout' }, position: at(11, 0) },
    {
      id: 'linear2',
      name: 'linear2',
      type: 'linear',
      params: { in_features: 'dim_feedforward', out_features: 'd_model' },
      position: at(12, 0),
    },
    { id: 'norm1', name: 'norm1', type: 'layer_norm', params: NORM, position: at(4, 1) },
    { id: 'norm2', name: 'norm2', type: 'layer_norm', params: NORM, position: at(8, 1) },
    { id: 'norm3', name: 'norm3', type: 'layer_norm', params: NORM, position: at(15, 1) },
    { id: 'dropout1', name: 'dropout1', type: 'dropout', params: { p: 'dropout' }, position: at(2, 0) },
    { id: 'dropout2', name: 'dropout2', type: 'dropout', params: { p: 'dropout' }, position: at(6, 0) },
    { id: 'dropout3', name: 'dropout3', type: 'dropout', params: { p: 'dropout' }, position: at(13, 0) },
    { id: 'relu', name: 'relu', type: 'relu', position: at(10, 0) },
    { id: 'self_residual', name: 'self_residual', type: 'add', position: at(3, 1) },
    { id: 'cross_residual', name: 'cross_residual', type: 'add', position: at(7, 1) },
    { id: 'feedforward_residual', name: 'feedforward_residual', type: 'add', position: at(14, 1) },
    { id: 'out', name: 'tgt', type: 'output', position: at(16, 1) },
    { id: 'self_attention_weights', name: 'self_attention_weights', type: 'output', position: at(2, -1) },
    { id: 'cross_attention_weights', name: 'cross_attention_weights', type: 'output', position: at(6, -1) },
  ],
  edges: [
    wire('in.output', 'self_attn.query'),
    wire('in.output', 'self_attn.key'),
    wire('in.output', 'self_attn.value'),
    wire('tgt_mask.output', 'self_attn.attn_mask'),
    wire('self_attn.attn_output', 'dropout1.input'),
    wire('in.output', 'self_residual.a'),
    wire('dropout1.output', 'self_residual.b'),
    wire('self_residual.output', 'norm1.input'),
    wire('norm1.output', 'multihead_attn.query'),
    wire('memory.output', 'multihead_attn.key'),
    wire('memory.output', 'multihead_attn.value'),
    wire('multihead_attn.attn_output', 'dropout2.input'),
    wire('norm1.output', 'cross_residual.a'),
    wire('dropout2.output', 'cross_residual.b'),
    wire('cross_residual.output', 'norm2.input'),
    wire('norm2.output', 'linear1.input'),
    wire('linear1.output', 'relu.input'),
    wire('relu.output', 'dropout.input'),
    wire('dropout.output', 'linear2.input'),
    wire('linear2.output', 'dropout3.input'),
    wire('norm2.output', 'feedforward_residual.a'),
    wire('dropout3.output', 'feedforward_residual.b'),
    wire('feedforward_residual.output', 'norm3.input'),
    wire('norm3.output', 'out.input'),
    wire('self_attn.attention_weights', 'self_attention_weights.input'),
    wire('multihead_attn.attention_weights', 'cross_attention_weights.input'),
  ],
  notes: [
    {
      id: 'post-norm',
      text:
        '### The norm stands on the stream\n' +
        'Each part adds its result to what came in, and then the **sum** is normalised. Later models normalise what a ' +
        'part reads and leave the stream alone (see VisionTransformerBlock): deep stacks train more steadily that way.',
      position: at(3, 1.9),
      size: [560, 140],
    },
    {
      id: 'causal',
      text:
        '### Who may see what\n' +
        '`self_attn` is under the mask. `multihead_attn` is not: what stands in `memory` is seen by every token, whole.',
      position: at(9, 1.9),
      size: [480, 110],
    },
  ],
};
