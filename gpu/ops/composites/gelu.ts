/** The exact GELU (Hendrycks, Gimpel 2016), by the error function, as `nn.GELU()`. */
import { onnxNumber } from '../onnx.ts';
import { elementCount, type Attributes, type ValueId } from '../../ir/types.ts';
import { constantLike } from '../broadcast.ts';
import { checkCount, checkDType, FLOATS } from '../checks.ts';
import { mapUnary, wgslCall } from '../elementwise.ts';
import type { Emitter, OpRecord } from '../record.ts';
import { erf, ERF_F32 } from '../special/erf.ts';

const GELU_F32 = /* wgsl */ `fn gelu_f32(x: f32) -> f32 {
  return 0.5 * x * (1.0 + erf_f32(x * ${Math.SQRT1_2}));
}`;

export const GELU: OpRecord = {
  name: 'gelu',
  summary: 'x · (1 + erf(x/√2)) / 2',
  attributes: {},
  wgsl: {
    kind: 'expression',
    emit: ([x], _attributes, dtype) => wgslCall('gelu_f32', x!, dtype),
    functions: { erf_f32: ERF_F32, gelu_f32: GELU_F32 },
  },
  // The form that ONNX Runtime takes for one kernel; Gelu itself comes with operator set 20.
  onnx(writer, [x]) {
    const error = writer.elementwise('Erf', [writer.elementwise('Div', [x!, onnxNumber(writer, Math.SQRT2, x!)])]);
    const twice = writer.elementwise('Add', [error, onnxNumber(writer, 1, x!)]);
    return [writer.elementwise('Mul', [writer.elementwise('Mul', [x!, twice]), onnxNumber(writer, 0.5, x!)])];
  },
  infer(inputs) {
    checkCount(inputs, ['x']);
    checkDType(inputs[0]!, 'x', FLOATS);
    return [inputs[0]!];
  },
  evaluate: ([x]) => [mapUnary(x!, x!.dtype, (value) => 0.5 * value * (1 + erf(value * Math.SQRT1_2)))],
  decompose,
  flops: ([x]) => 44 * elementCount(x!.shape),
};

function decompose(emitter: Emitter, [x]: readonly ValueId[], _attributes: Attributes): ValueId[] {
  const scaled = emitter.emit('mul', [x!, constantLike(emitter, x!, Math.SQRT1_2)]);
  const twice = emitter.emit('add', [emitter.emit('erf', [scaled]), constantLike(emitter, x!, 1)]);
  return [emitter.emit('mul', [emitter.emit('mul', [x!, constantLike(emitter, x!, 0.5)]), twice])];
}
