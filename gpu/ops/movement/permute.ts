/** Reorders the dimensions: dimension `i` of the result is dimension `axes[i]` of the operand. */
import { IrError } from '../../ir/errors.ts';
import { numbersOf } from '../attributes.ts';
import { checkCount, checkPerAxis } from '../checks.ts';
import { movement } from '../movement.ts';

export const PERMUTE = movement({
  name: 'permute',
  summary: 'The dimensions in another order',
  attributes: { axes: 'integers' },
  onnx(writer, [x], attributes) {
    const perm = numbersOf(attributes, 'axes');
    return [writer.node('Transpose', [x], { dtype: x!.dtype, shape: perm.map((axis) => x!.shape[axis]!) }, { perm })];
  },
  infer(inputs, attributes) {
    checkCount(inputs, ['x']);
    const [x] = inputs;
    const axes = numbersOf(attributes, 'axes');
    checkPerAxis(axes, 'axes', x!);
    if (!x!.shape.every((_, axis) => axes.includes(axis)))
      throw new IrError(`axes [${axes.join(',')}] are no permutation`);
    return { dtype: x!.dtype, shape: axes.map((axis) => x!.shape[axis]!) };
  },
  narrow(part, [x], attributes) {
    const axes = numbersOf(attributes, 'axes');
    return { operands: [x!.shape.map((_, axis) => part[axes.indexOf(axis)]!)], attributes };
  },
  sources(coordinates, [x], attributes) {
    const axes = numbersOf(attributes, 'axes');
    return [{ operand: 0, coordinates: x!.shape.map((_, axis) => coordinates[axes.indexOf(axis)]!) }];
  },
});
