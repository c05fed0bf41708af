/**
 * Which values are f16 in memory, where a plan stores floats so: those that lose little by it and take the most room.
 * Weights of two axes and more, and what products, norms and lookups make; in between, a value is as its operands are.
 *
 * In f32 stay inputs (they are what somebody gave, and small), outputs (they are read back), weights of one axis and
 * single numbers (biases, norms, temperatures: a thousandth of the memory), sums and other statistics with what is
 * computed of them alone (losses), and the state of a recurrence, whose errors would add up.
 */
import { givenKey } from '../ir/key.ts';
import { isHalfKey, type FloatStorage, type Halves } from '../ir/storage.ts';
import type { Graph, Operation, ValueId } from '../ir/types.ts';
import { recordOf } from '../ops/infer.ts';
import { viewGraph, type GraphView } from './fuse/view.ts';

/** Families of kernels whose results are halves. */
const ROUNDED: ReadonlySet<string> = new Set(['matmul', 'softmax', 'layer_norm']);

/**
 * @param storage Of what the plan brings and computes; what a run before has left is as its key says.
 * @param access How the adapter's shaders get at halves; where they store none, only leaves are kept as such.
 */
export function chooseHalves(graph: Graph, storage: FloatStorage, access: Halves['access']): Halves {
  const left = graph.operations.filter(isLeftAsHalf).flatMap(({ results }) => results);
  const values = new Set<ValueId>(left);
  if (storage === 'f32') return { values, access };
  const view = viewGraph(graph);
  for (const operation of graph.operations) {
    if (!isHalf(operation, view, access, values)) continue;
    for (const result of operation.results) if (graph.types.get(result)!.dtype === 'f32') values.add(result);
  }
  for (const { value, kind } of graph.outputs) {
    if (kind !== 'output') continue;
    values.delete(value);
    // The elements may be those of another value, in another shape.
    values.delete(view.sameElements(value) ?? value);
  }
  for (const value of left) values.add(value);
  return { values, access };
}

function isHalf(
  operation: Operation,
  view: GraphView,
  access: Halves['access'],
  halves: ReadonlySet<ValueId>,
): boolean {
  const { op, inputs, results } = operation;
  const { wgsl } = recordOf(op);
  if (wgsl.kind === 'leaf') {
    return wgsl.leaf === 'weight' && view.type(results[0]!).shape.length > 1;
  }
  if (access !== 'f16') return false;
  const someOperand = inputs.some((input) => halves.has(input));
  switch (wgsl.kind) {
    case 'gather':
      return halves.has(inputs[0]!);
    case 'expression':
      return someOperand;
    case 'movement':
      return inputs.every((input) => halves.has(input) || isInline(input, view));
    case 'kernel':
      return ROUNDED.has(wgsl.family);
    case 'decomposed':
      return false;
    default:
      return wgsl satisfies never;
  }
}

/** Whether it stands for what a run before has kept as halves: the keys and values of a text that is written. */
function isLeftAsHalf(operation: Operation): boolean {
  return operation.op === 'input' && isHalfKey(givenKey(operation) ?? '');
}

/** A constant is written into its readers, and has no say. */
function isInline(value: ValueId, view: GraphView): boolean {
  return view.role(value) === 'inline';
}
