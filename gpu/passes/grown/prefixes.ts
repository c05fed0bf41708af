/**
 * Two graphs of one model, for ids of which the later are longer: which values of the earlier one are, number for number,
 * the beginning of those of the later one. A causal model's are, position by position; then they need not be computed again.
 *
 * Nothing is assumed of the model. The graphs are followed op by op: the part of a result that the earlier graph has is
 * asked what it takes of the operands (`narrow` of the op's record), and that must be what the earlier operands hold.
 */
import { valueKeys } from '../../ir/key.ts';
import type { Attributes, Graph, Operation, Shape, ValueId } from '../../ir/types.ts';
import { numbersOf } from '../../ops/attributes.ts';
import { composeParts, partOfSlice, partText, wholeAxis, type AxisPart, type Part } from '../../ops/part.ts';
import { narrowedTo } from '../narrow.ts';
import { Tails } from './tails.ts';

/** Values of the later graph, each with the value of the earlier one that it begins with along every axis. */
export type Prefixes = ReadonlyMap<ValueId, ValueId>;

/**
 * @param growing Name of the input whose ids are longer, along axis 1; the earlier ones are the beginning of them.
 * @returns none, if the graphs are not of one structure.
 */
export function findPrefixes(graph: Graph, before: Graph, growing: string): Prefixes {
  const prefixes = new Map<ValueId, ValueId>();
  if (!sameStructure(graph, before)) return prefixes;
  const [keys, keysBefore] = [valueKeys(graph), valueKeys(before)];
  const shapeBefore = (value: ValueId): Shape | undefined => before.types.get(prefixes.get(value) ?? -1)?.shape;
  const tails = new Tails(graph, shapeBefore);
  for (const [index, operation] of graph.operations.entries()) {
    const earlier = before.operations[index]!;
    for (const [place, value] of operation.results.entries()) {
      const other = earlier.results[place]!;
      const same = keys.get(value) === keysBefore.get(other);
      const shape = before.types.get(other)!.shape;
      if (!same && (place > 0 || !fitsIn(shape, graph.types.get(value)!.shape))) continue;
      if (same || begins({ operation, earlier, shape, growing, graph, shapeBefore, tails })) prefixes.set(value, other);
    }
  }
  return prefixes;
}

function sameStructure({ operations }: Graph, before: Graph): boolean {
  if (operations.length !== before.operations.length) return false;
  const other = new Map<ValueId, ValueId>();
  return operations.every(({ op, inputs, results }, index) => {
    const earlier = before.operations[index]!;
    for (const [place, value] of results.entries()) other.set(value, earlier.results[place]!);
    return (
      op === earlier.op &&
      inputs.length === earlier.inputs.length &&
      inputs.every((input, place) => other.get(input) === earlier.inputs[place])
    );
  });
}

interface Pair {
  readonly operation: Operation;
  readonly earlier: Operation;
  /** Of the earlier result. */
  readonly shape: Shape;
  readonly growing: string;
  readonly graph: Graph;
  /** Of the earlier value that this one begins with; undefined if it begins with none. */
  readonly shapeBefore: (value: ValueId) => Shape | undefined;
  readonly tails: Tails;
}

/** Whether the first result of an operation begins with that of the earlier one, given which operands do. */
function begins(pair: Pair): boolean {
  const { operation, earlier, shape, growing, graph, shapeBefore, tails } = pair;
  const { op, inputs, attributes } = operation;
  const before = earlier.attributes;
  switch (op) {
    case 'input': {
      const own = graph.types.get(operation.results[0]!)!.shape;
      return attributes['name'] === growing && shape.every((size, axis) => axis === 1 || size === own[axis]);
    }
    case 'constant':
    case 'iota':
      return sameBut(['shape'], attributes, before);
  }
  const shapes = inputs.map(shapeBefore);
  if (inputs.length === 0 || !shapes.every((known) => known !== undefined)) return false;
  const whole = inputs.map((input) => graph.types.get(input)!.shape);
  const grows = (operand: number, axis: number): boolean => shapes[operand]!.at(axis) !== whole[operand]!.at(axis);
  const part = shape.map(wholeAxis);
  switch (op) {
    case 'slice':
      return partText(composeParts(partOfSlice(attributes), part)) === partText(partOfSlice(before));
    case 'concat': {
      const axis = attributes['axis'] as number;
      // What follows one that has grown stands elsewhere.
      return sameBut([], attributes, before) && inputs.slice(0, -1).every((_, operand) => !grows(operand, axis));
    }
    case 'reduce_sum':
    case 'reduce_mean':
    case 'reduce_max':
    case 'reduce_min':
      return sameBut([], attributes, before) && numbersOf(attributes, 'axes').every((axis) => !grows(0, axis));
    case 'softmax':
      // What is shut out adds nothing to the sum.
      if (grows(0, attributes['axis'] as number)) {
        return attributes['axis'] === shape.length - 1 && tails.of(inputs[0]!) === -Infinity;
      }
      break;
    case 'matmul':
      // Rows and columns are those of the operands; a sum that has grown must have grown by nothing.
      return !grows(0, -1) || tails.of(inputs[0]!) === 0;
  }
  const needed = narrowedTo(operation, part, graph);
  if (!needed || !sameBut([], needed.attributes, before)) return false;
  return shapes.every((known, operand) => {
    return isBeginning(needed.operands[operand] ?? whole[operand]!.map(wholeAxis), known);
  });
}

function isBeginning(part: Part, shape: Shape): boolean {
  return part.every(({ start, length, step }: AxisPart, axis) => {
    return length === shape[axis] && (length === 0 || (start === 0 && (step === 1 || length === 1)));
  });
}

function fitsIn(shape: Shape, whole: Shape): boolean {
  return shape.length === whole.length && shape.every((size, axis) => size <= whole[axis]!);
}

function sameBut(free: readonly string[], attributes: Attributes, others: Attributes): boolean {
  return Object.entries(attributes).every(
    ([name, value]) => free.includes(name) || JSON.stringify(value) === JSON.stringify(others[name]),
  );
}
