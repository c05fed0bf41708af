/** Movement: what moves nothing goes, and two steps of a kind become one. */
import type { Shape } from '../../ir/types.ts';
import { numberOf, numbersOf } from '../../ops/attributes.ts';
import { sameShape } from '../../ops/checks.ts';
import { composeParts, isWhole, partOfSlice, sliceOfPart } from '../../ops/part.ts';
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
  const part = partOfSlice(attributes);
  if (isWhole(part, view.typeOf(x).shape)) return x;
  const before = producedBy(view, x, 'slice');
  return before && replaced('slice', before.inputs, sliceOfPart(composeParts(partOfSlice(before.attributes), part)));
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

function sum(a: Shape, b: Shape): number[] {
  return a.map((value, index) => value + b[index]!);
}

export const MOVEMENT_RULES: readonly Rule[] = [reshape, permute, expand, slice, pad, concat];
