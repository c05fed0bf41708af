/**
 * What stands in the new columns of the old rows: where a value has grown along its last axis, the one number that fills
 * the part that the earlier value did not have, with the other axes as they were. A causal mask is false there, scores
 * are −∞, and the weights of a softmax 0.
 */
import { valueKeys } from '../../ir/key.ts';
import { rowMajorStrides, type Graph, type Operation, type Shape, type ValueId } from '../../ir/types.ts';
import { recordOf } from '../../ops/infer.ts';
import type { HostTensor } from '../../ops/record.ts';

export class Tails {
  readonly #graph: Graph;
  readonly #shapeBefore: (value: ValueId) => Shape | undefined;
  readonly #producers: ReadonlyMap<ValueId, Operation>;
  readonly #keys: ReadonlyMap<ValueId, string>;
  readonly #known = new Map<ValueId, number | null>();
  /** Numbers of values that depend on no leaf, by key; null for those that do. */
  readonly #numbers = new Map<string, HostTensor | null>();

  /** @param shapeBefore Of the earlier value that one begins with; asked only of values that come before the one at hand. */
  constructor(graph: Graph, shapeBefore: (value: ValueId) => Shape | undefined) {
    this.#graph = graph;
    this.#shapeBefore = shapeBefore;
    this.#keys = valueKeys(graph);
    this.#producers = new Map(
      graph.operations.flatMap((operation) => operation.results.map((value) => [value, operation])),
    );
  }

  /** The number; null if there are several, or it cannot be told. */
  of(value: ValueId): number | null {
    if (!this.#known.has(value)) this.#known.set(value, this.#find(value));
    return this.#known.get(value)!;
  }

  #find(value: ValueId): number | null {
    const shape = this.#shapeBefore(value);
    if (!shape) return null;
    const numbers = this.#numbersOf(value);
    if (numbers) return tailOf(numbers, shape);
    const { op, inputs, results } = this.#producers.get(value)!;
    if (results[0] !== value) return null;
    const tail = (operand: number) => this.of(inputs[operand]!);
    switch (op) {
      case 'and':
        return tail(0) === 0 || tail(1) === 0 ? 0 : null;
      case 'select': {
        const condition = tail(0);
        return condition === null ? null : tail(condition === 0 ? 2 : 1);
      }
      // Scores are numbers: none of them is +∞.
      case 'add':
        return tail(0) === -Infinity || tail(1) === -Infinity ? -Infinity : null;
      case 'softmax':
        return tail(0) === -Infinity ? 0 : null;
      case 'mul': {
        const [one, other] = [tail(0), tail(1)];
        if (one === 0 || other === 0) return 0;
        return one !== null && other !== null ? one * other : null;
      }
      case 'reshape':
      case 'expand': {
        const [own, from] = [value, inputs[0]!].map((each) => this.#graph.types.get(each)!.shape.slice(-2).join());
        return own === from ? tail(0) : null;
      }
      default:
        return null;
    }
  }

  #numbersOf(value: ValueId): HostTensor | null {
    const key = this.#keys.get(value)!;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const { op, inputs, attributes, results } = this.#producers.get(value)!;
    const isLeaf = op === 'input' || op === 'weight';
    const operands = isLeaf ? [] : inputs.map((input) => this.#numbersOf(input));
    const given = operands.filter((operand) => operand !== null);
    const computed = isLeaf || given.length < inputs.length ? null : recordOf(op).evaluate(given, attributes);
    for (const [index, result] of results.entries()) {
      this.#numbers.set(this.#keys.get(result)!, computed?.[index] ?? null);
    }
    return computed?.[results.indexOf(value)] ?? null;
  }
}

/** The one number at the indices that lie beyond `before` along the last axis, and within it along the others. */
function tailOf({ data, shape }: HostTensor, before: Shape): number | null {
  const strides = rowMajorStrides(shape);
  const columns = shape.at(-1) ?? 1;
  const first = before.at(-1) ?? 1;
  let found: number | null = null;
  for (let row = 0; row < data.length; row += columns) {
    if (!before.slice(0, -1).every((size, axis) => Math.floor(row / strides[axis]!) % shape[axis]! < size)) continue;
    for (const number of data.subarray(row + first, row + columns)) {
      if (found !== null && number !== found) return null;
      found = number;
    }
  }
  return found;
}
