/** VisionAttention: multi-head self-attention spelled out, so that it can be opened down to the matmul. */
import type { GraphModule, GraphNode } from '../../graph/schema.ts';
import { DROPOUT, EMBED_DIM, NUM_HEADS } from './hyperparameters.ts';
import { at, wire } from './layout.ts';

export const VisionAttention: GraphModule = {
  name: 'VisionAttention',
  help:
    'Multi-head self-attention: each patch asks (query), offers (key) and gives (value). Per head of ' +
    'd = embed_dim // num_heads numbers, attention_weights = softmax(q·kᵀ/√d) says how much each patch looks at each ' +
    'other one, and the output is the weighted mean of the values. The heads are put side by side again and mixed by ' +
    'out_proj. Vaswani et al. 2017.',
  origin: { library: 'patchbay', name: 'VisionAttention', version: 1 },
  hyperparameters: [EMBED_DIM, NUM_HEADS, DROPOUT],
  requires: [{ expression: 'embed_dim % num_heads == 0', help: 'heads share embed_dim evenly' }],
  // The attributes of the PyTorch class come first, in its order; what follows has no weights.
  nodes: [
    {
      id: 'hidden_states',
      name: 'hidden_states',
      type: 'input',
      params: { shape: 'batch patches embed_dim' },
      position: at(0, 1),
    },
    projection('q_proj', at(1, 0)),
    projection('k_proj', at(1, 1)),
    projection('v_proj', at(1, 2)),
    projection('out_proj', at(12, 1)),
    { id: 'dropout', name: 'dropout', type: 'dropout', params: { p: 'dropout' }, position: at(8, 0.5) },
    splitHeads('query_heads', at(2, 0)),
    splitHeads('key_heads', at(2, 1)),
    splitHeads('value_heads', at(2, 2)),
    swap('query', 1, 2, at(3, 0)),
    swap('key', 1, 2, at(3, 1)),
    swap('value', 1, 2, at(3, 2)),
    swap('key_transposed', 2, 3, at(4, 1)),
    { id: 'scores', name: 'scores', type: 'matmul', position: at(5, 0.5) },
    {
      id: 'scale',
      name: 'scale',
      type: 'multiply',
      params: { value: '(embed_dim // num_heads) ** -0.5' },
      position: at(6, 0.5),
    },
    { id: 'softmax', name: 'softmax', type: 'softmax', params: { dim: -1 }, position: at(7, 0.5) },
    { id: 'context', name: 'context', type: 'matmul', position: at(9, 1.5) },
    swap('context_tokens', 1, 2, at(10, 1)),
    {
      id: 'merge_heads',
      name: 'merge_heads',
      type: 'reshape',
      params: { shape: 'input.shape[0], input.shape[1], embed_dim' },
      position: at(11, 1),
    },
    { id: 'attended', name: 'attended', type: 'output', position: at(13, 1) },
    { id: 'attention_weights', name: 'attention_weights', type: 'output', position: at(9, 0.25) },
  ],
  edges: [
    wire('hidden_states.output', 'q_proj.input'),
    wire('hidden_states.output', 'k_proj.input'),
    wire('hidden_states.output', 'v_proj.input'),
    wire('q_proj.output', 'query_heads.input'),
    wire('k_proj.output', 'key_heads.input'),
    wire('v_proj.output', 'value_heads.input'),
    wire('query_heads.output', 'query.input'),
    wire('key_heads.output', 'key.input'),
    wire('value_heads.output', 'value.input'),
    wire('key.output', 'key_transposed.input'),
    wire('query.output', 'scores.a'),
    wire('key_transposed.output', 'scores.b'),
    wire('scores.output', 'scale.a'),
    wire('scale.output', 'softmax.input'),
    wire('softmax.output', 'dropout.input'),
    wire('dropout.output', 'attention_weights.input'),
    wire('dropout.output', 'context.a'),
    wire('value.output', 'context.b'),
    wire('context.output', 'context_tokens.input'),
    wire('context_tokens.output', 'merge_heads.input'),
    wire('merge_heads.output', 'out_proj.input'),
    wire('out_proj.output', 'attended.input'),
  ],
  notes: [
    {
      id: 'heads',
      text:
        '### Heads\n' +
        '`query_heads` cuts each vector of `embed_dim` numbers into `num_heads` pieces. Swapping axes makes the head a ' +
        '**batch axis**: each head compares patches by its own few numbers and knows nothing of the others.',
      position: at(2, -0.55),
      size: [560, 140],
    },
    {
      id: 'weights',
      text:
        '### Who looks at whom\n' +
        'Row i of `scores` compares patch i with every patch. Random vectors of d numbers have dot products of ' +
        'about √d, so `scale` divides by √d: without it, `softmax` would put nearly all weight on one patch.',
      position: at(5, -0.2),
      size: [560, 140],
    },
  ],
};

function projection(name: string, position: [number, number]): GraphNode {
  return { id: name, name, type: 'linear', params: { in_features: 'embed_dim', out_features: 'embed_dim' }, position };
}

/** [batch, patches, embed_dim] → [batch, patches, num_heads, head_dim]. */
function splitHeads(name: string, position: [number, number]): GraphNode {
  const shape = 'input.shape[0], input.shape[1], num_heads, head_dim=embed_dim // num_heads';
  return { id: name, name, type: 'reshape', params: { shape }, position };
}

function swap(name: string, dim0: number, dim1: number, position: [number, number]): GraphNode {
  return { id: name, name, type: 'transpose', params: { dim0, dim1 }, position };
}
