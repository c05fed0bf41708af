/** Repeats dimensions of size 1. */
import { IrError } from '../../ir/errors.ts';
import { constant } from '../../ir/index-arithmetic.ts';
import { printType } from '../../ir/printer.ts';
import { numbersOf } from '../attributes.ts';
import { checkCount, checkPerAxis } from '../checks.ts';
import { movement } from '../movement.ts';
import { sizesOf, wholeAxis } from '../part.ts';

export const EXPAND = movement({
  name: 'expand',
  summary: 'Dimensions of size 1 repeated to the size of the shape',
  attributes: { shape: 'shape' },
  onnx: (writer, [x], attributes) => [writer.broadcast(x!, numbersOf(attributes, 'shape'))],
  infer(inputs, attributes) {
    checkCount(inputs, ['x']);
    const [x] = inputs;
    const shape = numbersOf(attributes, 'shape');
    checkPerAxis(shape, 'shape', x!);
    if (!x!.shape.every((size, axis) => size === 1 || size === shape[axis])) {
      throw new IrError(`${printType(x!)} does not expand to [${shape.join(',')}]: only sizes of 1 do`);
    }
    return { dtype: x!.dtype, shape };
  },
  narrow(part, [x]) {
    const operand = x!.shape.map((size, axis) => (size === 1 ? wholeAxis(1) : part[axis]!));
    return { operands: [operand], attributes: { shape: sizesOf(part) } };
  },
  sources: (coordinates, [x]) => [
    { operand: 0, coordinates: x!.shape.map((size, axis) => (size === 1 ? constant(0) : coordinates[axis]!)) },
  ],
});
