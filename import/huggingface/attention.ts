/** Multi-head attention between linear maps: what the three architectures share, under the names that each has for them. */
import type { Edge, GraphNode } from '../../graph/schema.ts';
import { chain, leaf } from '../module-draft.ts';

interface AttentionPart {
  readonly nodes: readonly GraphNode[];
  readonly wires: readonly Edge[];
}

/**
 * From what the three linear maps give, [batch, tokens, hidden_size] each, to `merge_heads`, of the same shape. The weights
 * come out of `attention`.
 * @param projections names of the maps of queries, keys and values.
 */
export function headedAttention(projections: readonly [query: string, key: string, value: string]): AttentionPart {
  const heads = ['queries', 'keys', 'values'] as const;
  const ports = ['query', 'key', 'value'] as const;
  const shape = 'input.shape[0], input.shape[1], num_attention_heads, head_dim=hidden_size // num_attention_heads';
  return {
    nodes: [
      ...heads.flatMap((name) => [leaf(`${name}_split`, 'reshape', { shape }), headsFirst(name)]),
      leaf('heads', 'scaled_dot_product_attention'),
      headsFirst('context'),
      leaf('merge_heads', 'reshape', { shape: 'input.shape[0], input.shape[1], hidden_size' }),
    ],
    wires: [
      ...heads.flatMap((name, index) => chain(projections[index]!, `${name}_split`, name, `heads.${ports[index]!}`)),
      ...chain('heads', 'context', 'merge_heads'),
    ],
  };
}

/** [batch, tokens, heads, head_dim] with the heads before the tokens, or back. */
function headsFirst(name: string): GraphNode {
  return leaf(name, 'transpose', { dim0: 1, dim1: 2 });
}
