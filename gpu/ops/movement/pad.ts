/** Surrounds the operand with `before[i]` and `after[i]` elements of `value` per dimension. */
import { IrError } from '../../ir/errors.ts';
import { addConstant, and, assume, atLeast, boolean, constant, less } from '../../ir/index-arithmetic.ts';
import { numberOf, numbersOf } from '../attributes.ts';
import { checkCount, checkFits, checkPerAxis } from '../checks.ts';
import { movement } from '../movement.ts';

export const PAD = movement({
  name: 'pad',
  summary: 'The operand with a margin of `value` around it',
  attributes: { before: 'integers', after: 'integers', value: 'number' },
  onnx(writer, [x], attributes) {
    const [before, after] = [numbersOf(attributes, 'before'), numbersOf(attributes, 'after')];
    const { dtype, shape } = x!;
    const fill = writer.number(numberOf(attributes, 'value'), { dtype, shape: [] });
    const type = { dtype, shape: shape.map((size, axis) => before[axis]! + size + after[axis]!) };
    if (shape.includes(0)) return [writer.broadcast(fill, type.shape)];
    return [writer.node('Pad', [x, writer.integers([...before, ...after]), fill], type)];
  },
  infer(inputs, attributes) {
    checkCount(inputs, ['x']);
    const [x] = inputs;
    const [before, after] = [numbersOf(attributes, 'before'), numbersOf(attributes, 'after')];
    checkPerAxis(before, 'before', x!);
    checkPerAxis(after, 'after', x!);
    checkFits(numberOf(attributes, 'value'), x!.dtype);
    if ([...before, ...after].some((margin) => margin < 0)) throw new IrError('margins must not be negative');
    return { dtype: x!.dtype, shape: x!.shape.map((size, axis) => before[axis]! + size + after[axis]!) };
  },
  sources(coordinates, [x], attributes) {
    const before = numbersOf(attributes, 'before');
    const condition = x!.shape
      .flatMap((size, axis) => [
        atLeast(coordinates[axis]!, constant(before[axis]!)),
        less(coordinates[axis]!, constant(before[axis]! + size)),
      ])
      .reduce(and, boolean(true));
    const read = x!.shape.map((size, axis) => assume(addConstant(coordinates[axis]!, -before[axis]!), size));
    return [{ operand: 0, coordinates: read, condition }];
  },
  fill: (attributes) => numberOf(attributes, 'value'),
});
