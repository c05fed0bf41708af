/** Scaled dot-product attention (Vaswani et al. 2017), with its weights as a second result. */
import { IrError } from '../../ir/errors.ts';
import { printType } from '../../ir/printer.ts';
import { elementCount, type Attributes, type Shape, type TensorType, type ValueId } from '../../ir/types.ts';
import { numberOf } from '../attributes.ts';
import { alignedShape, broadcastTo, constantLike } from '../broadcast.ts';
import { checkAtLeastRank, checkCount, checkDType, checkMatches, FLOATS } from '../checks.ts';
import { addProduct, rowMajor, transposed } from '../matmul-float64.ts';
import { EXPAND } from '../movement/expand.ts';
import { RESHAPE } from '../movement/reshape.ts';
import { isWhole, isWholeAxis, wholeAxis, type Part } from '../part.ts';
import type { Emitter, HostTensor, Narrowed, OpRecord } from '../record.ts';
import { finish } from '../steps.ts';
import { softmaxInPlace } from './softmax.ts';

export const ATTENTION: OpRecord = {
  name: 'attention',
  summary:
    'weights = softmax(scale · q · kᵀ, masked) and weights · v, for q[…, Lq, D], k[…, Lk, D], v[…, Lk, Dv]; the mask broadcasts to […, Lq, Lk] and may be missing: bool says which keys take part, numbers are added to the scores',
  attributes: { scale: 'number' },
  wgsl: { kind: 'kernel', family: 'attention' },
  onnx: 'decomposed',
  infer(inputs) {
    checkCount(inputs, ['q', 'k', 'v', 'mask'], 1);
    const [q, k, v, mask] = inputs as [TensorType, TensorType, TensorType, TensorType?];
    checkDType(q, 'q', FLOATS);
    for (const [type, name] of [
      [q, 'q'],
      [k, 'k'],
      [v, 'v'],
    ] as const)
      checkAtLeastRank(type, name, 2);
    const { dtype } = q;
    const leading = q.shape.slice(0, -2);
    const [queries, keys] = [q.shape.at(-2)!, k.shape.at(-2)!];
    checkMatches(k, 'k', { dtype, shape: [...leading, keys, q.shape.at(-1)!] });
    checkMatches(v, 'v', { dtype, shape: [...leading, keys, v.shape.at(-1)!] });
    if (mask) checkMask(mask, dtype, [...leading, queries, keys]);
    return [
      { dtype, shape: [...leading, queries, v.shape.at(-1)!] },
      { dtype, shape: [...leading, queries, keys] },
    ];
  },
  narrow,
  evaluate: (inputs, attributes) => finish(attend(inputs, attributes)),
  evaluateInSteps: attend,
  decompose,
  flops([q, k, v]) {
    const scores = elementCount(q!.shape.slice(0, -1)) * k!.shape.at(-2)!;
    return scores * (2 * q!.shape.at(-1)! + 2 * v!.shape.at(-1)! + 6);
  },
};

/** Queries, batches and heads may be cut; every query wants all keys. */
function narrow(part: Part, inputs: readonly TensorType[], attributes: Attributes): Narrowed | undefined {
  const [q, k, v, mask] = inputs as [TensorType, TensorType, TensorType, TensorType?];
  if (!isWholeAxis(part.at(-1)!, v.shape.at(-1)!)) return undefined;
  const leading = part.slice(0, -2);
  const ofKeys = ({ shape }: TensorType): Part | null =>
    isWhole(leading, shape) ? null : [...leading, ...shape.slice(-2).map(wholeAxis)];
  const ofWeights = [...part.slice(0, -1), wholeAxis(k.shape.at(-2)!)];
  const ofMask = mask?.shape.map((size, axis) => (size === 1 ? wholeAxis(1) : ofWeights.at(axis - mask.shape.length)!));
  const operands = [
    [...part.slice(0, -1), wholeAxis(q.shape.at(-1)!)],
    ofKeys(k),
    ofKeys(v),
    ...(ofMask ? [ofMask] : []),
  ];
  return { operands, attributes };
}

