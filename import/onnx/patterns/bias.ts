/** A linear map and the addition of a vector: a linear map with a bias. */
import type { Pattern } from './pattern.ts';
import { behind, operandWeight } from './pattern.ts';

export const raiseBias: Pattern = (node, { draft, readers }) => {
  const linear = node.type === 'add' ? behind(node, 'a', 'linear') : undefined;
  const bias = operandWeight(node);
  if (!linear || !bias || linear.params['bias'] !== false || readers(linear) !== 1) return undefined;
  if (bias.dims.length !== 1 || bias.count !== linear.params['out_features']) return undefined;
  const { bias: _, ...params } = linear.params;
  return draft.made('linear', params, linear.inputs, {
    weights: { weight: linear.weights.get('weight')!, bias },
    hint: linear.hint,
  });
};
