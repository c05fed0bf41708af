/** The same elements in row-major order under another shape. */
import { onnxReshape } from '../onnx.ts';
import { IrError } from '../../ir/errors.ts';
import { flatten, unflatten } from '../../ir/index-arithmetic.ts';
import { printType } from '../../ir/printer.ts';
import { elementCount, type Shape } from '../../ir/types.ts';
import { numbersOf } from '../attributes.ts';
import { checkCount } from '../checks.ts';
import { movement } from '../movement.ts';
import { isWholeAxis, sizesOf, wholeAxis } from '../part.ts';

export const RESHAPE = movement({
  name: 'reshape',
  summary: 'The same elements under another shape',
  attributes: { shape: 'shape' },
  onnx(writer, [x], attributes) {
    const shape = numbersOf(attributes, 'shape');
    // Sizes of 1 in front are what broadcasting adds anyway.
    const own = (sizes: Shape): string => sizes.slice(sizes.findIndex((size) => size !== 1)).join();
    const isSame = elementCount(x!.stored) === elementCount(shape) && shape.length >= x!.stored.length;
    if (isSame && own(x!.stored) === own(shape)) return [writer.broadcast(x!, shape)];
    return [onnxReshape(writer, x!, shape)];
  },
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
  // Dimensions that the other shape has too may be cut.
  narrow(part, [x], attributes) {
    const shape = numbersOf(attributes, 'shape');
    const operand = x!.shape.map(wholeAxis);
    for (const [axis, cut] of part.entries()) {
      if (isWholeAxis(cut, shape[axis]!)) continue;
      const same = sameDimension(shape, axis, x!.shape);
      if (same < 0) return undefined;
      operand[same] = cut;
    }
    return { operands: [operand], attributes: { shape: sizesOf(part) } };
  },
  sources: (coordinates, [x], attributes) => [
    { operand: 0, coordinates: unflatten(flatten(coordinates, numbersOf(attributes, 'shape')), x!.shape) },
  ],
});

/** The axis of `other` that is this axis of `shape`: as large, with as many elements before it and after it; −1: there is none. */
function sameDimension(shape: Shape, axis: number, other: Shape): number {
  const before = elementCount(shape.slice(0, axis));
  const after = elementCount(shape.slice(axis + 1));
  return other.findIndex(
    (size, at) =>
      size === shape[axis] &&
      elementCount(other.slice(0, at)) === before &&
      elementCount(other.slice(at + 1)) === after,
  );
}