function checkMask(mask: TensorType, dtype: TensorType['dtype'], shape: Shape): void {
  checkDType(mask, 'mask', ['bool', dtype]);
  const fits = mask.shape.every((size, axis) => size === 1 || size === shape[shape.length - mask.shape.length + axis]);
  if (mask.shape.length > shape.length || !fits) {
    throw new IrError(`mask is ${printType(mask)}, which does not broadcast to [${shape.join(',')}]`);
  }
}

function* attend([q, k, v, mask]: readonly HostTensor[], attributes: Attributes): Generator<void, HostTensor[]> {
  const scale = numberOf(attributes, 'scale');
  const { dtype } = q!;
  const leading = q!.shape.slice(0, -2);
  const [queries, depth] = q!.shape.slice(-2) as [number, number];
  const [keys, width] = v!.shape.slice(-2) as [number, number];
  const batch = elementCount(leading);
  const output = new Float64Array(batch * queries * width);
  const weights = new Float64Array(batch * queries * keys);
  const masked = mask && maskOf(mask, [...leading, queries, keys]);
  for (let i = 0; i < batch; i++) {
    const at = i * queries * keys;
    const keysTransposed = transposed(rowMajor(k!.data, depth, i * keys * depth));
    yield* addProduct(
      rowMajor(q!.data, depth, i * queries * depth),
      keysTransposed,
      [queries, keys, depth],
      weights,
      at,
    );
    for (let row = at; row < at + queries * keys; row += keys) {
      for (let j = row; j < row + keys; j++) weights[j] = weights[j]! * scale + (masked ? masked[j]! : 0);
      softmaxInPlace(weights, row, keys);
    }
    const values = rowMajor(v!.data, width, i * keys * width);
    yield* addProduct(rowMajor(weights, keys, at), values, [queries, width, keys], output, i * queries * width);
  }
  return [
    { dtype, shape: [...leading, queries, width], data: output },
    { dtype, shape: [...leading, queries, keys], data: weights },
  ];
}

/** What is added to each score: −∞ where a bool shuts the key out. A query without keys has weights of NaN, as in PyTorch. */
function maskOf(mask: HostTensor, shape: Shape): Float64Array {
  const [aligned] = RESHAPE.evaluate([mask], { shape: alignedShape(mask.shape, shape.length) });
  const [{ data }] = EXPAND.evaluate([aligned!], { shape }) as [HostTensor];
  return mask.dtype === 'bool' ? data.map((takesPart) => (takesPart === 0 ? -Infinity : 0)) : data;
}

function decompose(emitter: Emitter, inputs: readonly ValueId[], attributes: Attributes): ValueId[] {
  const [q, k, v, mask] = inputs as [ValueId, ValueId, ValueId, ValueId?];
  const rank = emitter.typeOf(k).shape.length;
  const swapLast = [...Array.from({ length: rank - 2 }, (_, axis) => axis), rank - 1, rank - 2];
  const scores = emitter.emit('matmul', [q, emitter.emit('permute', [k], { axes: swapLast })]);
  const scaled = emitter.emit('mul', [scores, constantLike(emitter, scores, numberOf(attributes, 'scale'))]);
  const weights = emitter.emit('softmax', [mask === undefined ? scaled : masked(emitter, scaled, mask)], {
    axis: rank - 1,
  });
  return [emitter.emit('matmul', [weights, v]), weights];
}

function masked(emitter: Emitter, scores: ValueId, mask: ValueId): ValueId {
  const whole = broadcastTo(emitter, mask, emitter.typeOf(scores).shape);
  if (emitter.typeOf(mask).dtype !== 'bool') return emitter.emit('add', [scores, whole]);
  return emitter.emit('select', [whole, scores, constantLike(emitter, scores, -Infinity)]);
}
