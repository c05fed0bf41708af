/** The same elements in row-major order under another shape. */
import { IrError } from '../../ir/errors.ts';
import { flatten, unflatten } from '../../ir/index-arithmetic.ts';
import { printType } from '../../ir/printer.ts';
import { elementCount } from '../../ir/types.ts';
import { numbersOf } from '../attributes.ts';
import { checkCount } from '../checks.ts';
import { movement } from '../movement.ts';

export const RESHAPE = movement({
  name: 'reshape',
  summary: 'The same elements under another shape',
  attributes: { shape: 'shape' },
  infer(inputs, attributes) {
    checkCount(inputs, ['x']);
    const [x] = inputs;
    const shape = numbersOf(attributes, 'shape');
    if (elementCount(x!.shape) !== elementCount(shape)) {
      throw new IrError(
        `${printType(x!)} has ${elementCount(x!.shape)} elements, [${shape.join(',')}] has ${elementCount(shape)}`,
      );
    }
    return { dtype: x!.dtype, shape };
  },
  sources: (coordinates, [x], attributes) => [
    { operand: 0, coordinates: unflatten(flatten(coordinates, numbersOf(attributes, 'shape')), x!.shape) },
  ],
});
