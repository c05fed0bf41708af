/** (x − μ) / √(mean((x − μ)²) + ε), and the scale and offset that may follow: a layer norm. */
import type { DraftNode, Ref } from '../draft.ts';
import { rounded } from '../operators/norms.ts';
import { behind, operandNumber, operandWeight, productOf, sameRef, type Pattern } from './pattern.ts';

export const raiseLayerNorm: Pattern = (node, context) => {
  if (node.type === 'divide') return plainNorm(node, context);
  const scaled = node.type === 'add' ? behind(node, 'a', 'multiply') : undefined;
  const norm = behind(scaled, 'a', 'layer_norm');
  const [weight, bias] = [scaled && operandWeight(scaled), operandWeight(node)];
  if (!norm || !weight || !bias || norm.params['elementwise_affine'] !== false) return undefined;
  const size = norm.params['normalized_shape'];
  if ([weight, bias].some(({ dims }) => dims.length !== 1 || dims[0] !== size)) return undefined;
  const { elementwise_affine: _, ...params } = norm.params;
  return context.draft.made('layer_norm', params, norm.inputs, { weights: { weight, bias } });
};

const plainNorm: Pattern = (node, { draft }) => {
  const centred = node.inputs['a'];
  const x = centred && centredOf(centred);
  const root = behind(node, 'b', 'sqrt');
  const sum = behind(root, 'input', 'add');
  const variance = behind(sum, 'a', 'mean');
  if (!x || !sum || !overLast(variance)) return undefined;
  const { factors, scale } = productOf(variance.inputs['input']!);
  const eps = operandNumber(sum);
  if (eps === undefined || scale !== 1 || factors.length !== 2 || !factors.every((factor) => sameRef(factor, centred)))
    return undefined;
  const normalized_shape = x.node.outputs[x.port]!.dims.at(-1)!.size;
  return draft.made('layer_norm', { normalized_shape, eps: rounded(eps), elementwise_affine: false }, { input: x });
};

/** x of x − mean(x). */
function centredOf({ node }: Ref): Ref | undefined {
  const mean = node.type === 'subtract' ? behind(node, 'b', 'mean') : undefined;
  return overLast(mean) && sameRef(mean.inputs['input'], node.inputs['a']) ? node.inputs['a'] : undefined;
}

function overLast(mean: DraftNode | undefined): mean is DraftNode {
  return mean?.params['dim'] === -1 && mean.params['keepdim'] === true;
}
