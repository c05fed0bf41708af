/** Movement: what moves nothing goes, and two steps of a kind become one. */
import type { Shape } from '../../ir/types.ts';
import { numberOf, numbersOf } from '../../ops/attributes.ts';
import { sameShape } from '../../ops/checks.ts';
import { producedBy, replaced, type Rule } from './rule.ts';

const reshape: Rule = ({ op, inputs, attributes }, view) => {
  if (op !== 'reshape') return undefined;
  const [x] = inputs as [number];
  if (sameShape(view.typeOf(x).shape, numbersOf(attributes, 'shape'))) return x;
  const before = producedBy(view, x, 'reshape');
  return before && replaced('reshape', before.inputs, attributes);
};

const permute: Rule = ({ op, inputs, attributes }, view) => {
  if (op !== 'permute') return undefined;
  const [x] = inputs as [number];
  const { shape } = view.typeOf(x);
  const axes = numbersOf(attributes, 'axes');
  // Dimensions of size 1 may go anywhere: if the others keep their order, the elements do.
  const moving = axes.filter((axis) => shape[axis] !== 1);
  if (moving.every((axis, i) => i === 0 || axis > moving[i - 1]!)) {
    return replaced('reshape', [x], { shape: axes.map((axis) => shape[axis]!) });
  }
  const before = producedBy(view, x, 'permute');
  if (!before) return undefined;
  const first = numbersOf(before.attributes, 'axes');
  return replaced('permute', before.inputs, { axes: axes.map((axis) => first[axis]!) });
};

const expand: Rule = ({ op, inputs, attributes }, view) => {
  if (op !== 'expand') return undefined;
  const [x] = inputs as [number];
  if (sameShape(view.typeOf(x).shape, numbersOf(attributes, 'shape'))) return x;
  const before = producedBy(view, x, 'expand');
  return before && replaced('expand', before.inputs, attributes);
};

const slice: Rule = ({ op, inputs, attributes }, view) => {
  if (op !== 'slice') return undefined;
  const [x] = inputs as [number];
  const { shape } = view.typeOf(x);
  const outer = boundsOf(attributes);
  const result = shape.map((_, axis) => lengthOf(outer, axis));
  if (sameShape(result, shape) && outer.steps.every((step, axis) => step === 1 || shape[axis]! <= 1)) return x;
  const before = producedBy(view, x, 'slice');
  if (!before) return undefined;
  // x[a : … : s][b : … : t] starts at a + s·b and steps by s·t
  const inner = boundsOf(before.attributes);
  const starts = shape.map((_, axis) => inner.starts[axis]! + inner.steps[axis]! * outer.starts[axis]!);
  const steps = shape.map((_, axis) => inner.steps[axis]! * outer.steps[axis]!);
  const stops = shape.map((_, axis) => stopAfter(starts[axis]!, steps[axis]!, result[axis]!));
  return replaced('slice', before.inputs, { starts, stops, steps });
};

const pad: Rule = ({ op, inputs, attributes }, view) => {
  if (op !== 'pad') return undefined;
  const [x] = inputs as [number];
  const margins = [numbersOf(attributes, 'before'), numbersOf(attributes, 'after')] as const;
  if (margins.every((margin) => margin.every((count) => count === 0))) return x;
  const inner = producedBy(view, x, 'pad');
  if (!inner || !Object.is(numberOf(inner.attributes, 'value'), numberOf(attributes, 'value'))) return undefined;
  return replaced('pad', inner.inputs, {
    before: sum(margins[0], numbersOf(inner.attributes, 'before')),
    after: sum(margins[1], numbersOf(inner.attributes, 'after')),
    value: numberOf(attributes, 'value'),
  });
};

const concat: Rule = ({ op, inputs, attributes }, view) => {
  if (op !== 'concat') return undefined;
  if (inputs.length === 1) return inputs[0]!;
  const filled = inputs.filter((input) => view.typeOf(input).shape[numberOf(attributes, 'axis')] !== 0);
  if (filled.length === inputs.length) return undefined;
  return filled.length === 0 ? inputs[0]! : replaced('concat', filled, attributes);
};

interface Bounds {
  readonly starts: Shape;
  readonly stops: Shape;
  readonly steps: Shape;
}

function boundsOf(attributes: Parameters<typeof numbersOf>[0]): Bounds {
  return {
    starts: numbersOf(attributes, 'starts'),
    stops: numbersOf(attributes, 'stops'),
    steps: numbersOf(attributes, 'steps'),
  };
}

function lengthOf({ starts, stops, steps }: Bounds, axis: number): number {
  return Math.max(0, Math.ceil((stops[axis]! - starts[axis]!) / steps[axis]!));
}

/** A stop that gives this many elements. */
function stopAfter(start: number, step: number, length: number): number {
  return length === 0 ? start : start + (length - 1) * step + Math.sign(step);
}

function sum(a: Shape, b: Shape): number[] {
  return a.map((value, index) => value + b[index]!);
}

export const MOVEMENT_RULES: readonly Rule[] = [reshape, permute, expand, slice, pad, concat];
