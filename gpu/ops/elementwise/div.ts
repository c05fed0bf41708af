/** Division; of i32 it truncates towards zero, and a division by 0 gives the dividend, as in WGSL. */
import { onnxNumber, type OnnxValue, type OnnxWriter } from '../onnx.ts';
import { NUMBERS } from '../checks.ts';
import { binaryOp } from '../elementwise.ts';

export const DIV = binaryOp({
  name: 'div',
  summary: 'a / b',
  onnx: (writer, operands) => [divide(writer, operands)],
  dtypes: NUMBERS,
  compute: (a, b, dtype) => {
    if (dtype !== 'i32') return a / b;
    return b === 0 ? a : (a / b) | 0;
  },
  wgsl: (a, b) => `(${a} / ${b})`,
});

/** An integer division by 0, and of the least number by −1, ends the process in ONNX Runtime; by 1 both give the dividend. */
function divide(writer: OnnxWriter, [a, b]: readonly OnnxValue[]): OnnxValue {
  if (a!.dtype !== 'i32') return writer.elementwise('Div', [a!, b!]);
  const equals = (value: OnnxValue, number: number): OnnxValue =>
    writer.elementwise('Equal', [value, onnxNumber(writer, number, value)], 'bool');
  const overflows = writer.elementwise('And', [equals(a!, -(2 ** 31)), equals(b!, -1)]);
  const byOne = writer.elementwise('Or', [equals(b!, 0), overflows]);
  return writer.elementwise('Div', [a!, writer.elementwise('Where', [byOne, onnxNumber(writer, 1, b!), b!])]);
}
