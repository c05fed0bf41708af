/** Cross-entropy of logits against class numbers: `F.cross_entropy(…, reduction='none')`. */
import { onnxReshape } from '../onnx.ts';
import { IrError } from '../../ir/errors.ts';
import { elementCount, type Attributes, type TensorType, type ValueId } from '../../ir/types.ts';
import { binary, broadcastTo, constantLike } from '../broadcast.ts';
import { checkCount, checkDType, checkMatches, checkRank, FLOATS } from '../checks.ts';
import type { Emitter, HostTensor, OpRecord } from '../record.ts';

export const CROSS_ENTROPY: OpRecord = {
  name: 'cross_entropy',
  summary: '−log softmax(logits)[label] per row, for logits[rows, classes] and labels[rows] of i32',
  attributes: {},
  wgsl: { kind: 'decomposed' },
  onnx(writer, [logits, labels]) {
    const { dtype, shape } = logits!;
    const [rows] = shape as [number, number];
    const logarithms = writer.node('LogSoftmax', [logits], { dtype, shape }, { axis: 1 });
    const column = onnxReshape(writer, labels!, [rows, 1]);
    const ofLabel = writer.node('GatherElements', [logarithms, column], { dtype, shape: [rows, 1] }, { axis: 1 });
    return [writer.elementwise('Neg', [onnxReshape(writer, ofLabel, [rows])])];
  },
  infer(inputs) {
    checkCount(inputs, ['logits', 'labels']);
    const [logits, labels] = inputs as [TensorType, TensorType];
    checkDType(logits, 'logits', FLOATS);
    checkRank(logits, 'logits', 2);
    const [rows, classes] = logits.shape as [number, number];
    checkMatches(labels, 'labels', { dtype: 'i32', shape: [rows] });
    if (classes === 0) throw new IrError('logits have no classes');
    return [{ dtype: logits.dtype, shape: [rows] }];
  },
  evaluate: ([logits, labels]) => [losses(logits!, labels!)],
  decompose,
  flops: ([logits]) => 4 * elementCount(logits!.shape),
};

/** log Σ e^(x − max) − (x[label] − max): nothing overflows, and a certain row's loss is exactly 0. */
function losses(logits: HostTensor, labels: HostTensor): HostTensor {
  const [rows, classes] = logits.shape as [number, number];
  const data = new Float64Array(rows);
  for (const [row, label] of labels.data.entries()) {
    if (label < 0 || label >= classes) throw new IrError(`label ${label} of row ${row} is no class of ${classes}`);
    const values = logits.data.subarray(row * classes, (row + 1) * classes);
    const maximum = values.reduce((largest, value) => Math.max(largest, value), -Infinity);
    const sum = values.reduce((total, value) => total + Math.exp(value - maximum), 0);
    data[row] = Math.log(sum) - (values[label]! - maximum);
  }
  return { dtype: logits.dtype, shape: [rows], data };
}

/**
 * The label's logit as the only term of a sum along the row, which a kernel takes while it sums the exponentials; a label
 * that is no class is taken as the nearest one.
 */
function decompose(emitter: Emitter, inputs: readonly ValueId[], _attributes: Attributes): ValueId[] {
  const [logits, labels] = inputs as [ValueId, ValueId];
  const { shape, dtype } = emitter.typeOf(logits);
  const [rows, classes] = shape as [number, number];
  const along = { axes: [1], keepdims: false };
  const maximum = emitter.emit('reduce_max', [logits], { axes: [1], keepdims: true });
  const below = binary(emitter, 'sub', logits, maximum);
  const sum = emitter.emit('reduce_sum', [emitter.emit('exp', [below])], along);
  // Spread over the classes first: so it is part of the kernel that walks along them.
  const spread = broadcastTo(emitter, emitter.emit('reshape', [labels], { shape: [rows, 1] }), shape);
  const atLeast = emitter.emit('maximum', [spread, constantLike(emitter, spread, 0)]);
  const label = emitter.emit('minimum', [atLeast, constantLike(emitter, spread, classes - 1)]);
  const column = emitter.emit('iota', [], { axis: 1, dtype: 'i32', shape });
  const isLabel = emitter.emit('equal', [column, label]);
  const zero = emitter.emit('constant', [], { value: 0, dtype, shape });
  const ofLabel = emitter.emit('reduce_sum', [emitter.emit('select', [isLabel, below, zero])], along);
  return [emitter.emit('sub', [emitter.emit('log', [sum]), ofLabel])];
}
