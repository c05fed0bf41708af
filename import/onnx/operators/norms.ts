/** Layer norm and RMS norm, also of a sum with what skips a layer. */
import { floatOf, intOf } from '../attributes.ts';
import { constant, filled, uniform, type Constant } from '../constant.ts';
import type { Value } from '../draft.ts';
import { reshaped } from '../fold.ts';
import type { OnnxAttribute } from '../read-model.ts';
import { resolveAxis } from '../shapes.ts';
import { arithmetic, constantOf, sizesOf, type Operator, type OperatorContext } from './operator.ts';

export const NORMS: readonly (readonly [string, Operator])[] = [
  ['LayerNormalization', layerNormalization],
  ['RMSNormalization', rmsNormalization],
  ['SimplifiedLayerNormalization', rmsNormalization],
  ['com.microsoft.SkipLayerNormalization', skipNormalization(layerNormalization)],
  ['com.microsoft.SkipSimplifiedLayerNormalization', skipNormalization(rmsNormalization)],
];

function layerNormalization({ node, draft, inputs: [x, scale, bias] }: OperatorContext): readonly Value[] | undefined {
  const rank = sizesOf(x!).length;
  const eps = rounded(floatOf(node, 'epsilon', 1e-5));
  // What else it gives, mean and deviation, only training reads.
  if (resolveAxis(node, intOf(node, 'axis', -1), rank) !== rank - 1 || node.outputs.slice(1).some(Boolean))
    return undefined;
  const [size, weight, offset] = [sizesOf(x!).at(-1)!, constantOf(scale), constantOf(bias)];
  const params = { normalized_shape: size, eps };
  if (weight && (offset || !bias)) {
    if (!offset && uniform(weight) === 1)
      return [draft.value('layer_norm', { ...params, elementwise_affine: false }, { input: x! })];
    const weights = { weight: vector(weight, size), bias: offset ? vector(offset, size) : filled(0, 'float', [size]) };
    return [draft.value('layer_norm', params, { input: x! }, { weights })];
  }
  const plain = draft.value('layer_norm', { ...params, elementwise_affine: false }, { input: x! });
  const times = arithmetic(draft, 'multiply', plain, scale!);
  return [bias ? arithmetic(draft, 'add', times, bias) : times];
}

function rmsNormalization({ node, draft, inputs: [x, scale] }: OperatorContext): readonly Value[] | undefined {
  const rank = sizesOf(x!).length;
  if (resolveAxis(node, intOf(node, 'axis', -1), rank) !== rank - 1 || node.outputs.slice(1).some(Boolean))
    return undefined;
  const params = { normalized_shape: sizesOf(x!).at(-1)!, eps: rounded(floatOf(node, 'epsilon', 1e-5)) };
  const weight = constantOf(scale);
  if (weight) return [draft.value('rms_norm', params, { input: x! }, { weights: { weight } })];
  const plain = draft.value('rms_norm', { ...params, elementwise_affine: false }, { input: x! });
  return [arithmetic(draft, 'multiply', plain, scale!)];
}

/** Of a sum: x, what skips a layer, scale, offset (of a layer norm), bias; the sum itself may be the fourth output. */
function skipNormalization(normalize: Operator): Operator {
  return (context) => {
    const { node, draft, inputs } = context;
    const [x, skip, scale, ...rest] = inputs;
    const [offset, bias] = normalize === layerNormalization ? rest : [undefined, ...rest];
    if (!skip || node.outputs.slice(1, 3).some(Boolean)) return undefined;
    const added = arithmetic(draft, 'add', x!, skip);
    const sum = bias ? arithmetic(draft, 'add', added, bias) : added;
    const attributes = new Map<string, OnnxAttribute>([
      ['epsilon', { kind: 'float', value: 1e-12 }],
      ...node.attributes,
    ]);
    attributes.set('axis', { kind: 'int', value: -1 });
    const plain = { ...node, attributes, outputs: node.outputs.slice(0, 1) };
    const normed = normalize({ ...context, node: plain, inputs: [sum, scale, offset] });
    return normed && [normed[0], undefined, undefined, sum];
  };
}

/** A float32 as the number that was meant: 1e-5, not 0.0000099999997. */
export function rounded(value: number): number {
  const short = Number(value.toPrecision(7));
  return Math.fround(short) === Math.fround(value) ? short : value;
}

function vector(value: Constant, size: number): Constant {
  // One number for all, or as many as there are: another count is refused where it does not fit.
  if (value.count !== 1 || size === 1) return reshaped(value, [value.count]);
  return constant({ dims: [size], kind: 'float', name: value.name }, () =>
    new Float64Array(size).fill(value.numbers()[0]!),
  );
}
