/** Operands one after the other along an axis. */
import { IrError } from '../../ir/errors.ts';
import { addConstant, assume, constant, less } from '../../ir/index-arithmetic.ts';
import { printType } from '../../ir/printer.ts';
import { numberOf } from '../attributes.ts';
import { checkAxis } from '../checks.ts';
import { movement } from '../movement.ts';

export const CONCAT = movement({
  name: 'concat',
  summary: 'The operands one after the other along the axis',
  attributes: { axis: 'integer' },
  onnx(writer, operands, attributes) {
    const axis = numberOf(attributes, 'axis');
    const total = operands.reduce((sum, { shape }) => sum + shape[axis]!, 0);
    const { dtype, shape } = operands[0]!;
    const parts = operands.filter((operand) => operand.shape[axis] !== 0);
    return [writer.node('Concat', parts, { dtype, shape: shape.with(axis, total) }, { axis })];
  },
  infer(inputs, attributes) {
    const [first, ...others] = inputs;
    if (!first) throw new IrError('takes at least one operand');
    const axis = numberOf(attributes, 'axis');
    checkAxis(axis, first);
    for (const [index, other] of others.entries()) {
      const fits =
        other.dtype === first.dtype &&
        other.shape.length === first.shape.length &&
        other.shape.every((size, dimension) => dimension === axis || size === first.shape[dimension]);
      if (!fits) {
        throw new IrError(
          `operand ${index + 1} is ${printType(other)}, operand 0 is ${printType(first)}; they may differ along axis ${axis} only`,
        );
      }
    }
    const total = inputs.reduce((sum, { shape }) => sum + shape[axis]!, 0);
    return { dtype: first.dtype, shape: first.shape.map((size, dimension) => (dimension === axis ? total : size)) };
  },
  // Each operand is read up to where it ends; those before it in the list are asked first.
  sources(coordinates, inputs, attributes) {
    const axis = numberOf(attributes, 'axis');
    let start = 0;
    return inputs.map(({ shape }, operand) => {
      const size = shape[axis]!;
      const offset = -start;
      start += size;
      const read = assume(addConstant(coordinates[axis]!, offset), Math.max(size, 1));
      return {
        operand,
        coordinates: coordinates.map((coordinate, dimension) => (dimension === axis ? read : coordinate)),
        condition: less(coordinates[axis]!, constant(start)),
      };
    });
  },
});
