/**
 * Every `steps[i]`-th element from `starts[i]` to before `stops[i]`, per dimension. Bounds lie in [0, size]; a negative
 * step walks from `starts` down to above `stops`, which may then be −1.
 */
import { IrError } from '../../ir/errors.ts';
import { addConstant, multiply } from '../../ir/index-arithmetic.ts';
import { numbersOf } from '../attributes.ts';
import { checkCount, checkPerAxis } from '../checks.ts';
import { movement } from '../movement.ts';

export const SLICE = movement({
  name: 'slice',
  summary: 'The elements from `starts` to before `stops` in `steps`, per dimension',
  attributes: { starts: 'integers', stops: 'integers', steps: 'integers' },
  onnx(writer, [x], attributes) {
    const [starts, stops, steps] = bounds(attributes);
    const length = (axis: number): number => Math.max(0, Math.ceil((stops[axis]! - starts[axis]!) / steps[axis]!));
    const shape = x!.shape.map((_, axis) => length(axis));
    const isCut = (axis: number): boolean => steps[axis] !== 1 || starts[axis] !== 0 || stops[axis] !== x!.shape[axis];
    const axes = [...shape.keys()].filter(isCut);
    // ONNX counts a negative end from the back; one before the front is what −1 means here.
    const ends = axes.map((axis) => (stops[axis]! < 0 ? -1 - x!.shape[axis]! : stops[axis]!));
    const at = (values: readonly number[]): number[] => axes.map((axis) => values[axis]!);
    const operands = [at(starts), ends, axes, at(steps)].map((values) => writer.integers(values));
    return [axes.length === 0 ? x! : writer.node('Slice', [x, ...operands], { dtype: x!.dtype, shape })];
  },
  infer(inputs, attributes) {
    checkCount(inputs, ['x']);
    const [x] = inputs;
    const [starts, stops, steps] = bounds(attributes);
    for (const [name, values] of Object.entries({ starts, stops, steps })) checkPerAxis(values, name, x!);
    const shape = x!.shape.map((size, axis) => {
      const [start, stop, step] = [starts[axis]!, stops[axis]!, steps[axis]!];
      if (step === 0) throw new IrError(`step of dimension ${axis} is 0`);
      const length = Math.max(0, Math.ceil((stop - start) / step));
      const last = start + (length - 1) * step;
      if (length > 0 && Math.min(start, last) < 0) throw new IrError(`dimension ${axis} is read below 0`);
      if (length > 0 && Math.max(start, last) >= size) {
        throw new IrError(`dimension ${axis} is read at ${Math.max(start, last)}, its size is ${size}`);
      }
      return length;
    });
    return { dtype: x!.dtype, shape };
  },
  sources(coordinates, _inputs, attributes) {
    const [starts, , steps] = bounds(attributes);
    const read = coordinates.map((coordinate, axis) => addConstant(multiply(coordinate, steps[axis]!), starts[axis]!));
    return [{ operand: 0, coordinates: read }];
  },
});

function bounds(
  attributes: Parameters<typeof numbersOf>[0],
): [readonly number[], readonly number[], readonly number[]] {
  return [numbersOf(attributes, 'starts'), numbersOf(attributes, 'stops'), numbersOf(attributes, 'steps')];
}
