/** Operators that make one number of many: along axes, or along one up to each place. */
import { called, intOf, intsOf } from '../attributes.ts';
import { constant } from '../constant.ts';
import { kindOfValue, type Draft, type Value } from '../draft.ts';
import { ImportError } from '../../import-error.ts';
import { resolveAxis } from '../shapes.ts';
import {
  asKind,
  constantOf,
  listOf,
  permute,
  reshape,
  sizesOf,
  type Operator,
  type OperatorContext,
} from './operator.ts';

export const REDUCTIONS: readonly (readonly [string, Operator])[] = [
  ['ReduceMean', reduction('mean')],
  ['ReduceSum', reduction('sum')],
  ['ReduceMax', reduction('max')],
  ['ReduceMin', reduction('min')],
  ['ReduceSumSquare', reduction('sum', square)],
  ['ReduceL2', reduction('sum', square, (draft, x) => draft.value('sqrt', {}, { input: x }))],
  ['ReduceLogSum', reduction('sum', undefined, (draft, x) => draft.value('log', {}, { input: x }))],
  [
    'GlobalAveragePool',
    ({ draft, inputs: [x] }) => {
      const axes = sizesOf(x!).map((_, axis) => axis);
      return [along(draft, 'mean', x!, axes.slice(2), true)];
    },
  ],
  [
    'Softmax',
    ({ node, draft, operatorSet, inputs: [x] }) => {
      const dim = softmaxAxis(node, operatorSet, sizesOf(x!));
      return dim === undefined ? undefined : [draft.value('softmax', { dim }, { input: x! })];
    },
  ],
  [
    'LogSoftmax',
    ({ node, draft, operatorSet, inputs: [x] }) => {
      const dim = softmaxAxis(node, operatorSet, sizesOf(x!));
      return dim === undefined ? undefined : [logSoftmax(draft, x!, dim)];
    },
  ],
  ['SoftmaxCrossEntropyLoss', crossEntropy],
  ['ArgMax', argmax],
  ['TopK', topK],
  ['CumSum', cumulativeSum],
];

type Step = (draft: Draft, x: Value) => Value;

function square(draft: Draft, x: Value): Value {
  return draft.value('power', { value: 2 }, { a: x });
}

/** The axes are an attribute, and an operand in later operator sets; none: all, unless that is to do nothing. */
function reduction(type: 'mean' | 'sum' | 'max' | 'min', before?: Step, after?: Step): Operator {
  return ({ node, draft, inputs: [x, operand] }) => {
    if (operand && !constantOf(operand)) return undefined;
    const kind = kindOfValue(x!)!;
    const given = listOf(operand) ?? intsOf(node, 'axes') ?? [];
    if (given.length === 0 && intOf(node, 'noop_with_empty_axes', 0) !== 0) return [x];
    const dims = sizesOf(x!);
    const axes =
      given.length > 0 ? given.map((axis) => resolveAxis(node, axis, dims.length)) : dims.map((_, axis) => axis);
    if (new Set(axes).size < axes.length) throw new ImportError(`${called(node)}: its axes name one twice`);
    const number = asKind(draft, x!, 'float');
    const reduced = along(draft, type, before?.(draft, number) ?? number, axes, intOf(node, 'keepdims', 1) !== 0);
    return [asKind(draft, after?.(draft, reduced) ?? reduced, kind)];
  };
}

function along(draft: Draft, type: string, x: Value, axes: readonly number[], keepdim: boolean): Value {
  const dims = sizesOf(x);
  if (dims.length > 1 && axes.length === dims.length)
    return draft.value(type, keepdim ? { all: true, keepdim } : { all: true }, { input: x });
  return axes
    .toSorted((a, b) => b - a)
    .reduce((value, axis) => {
      // The last axis is called so, whatever the rank.
      const dim = axis === sizesOf(value).length - 1 ? -1 : axis;
      return draft.value(type, keepdim ? { dim, keepdim } : { dim }, { input: value });
    }, x);
}

