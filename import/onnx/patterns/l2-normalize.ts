/** x / max(‖x‖, ε): vectors of length one. */
import type { DraftNode } from '../draft.ts';
import { rounded } from '../operators/norms.ts';
import { behind, productOf, sameRef, type Pattern } from './pattern.ts';

export const raiseL2Normalize: Pattern = (node, { draft }) => {
  const x = node.type === 'divide' ? node.inputs['a'] : undefined;
  const length = behind(node, 'b', 'expand') ?? node;
  const bounded = length === node ? behind(node, 'b', 'where') : behind(length, 'input', 'where');
  const found = bounded && boundedBelow(bounded);
  const sum = behind(found?.root, 'input', 'sum');
  if (!x || !found || sum?.params['keepdim'] !== true || typeof sum.params['dim'] !== 'number') return undefined;
  const { factors, scale } = productOf(sum.inputs['input']!);
  if (scale !== 1 || factors.length !== 2 || !factors.every((factor) => sameRef(factor, x))) return undefined;
  return draft.made('l2_normalize', { dim: sum.params['dim'], eps: rounded(found.eps) }, { input: x });
};

/** The root where it is at least ε, else ε. */
function boundedBelow(where: DraftNode): { readonly root: DraftNode; readonly eps: number } | undefined {
  const condition = behind(where, 'condition', 'compare');
  const root = behind(where, 'a', 'sqrt');
  const eps = where.params['value'];
  const fits =
    condition?.params['comparison'] === 'greater_equal' &&
    condition.params['value'] === eps &&
    condition.inputs['b'] === undefined &&
    sameRef(condition.inputs['a'], where.inputs['a']);
  return fits && root && typeof eps === 'number' ? { root, eps } : undefined;
}
