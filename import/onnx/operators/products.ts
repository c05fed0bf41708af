/** Products with matrices: those with weights become layers. */
import { floatOf, intOf, intsOf, stringOf } from '../attributes.ts';
import { constant, type Constant } from '../constant.ts';
import { permuted, reshaped } from '../fold.ts';
import { einsum } from './einsum.ts';
import type { Draft, Value } from '../draft.ts';
import { arithmetic, constantOf, permute, sizesOf, type Operator, type OperatorContext } from './operator.ts';

export const PRODUCTS: readonly (readonly [string, Operator])[] = [
  ['MatMul', ({ draft, inputs: [a, b] }) => [product(draft, a!, b!)]],
  ['Gemm', gemm],
  ['Conv', convolution],
  ['Einsum', einsum],
];

/** x·W with W known is a linear map, whose weight is Wᵀ; a bias comes to it with the addition that follows (raise). */
function product(draft: Draft, a: Value, b: Value): Value {
  const matrix = constantOf(b);
  if (a.kind === 'constant' || matrix?.dims.length !== 2) return draft.value('matmul', {}, { a, b });
  return linear(draft, a, permuted(matrix, [1, 0]));
}

/** @param weight [out_features, in_features]. */
export function linear(draft: Draft, input: Value, weight: Constant, bias?: Constant): Value {
  const [out_features, in_features] = weight.dims as [number, number];
  const params = { in_features, out_features, ...(!bias && { bias: false }) };
  return draft.value('linear', params, { input }, { weights: { weight, ...(bias && { bias }) } });
}

/** α·A′·B′ + β·C. */
function gemm({ node, draft, inputs: [a, b, c] }: OperatorContext): readonly Value[] | undefined {
  const [alpha, beta] = [floatOf(node, 'alpha', 1), floatOf(node, 'beta', 1)];
  const left = intOf(node, 'transA', 0) === 0 ? a! : permute(draft, a!, [1, 0]);
  const turned = intOf(node, 'transB', 0) !== 0;
  const matrix = constantOf(b);
  const vector = constantOf(c);
  if (matrix && left.kind === 'wire' && alpha === 1) {
    const weight = turned ? matrix : permuted(matrix, [1, 0]);
    const fits = vector && beta === 1 && vector.count === weight.dims[0] && vector.dims.at(-1) === vector.count;
    if (fits) return [linear(draft, left, weight, reshaped(vector, [vector.count]))];
    if (!c || beta === 0) return [linear(draft, left, weight)];
    return [arithmetic(draft, 'add', linear(draft, left, weight), scaled(draft, c, beta))];
  }
  const right = turned ? permute(draft, b!, [1, 0]) : b!;
  const result = scaled(draft, draft.value('matmul', {}, { a: left, b: right }), alpha);
  return [c && beta !== 0 ? arithmetic(draft, 'add', result, scaled(draft, c, beta)) : result];
}

function scaled(draft: Draft, value: Value, factor: number): Value {
  if (factor === 1) return value;
  const number = constant({ dims: [], kind: 'float' }, () => Float64Array.of(factor));
  return arithmetic(draft, 'multiply', value, { kind: 'constant', constant: number });
}

/** One whose kernel is its stride, square and without a margin, cuts patches; others stay placeholders. */
function convolution({ node, draft, inputs: [x, w, b] }: OperatorContext): readonly Value[] | undefined {
  const weight = constantOf(w);
  const bias = constantOf(b);
  if (!weight || (b && !bias) || weight.dims.length !== 4 || sizesOf(x!).length !== 4) return undefined;
  const [embed_dim, num_channels, patch_size, width] = weight.dims as [number, number, number, number];
  const all = (name: string, standard: number) => intsOf(node, name) ?? [standard, standard];
  const plain =
    intOf(node, 'group', 1) === 1 &&
    ['NOTSET', 'VALID'].includes(stringOf(node, 'auto_pad', 'NOTSET')) &&
    (intsOf(node, 'pads') ?? []).every((size) => size === 0) &&
    all('dilations', 1).every((step) => step === 1) &&
    all('strides', 1).every((step) => step === patch_size) &&
    width === patch_size;
  if (!plain) return undefined;
  const params = { num_channels, embed_dim, patch_size, ...(!bias && { bias: false }) };
  return [draft.value('patchify', params, { input: x! }, { weights: { weight, ...(bias && { bias }) } })];
}
