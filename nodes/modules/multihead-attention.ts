/** MultiheadAttention: as nn.MultiheadAttention, with its packed projections, from the wires of queries, keys and values. */
import type { GraphModule, GraphNode } from '../../graph/schema.ts';
import { DROPOUT, EMBED_DIM, NUM_HEADS } from './hyperparameters.ts';
import { at, wire } from './layout.ts';

export const MultiheadAttention: GraphModule = {
  name: 'MultiheadAttention',
  help:
    'Attention between two sequences: every query looks at every key, per head of embed_dim // num_heads numbers, and ' +
    'takes a weighted mean of the values. Wired thrice to one sequence it is self-attention; with keys and values from ' +
    'another it is cross-attention. The three projections are one packed matrix, in_proj_weight, as in PyTorch’s ' +
    'nn.MultiheadAttention (batch_first). The mask says who may look at whom: true where PyTorch’s says false.',
  origin: { library: 'patchbay', name: 'MultiheadAttention', version: 1 },
  hyperparameters: [{ ...EMBED_DIM, default: 512 }, { ...NUM_HEADS, default: 8 }, DROPOUT],
  requires: [{ expression: 'embed_dim % num_heads == 0', help: 'heads share embed_dim evenly' }],
  // out_proj is drawn before the packed matrix, and its bias is thrown away for zeros.
  nodes: [
    port('query', 'batch queries embed_dim', at(0, 0)),
    port('key', 'batch keys embed_dim', at(0, 1)),
    port('value', 'batch keys embed_dim', at(0, 4)),
    {
      id: 'attn_mask',
      name: 'attn_mask',
      type: 'input',
      params: { shape: '...', dtype: 'bool', flow: 'mask', optional: true },
      position: at(0, 5),
    },
    {
      id: 'out_proj',
      name: 'out_proj',
      type: 'linear',
      params: { in_features: 'embed_dim', out_features: 'embed_dim', zero_bias: true },
      position: at(8, 2.5),
    },
    {
      id: 'in_proj_weight',
      name: 'in_proj_weight',
      type: 'parameter',
      params: { shape: '3 * embed_dim, embed_dim', init: 'xavier uniform' },
      position: at(0, 2),
    },
    {
      id: 'in_proj_bias',
      name: 'in_proj_bias',
      type: 'parameter',
      params: { shape: '3 * embed_dim', init: 'constant', value: 0 },
      position: at(0, 3),
    },
    third('query_weight', 0, at(1, 0)),
    third('query_bias', 0, at(1, 1)),
    third('key_weight', 1, at(1, 2)),
    third('key_bias', 1, at(1, 3)),
    third('value_weight', 2, at(1, 4)),
    third('value_bias', 2, at(1, 5)),
    { id: 'query_proj', name: 'query_proj', type: 'functional_linear', position: at(2, 0.5) },
    { id: 'key_proj', name: 'key_proj', type: 'functional_linear', position: at(2, 2.5) },
    { id: 'value_proj', name: 'value_proj', type: 'functional_linear', position: at(2, 4.5) },
    splitHeads('query_heads', at(3, 0.5)),
    splitHeads('key_heads', at(3, 2.5)),
    splitHeads('value_heads', at(3, 4.5)),
    headsFirst('queries', at(4, 0.5)),
    headsFirst('keys', at(4, 2.5)),
    headsFirst('values', at(4, 4.5)),
    { id: 'attention', name: 'attention', type: 'scaled_dot_product_attention', position: at(5, 2.5) },
    headsFirst('context', at(6, 2.5)),
    {
      id: 'merge_heads',
      name: 'merge_heads',
      type: 'reshape',
      params: { shape: 'input.shape[0], input.shape[1], embed_dim' },
      position: at(7, 2.5),
    },
    { id: 'average', name: 'average', type: 'mean', params: { dim: 1 }, position: at(6, 4.5) },
    { id: 'attn_output', name: 'attn_output', type: 'output', position: at(9, 2.5) },
    { id: 'attn_output_weights', name: 'attn_output_weights', type: 'output', position: at(7, 4.5) },
    { id: 'attention_weights', name: 'attention_weights', type: 'output', position: at(6, 0.5) },
  ],
  edges: [
    wire('in_proj_weight.output', 'query_weight.input'),
    wire('in_proj_weight.output', 'key_weight.input'),
    wire('in_proj_weight.output', 'value_weight.input'),
    wire('in_proj_bias.output', 'query_bias.input'),
    wire('in_proj_bias.output', 'key_bias.input'),
    wire('in_proj_bias.output', 'value_bias.input'),
    ...projected('query', 'queries'),
    ...projected('key', 'keys'),
    ...projected('value', 'values'),
    wire('queries.output', 'attention.query'),
    wire('keys.output', 'attention.key'),
    wire('values.output', 'attention.value'),
    wire('attn_mask.output', 'attention.mask'),
    wire('attention.output', 'context.input'),
    wire('context.output', 'merge_heads.input'),
    wire('merge_heads.output', 'out_proj.input'),
    wire('out_proj.output', 'attn_output.input'),
    wire('attention.attention_weights', 'attention_weights.input'),
    wire('attention.attention_weights', 'average.input'),
    wire('average.output', 'attn_output_weights.input'),
  ],
  notes: [
    {
      id: 'packed',
      text:
        '### One matrix for three\n' +
        '`in_proj_weight` holds the projections of queries, keys and values one below the other, `embed_dim` rows each. ' +
        'Three slices read it where it lies. Its start is drawn for the packed shape: ±√(6 / (3 · embed_dim + embed_dim)).',
      position: at(0, -0.6),
      size: [560, 150],
    },
    {
      id: 'weights',
      text:
        '### Two views of the same weights\n' +
        '`attention_weights` has a table for each head. PyTorch’s layer gives their **mean**, `attn_output_weights`: ' +
        'smoother to look at, but heads that disagree cancel out in it.',
      position: at(6, -0.1),
      size: [560, 140],
    },
  ],
};

function port(name: string, shape: string, position: [number, number]): GraphNode {
  return { id: name, name, type: 'input', params: { shape }, position };
}

/** Rows of one of the three projections. */
function third(name: string, index: 0 | 1 | 2, position: [number, number]): GraphNode {
  const params = { dim: 0, start: `${index} * embed_dim`, stop: `${index + 1} * embed_dim` };
  return { id: name, name, type: 'slice', params, position };
}

function splitHeads(name: string, position: [number, number]): GraphNode {
  const shape = 'input.shape[0], input.shape[1], num_heads, head_dim=embed_dim // num_heads';
  return { id: name, name, type: 'reshape', params: { shape }, position };
}

/** [batch, length, num_heads, head_dim] with the heads before the length, or back. */
function headsFirst(name: string, position: [number, number]): GraphNode {
  return { id: name, name, type: 'transpose', params: { dim0: 1, dim1: 2 }, position };
}

function projected(input: 'query' | 'key' | 'value', heads: 'queries' | 'keys' | 'values') {
  return [
    wire(`${input}.output`, `${input}_proj.input`),
    wire(`${input}_weight.output`, `${input}_proj.weight`),
    wire(`${input}_bias.output`, `${input}_proj.bias`),
    wire(`${input}_proj.output`, `${input}_heads.input`),
    wire(`${input}_heads.output`, `${heads}.input`),
  ];
}
