/** Operators that move elements and compute nothing. */
import { called, floatOf, intOf, intsOf, stringOf } from '../attributes.ts';
import { filled } from '../constant.ts';
import { flattenedDims } from '../fold.ts';
import { kindOfValue, type Value } from '../draft.ts';
import { ImportError } from '../../import-error.ts';
import { reshapedDims, resolveAxis, sliceRanges, squeezedDims, unsqueezedDims } from '../shapes.ts';
import {
  concat,
  constantOf,
  listOf,
  permute,
  reshape,
  sizesOf,
  sliceAxis,
  type Operator,
  type OperatorContext,
} from './operator.ts';

export const MOVEMENT: readonly (readonly [string, Operator])[] = [
  [
    'Reshape',
    ({ node, draft, inputs: [x, shape] }) => {
      const wanted = listOf(shape);
      return wanted && [reshape(draft, x!, reshapedDims(node, sizesOf(x!), wanted))];
    },
  ],
  ['Flatten', ({ node, draft, inputs: [x] }) => [reshape(draft, x!, flattenedDims(node, sizesOf(x!)))]],
  [
    'Squeeze',
    ({ node, draft, inputs: [x, axes] }) => [reshape(draft, x!, squeezedDims(node, sizesOf(x!), listOf(axes)))],
  ],
  [
    'Unsqueeze',
    ({ node, draft, inputs: [x, axes] }) => [reshape(draft, x!, unsqueezedDims(node, sizesOf(x!), listOf(axes)))],
  ],
  ['Transpose', transpose],
  [
    'Concat',
    ({ node, draft, inputs }) => {
      const [first] = inputs as readonly Value[];
      return [
        concat(draft, inputs as readonly Value[], resolveAxis(node, intOf(node, 'axis', 0), sizesOf(first!).length)),
      ];
    },
  ],
  ['Split', split],
  ['Slice', slice],
  ['Expand', expand],
  ['Tile', tile],
  ['Pad', pad],
];

function transpose({ node, draft, inputs: [x] }: OperatorContext): readonly Value[] {
  const dims = sizesOf(x!);
  const axes = intsOf(node, 'perm') ?? dims.map((_, axis) => axis).reverse();
  if (axes.length !== dims.length || axes.toSorted((a, b) => a - b).some((axis, index) => axis !== index))
    throw new ImportError(`${called(node)}: [${axes.join(', ')}] is no order of ${dims.length} axes`);
  return [permute(draft, x!, axes)];
}

/** Until operator set 12 the sizes are an attribute; without any, the parts are equal, but for the last. */
function split({ node, draft, inputs: [x, given] }: OperatorContext): readonly Value[] | undefined {
  if (given && !constantOf(given)) return undefined;
  const axis = resolveAxis(node, intOf(node, 'axis', 0), sizesOf(x!).length);
  const size = sizesOf(x!)[axis]!;
  const count = node.outputs.length;
  const even = Math.ceil(size / count);
  const sizes =
    listOf(given) ?? intsOf(node, 'split') ?? node.outputs.map((_, index) => Math.min(even, size - index * even));
  if (sizes.length !== count || sizes.some((part) => part < 0) || sizes.reduce((sum, part) => sum + part, 0) !== size)
    throw new ImportError(`${called(node)}: ${size} is not cut into [${sizes.join(', ')}]`);
  let start = 0;
  return sizes.map((part) => {
    const range = { start, stop: start + part };
    start += part;
    return sliceAxis(draft, x!, axis, range);
  });
}

function slice({ node, draft, inputs: [x, ...bounds] }: OperatorContext): readonly Value[] | undefined {
  if (bounds.some((bound) => bound && !constantOf(bound))) return undefined;
  const ranges = sliceRanges(node, sizesOf(x!), bounds.map(listOf));
  if (ranges.some(({ step, count }) => step < 0 && count > 1)) return undefined;
  return [
    ranges.reduce<Value>(
      (value, { start, step, count }, axis) =>
        sliceAxis(draft, value, axis, {
          start,
          stop: count === 0 ? start : start + (count - 1) * Math.max(step, 1) + 1,
          step: Math.max(step, 1),
        }),
      x!,
    ),
  ];
}

/** Sizes of 1 on either side become the other's. */
function expand({ draft, inputs: [x, shape] }: OperatorContext): readonly Value[] | undefined {
  const wanted = listOf(shape);
  if (!wanted) return undefined;
  const dims = sizesOf(x!);
  const rank = Math.max(wanted.length, dims.length);
  const sizes = Array.from({ length: rank }, (_, axis) => {
    const [own, other] = [dims[axis - rank + dims.length] ?? 1, wanted[axis - rank + wanted.length] ?? 1];
    return other === 1 ? own : other;
  });
  if (sizes.join() === dims.join() && sizes.length === dims.length) return [x!];
  return [draft.value('expand', { shape: sizes.join(', ') }, { input: x! })];
}

/** Each axis n times: as an axis of n before it, which both become one. */
function tile({ node, draft, inputs: [x, repeats] }: OperatorContext): readonly Value[] | undefined {
  const times = listOf(repeats);
  if (!times) return undefined;
  const dims = sizesOf(x!);
  if (times.length !== dims.length || times.some((count) => count < 0))
    throw new ImportError(`${called(node)}: [${times.join(', ')}] does not repeat ${dims.length} axes`);
  if (times.every((count) => count === 1)) return [x!];
  const pairs = dims.flatMap((size) => [1, size]);
  if (pairs.length > 8) return undefined;
  const shape = dims.flatMap((size, axis) => [times[axis]!, size]).join(', ');
  const repeated = draft.value('expand', { shape }, { input: reshape(draft, x!, pairs) });
  return [
    reshape(
      draft,
      repeated,
      dims.map((size, axis) => size * times[axis]!),
    ),
  ];
}

/** One number around the tensor; a negative width cuts off. */
function pad({
  node,
  draft,
  operatorSet,
  inputs: [x, given, value, axes],
}: OperatorContext): readonly Value[] | undefined {
  if (stringOf(node, 'mode', 'constant') !== 'constant' || (value && !constantOf(value))) return undefined;
  const dims = sizesOf(x!);
  const widths = operatorSet < 11 ? intsOf(node, 'pads') : listOf(given);
  if (!widths || kindOfValue(x!) === 'bool') return undefined;
  const along = listOf(axes)?.map((axis) => resolveAxis(node, axis, dims.length)) ?? dims.map((_, axis) => axis);
  if (widths.length !== 2 * along.length) throw new ImportError(`${called(node)}: it has not two widths for each axis`);
  const kind = kindOfValue(x!)!;
  const number = operatorSet < 11 ? floatOf(node, 'value', 0) : (constantOf(value)?.numbers()[0] ?? 0);
  let result: Value = x!;
  for (const [index, axis] of along.entries()) {
    const [before, after] = [widths[index]!, widths[index + along.length]!];
    const sizes = sizesOf(result);
    const kept = { start: Math.max(0, -before), stop: sizes[axis]! + Math.min(0, after) };
    const edge = (width: number): Value[] => {
      if (width <= 0) return [];
      const shape = sizesOf(result).with(axis, width);
      return [{ kind: 'constant', constant: filled(number, kind, shape) }];
    };
    result = sliceAxis(draft, result, axis, kept);
    const parts = [...edge(before), result, ...edge(after)];
    if (parts.length > 1) result = concat(draft, parts, axis);
  }
  return [result];
}
