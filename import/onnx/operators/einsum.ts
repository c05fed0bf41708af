/** Einsum of two operands: one matrix product between what is put in order before and after. */
import { called, stringOf } from '../attributes.ts';
import type { Value } from '../draft.ts';
import { ImportError } from '../../import-error.ts';
import type { OnnxNode } from '../read-model.ts';
import { permute, reshape, sizesOf, type OperatorContext } from './operator.ts';

type Labels = readonly string[];

interface Equation {
  readonly operands: readonly [Labels, Labels];
  readonly result: Labels;
}

/** Axes of both that stay are batches, axes of both that go are summed over; what one has alone must stay. */
export function einsum({ node, draft, inputs }: OperatorContext): readonly Value[] | undefined {
  const equation = parse(stringOf(node, 'equation', ''));
  if (!equation || inputs.length !== 2) return undefined;
  const {
    operands: [a, b],
    result,
  } = equation;
  const size = sizesByLabel(node, equation, inputs as readonly Value[]);
  const shared = a.filter((label) => b.includes(label));
  const batch = shared.filter((label) => result.includes(label));
  const summed = shared.filter((label) => !result.includes(label));
  const alone = (labels: Labels) => labels.filter((label) => !shared.includes(label));
  const [rows, columns] = [alone(a), alone(b)];
  if ([...rows, ...columns].some((label) => !result.includes(label))) return undefined;
  const count = (labels: Labels) => labels.reduce((product, label) => product * size.get(label)!, 1);
  const batches = batch.map((label) => size.get(label)!);
  const ordered = (value: Value, from: Labels, order: Labels, matrix: readonly number[]) => {
    const axes = order.map((label) => from.indexOf(label));
    return reshape(draft, permute(draft, value, axes), [...batches, ...matrix]);
  };
  const left = ordered(inputs[0]!, a, [...batch, ...rows, ...summed], [count(rows), count(summed)]);
  const right = ordered(inputs[1]!, b, [...batch, ...summed, ...columns], [count(summed), count(columns)]);
  const order = [...batch, ...rows, ...columns];
  const product = draft.value('matmul', {}, { a: left, b: right });
  const dims = order.map((label) => size.get(label)!);
  const axes = result.map((label) => order.indexOf(label));
  return [permute(draft, reshape(draft, product, dims), axes)];
}

/** `bhqd,bhkd->bhqk`; undefined where an axis stands twice in one operand, or there are not two. */
function parse(text: string): Equation | undefined {
  const [, a, b, result] = /^([a-zA-Z]+),([a-zA-Z]+)->([a-zA-Z]*)$/.exec(text.replaceAll(' ', '')) ?? [];
  if (a === undefined || b === undefined || result === undefined) return undefined;
  const labels: readonly [Labels, Labels, Labels] = [a.split(''), b.split(''), result.split('')];
  const known = labels[2].every((label) => labels[0].includes(label) || labels[1].includes(label));
  if (!known || labels.some((part) => new Set(part).size < part.length)) return undefined;
  return { operands: [labels[0], labels[1]], result: labels[2] };
}

function sizesByLabel(node: OnnxNode, { operands }: Equation, inputs: readonly Value[]): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const [index, labels] of operands.entries()) {
    const dims = sizesOf(inputs[index]!);
    if (dims.length !== labels.length)
      throw new ImportError(`${called(node)}: ${labels.join('')} are not the axes of its operand`);
    for (const [axis, label] of labels.entries()) {
      if ((sizes.get(label) ?? dims[axis]) !== dims[axis])
        throw new ImportError(`${called(node)}: axis ${label} has two sizes`);
      sizes.set(label, dims[axis]!);
    }
  }
  return sizes;
}