/** Until operator set 12 all axes from the given one on are one: the same only where there is but one that counts. */
function softmaxAxis(node: OperatorContext['node'], operatorSet: number, dims: readonly number[]): number | undefined {
  const axis = resolveAxis(node, intOf(node, 'axis', operatorSet < 13 ? 1 : -1), dims.length);
  if (operatorSet < 13 && dims.slice(axis + 1).some((size) => size !== 1)) return undefined;
  return axis === dims.length - 1 ? -1 : axis;
}

/** x − max x − ln Σ exp(x − max x). */
function logSoftmax(draft: Draft, x: Value, dim: number): Value {
  const largest = draft.value('max', { dim, keepdim: true }, { input: x });
  const shifted = draft.value('subtract', {}, { a: x, b: largest });
  const total = draft.value('sum', { dim, keepdim: true }, { input: draft.value('exp', {}, { input: shifted }) });
  return draft.value('subtract', {}, { a: shifted, b: draft.value('log', {}, { input: total }) });
}

function crossEntropy({
  node,
  draft,
  inputs: [scores, labels, weights],
}: OperatorContext): readonly Value[] | undefined {
  if (weights || node.outputs[1] || (node.attributes.has('ignore_index') && intOf(node, 'ignore_index', -100) >= 0))
    return undefined;
  if (sizesOf(scores!).length !== 2) return undefined;
  const found = node.attributes.get('reduction');
  const reduction = found?.kind === 'string' ? found.value : 'mean';
  return [draft.value('cross_entropy', { reduction }, { logits: scores!, labels: labels! })];
}

function argmax({ node, draft, inputs: [x] }: OperatorContext): readonly Value[] | undefined {
  if (intOf(node, 'select_last_index', 0) !== 0) return undefined;
  const dim = resolveAxis(node, intOf(node, 'axis', 0), sizesOf(x!).length);
  return [draft.value('argmax', { dim, keepdim: intOf(node, 'keepdims', 1) !== 0 }, { input: x! })];
}

function topK({ node, draft, operatorSet, inputs: [x, count] }: OperatorContext): readonly Value[] | undefined {
  const k = operatorSet < 10 ? intOf(node, 'k', 1) : listOf(count)?.[0];
  const rank = sizesOf(x!).length;
  const last = resolveAxis(node, intOf(node, 'axis', -1), rank) === rank - 1;
  if (k === undefined || !last || intOf(node, 'largest', 1) === 0) return undefined;
  const top = draft.node('top_k', { k }, { input: x! });
  return ['values', 'indices'].map((port): Value => ({ kind: 'wire', ref: { node: top, port } }));
}

/** The triangle has as many numbers as this in both directions. */
const LONGEST_SUM = 2048;

/** A product with the triangle of ones: exact for counts up to 2^24. */
function cumulativeSum({ node, draft, inputs: [x, axisOperand] }: OperatorContext): readonly Value[] | undefined {
  const given = listOf(axisOperand)?.[0];
  if (given === undefined || intOf(node, 'exclusive', 0) !== 0 || intOf(node, 'reverse', 0) !== 0) return undefined;
  const dims = sizesOf(x!);
  const axis = resolveAxis(node, given, dims.length);
  const size = dims[axis]!;
  if (size > LONGEST_SUM) return undefined;
  const triangle = constant({ dims: [size, size], kind: 'float' }, () =>
    Float64Array.from({ length: size * size }, (_, index) => Number(Math.floor(index / size) <= index % size)),
  );
  const order = dims
    .map((_, index) => index)
    .with(axis, dims.length - 1)
    .with(dims.length - 1, axis);
  const last = permute(draft, asKind(draft, x!, 'float'), order);
  const rows = reshape(draft, last, [dims.reduce((product, n) => product * n, 1) / (size || 1), size]);
  const summed = draft.value('matmul', {}, { a: rows, b: { kind: 'constant', constant: triangle } });
  return [asKind(draft, permute(draft, reshape(draft, summed, sizesOf(last)), order), kindOfValue(x!)!)];
}
