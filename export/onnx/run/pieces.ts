/**
 * A graph in pieces that ONNX Runtime runs one after the other: between two a run can be cancelled, and what passes
 * between them can be kept. Weights are inputs of a piece as values are, so that pieces of equal structure (the layers of
 * a stack, or a graph whose weights were drawn anew) share one model.
 */
import { recipeOf } from '../../../gpu/ir/key.ts';
import { printType } from '../../../gpu/ir/printer.ts';
import { elementCount, type Graph, type Operation, type TensorType, type ValueId } from '../../../gpu/ir/types.ts';
import { createBuilder } from '../../../gpu/ops/create-builder.ts';
import { recordOf } from '../../../gpu/ops/infer.ts';
import type { ValueKey } from '../../../gpu/plan.ts';

/** A value that a piece takes: computed before, or a leaf. */
export interface PieceInput {
  readonly key: ValueKey;
  readonly type: TensorType;
  /** Input's name, or weight's path in the state_dict; absent: a piece before gives it, or a former run gave it. */
  readonly leaf?: { readonly kind: 'input' | 'weight'; readonly name: string };
}

export interface PieceOutput {
  readonly key: ValueKey;
  readonly type: TensorType;
}

export interface Piece {
  /**
   * Its inputs are named x0, x1, …, its outputs y0, y1, …, in the order of the lists here. Made when it is asked for, as
   * most pieces are of a structure that is loaded already.
   */
  readonly graph: () => Graph;
  readonly inputs: readonly PieceInput[];
  readonly outputs: readonly PieceOutput[];
  /** Equal text means an equal graph. */
  readonly structure: string;
  /** Operations in it. */
  readonly steps: number;
  readonly flops: number;
  /** FLOP, and at least one for each operation, by the path of the instance that asks for them. */
  readonly shares: ReadonlyMap<string, number>;
}

/**
 * Where a graph is cut: nowhere; or where another module's nodes begin, and before a piece would be more than this many FLOP.
 */
export type Cut = 'whole' | { readonly flops: number };

export interface CutOptions {
  readonly cut: Cut;
  /** Values that are there already: neither they nor what only leads to them is in any piece. */
  readonly isKnown: (key: ValueKey) => boolean;
}

/** The pieces that compute the graph's outputs, in the order in which they run. */
export function cutGraph(
  graph: Graph,
  keys: ReadonlyMap<ValueId, ValueKey>,
  { cut, isKnown }: CutOptions,
): readonly Piece[] {
  const { steps, constants, asked, known } = stepsOf(graph, (value) => isKnown(keys.get(value)!));
  const groups = grouped(steps, graph, cut);
  const leaving = new Set<ValueId>(asked);
  for (const group of groups) {
    const own = new Set(group.flatMap(({ results }) => results));
    for (const value of group.flatMap(({ inputs }) => inputs)) {
      if (!own.has(value) && !known(value)) leaving.add(value);
    }
  }
  const producers = new Map(graph.operations.flatMap((operation) => operation.results.map((id) => [id, operation])));
  return groups.map((group) => pieceOf(group, { graph, keys, producers, constants, leaving }));
}

/** What would be computed, without the pieces. */
export function workOf(
  graph: Graph,
  isKnown: (value: ValueId) => boolean,
): { readonly steps: number; readonly flops: number } {
  const { steps } = stepsOf(graph, isKnown);
  return { steps: steps.length, flops: steps.reduce((sum, operation) => sum + flopsOf(operation, graph), 0) };
}

function stepsOf(graph: Graph, known: (value: ValueId) => boolean) {
  const constants = constantsOf(graph);
  const asked = new Set(graph.outputs.map(({ value }) => value).filter((value) => !known(value)));
  // A constant is written into every piece that reads it; one that is asked for is computed as well.
  const steps = neededOperations(graph, asked, known).filter(
    ({ results }) => !constants.has(results[0]!) || results.some((result) => asked.has(result)),
  );
  return { steps, constants, asked, known };
}

/** Whether the op brings numbers from outside. */
export function isLeaf({ op }: Pick<Operation, 'op'>): boolean {
  return op === 'input' || op === 'weight';
}

/** What depends on no leaf. */
function constantsOf({ operations }: Graph): ReadonlySet<ValueId> {
  const constants = new Set<ValueId>();
  for (const operation of operations) {
    if (isLeaf(operation) || !operation.inputs.every((input) => constants.has(input))) continue;
    for (const result of operation.results) constants.add(result);
  }
  return constants;
}

function neededOperations(
  { operations }: Graph,
  asked: ReadonlySet<ValueId>,
  known: (value: ValueId) => boolean,
): Operation[] {
  const wanted = new Set(asked);
  const needed: Operation[] = [];
  for (const operation of operations.toReversed()) {
    if (isLeaf(operation) || !operation.results.some((result) => wanted.has(result))) continue;
    needed.push(operation);
    for (const input of operation.inputs) if (!known(input)) wanted.add(input);
  }
  return needed.reverse();
}

function grouped(operations: readonly Operation[], graph: Graph, cut: Cut): Operation[][] {
  if (cut === 'whole') return operations.length > 0 ? [[...operations]] : [];
  const groups: Operation[][] = [];
  let [module, flops] = ['', 0];
  for (const operation of operations) {
    const own = operation.origin.slice(0, Math.max(0, operation.origin.lastIndexOf('.')));
    const work = flopsOf(operation, graph);
    if (groups.length === 0 || own !== module || flops + work > cut.flops) {
      groups.push([]);
      flops = 0;
    }
    groups.at(-1)!.push(operation);
    module = own;
    flops += work;
  }
  return groups;
}

interface Surroundings {
  readonly graph: Graph;
  readonly keys: ReadonlyMap<ValueId, ValueKey>;
  readonly producers: ReadonlyMap<ValueId, Operation>;
  readonly constants: ReadonlySet<ValueId>;
  /** Values that are wanted outside the piece that computes them. */
  readonly leaving: ReadonlySet<ValueId>;
}

function pieceOf(operations: readonly Operation[], { graph, keys, leaving, ...around }: Surroundings): Piece {
  const writer = new PieceWriter({ graph, keys, leaving, ...around });
  for (const operation of operations) writer.emit(operation);
  const outputs = new Map<ValueKey, PieceOutput>();
  for (const value of operations.flatMap(({ results }) => results)) {
    const key = keys.get(value)!;
    if (!leaving.has(value) || outputs.has(key)) continue;
    outputs.set(key, { key, type: graph.types.get(value)! });
  }
  const shares = new Map<string, number>();
  for (const operation of operations) {
    shares.set(operation.origin, (shares.get(operation.origin) ?? 0) + 1 + flopsOf(operation, graph));
  }
  const leave = [...outputs.keys()].map((key) => writer.local.get(key)!);
  return {
    graph: () => writer.build(leave),
    inputs: writer.inputs,
    outputs: [...outputs.values()],
    structure: [...writer.recipes, `give ${leave.join()}`].join('\n'),
    steps: operations.length,
    flops: operations.reduce((sum, operation) => sum + flopsOf(operation, graph), 0),
    shares,
  };
}

/** Writes operations down as a graph of their own: what they read from elsewhere becomes its inputs, constants come along. */
class PieceWriter {
  /** Values of the piece by the keys of the graph's. */
  readonly local = new Map<ValueKey, ValueId>();
  readonly inputs: PieceInput[] = [];
  /** What was written, as text. */
  readonly recipes: string[] = [];
  readonly #around: Surroundings;
  readonly #written: Pick<Operation, 'op' | 'inputs' | 'attributes'>[] = [];
  #values = 0;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  emit(operation: Operation): void {
    const inputs = operation.inputs.map((input) => this.#operand(input));
    this.recipes.push(recipeOf({ ...operation, inputs }, (value) => value));
    const first = this.#write(operation.op, inputs, operation.attributes, operation.results.length);
    for (const [index, result] of operation.results.entries()) {
      this.local.set(this.#around.keys.get(result)!, first + index);
    }
  }

  /** The graph of what was written, which gives these values. */
  build(given: readonly ValueId[]): Graph {
    const builder = createBuilder();
    const values: ValueId[] = [];
    for (const { op, inputs, attributes } of this.#written) {
      const operands = inputs.map((input) => values[input]!);
      values.push(...builder.emitAll(op, operands, attributes));
    }
    for (const [index, value] of given.entries()) builder.output(`y${index}`, values[value]!, 'output');
    return builder.build();
  }

  /** @returns the first of its results, which are numbered in the order in which they were written. */
  #write(op: Operation['op'], inputs: readonly ValueId[], attributes: Operation['attributes'], results = 1): ValueId {
    const first = this.#values;
    this.#values += results;
    this.#written.push({ op, inputs, attributes });
    return first;
  }

  #operand(value: ValueId): ValueId {
    const { graph, keys, producers, constants } = this.#around;
    const key = keys.get(value)!;
    if (!this.local.has(key)) {
      const producer = producers.get(value)!;
      if (constants.has(value)) this.emit(producer);
      else this.local.set(key, this.#take(key, graph.types.get(value)!, producer));
    }
    return this.local.get(key)!;
  }

  #take(key: ValueKey, type: TensorType, producer: Operation): ValueId {
    const { dtype, shape } = type;
    this.recipes.push(`take ${printType(type)}`);
    // Some operators of ONNX Runtime end the process over an input of no elements.
    if (elementCount(shape) === 0) return this.#write('literal', [], { values: [], dtype, shape });
    const name = `x${this.inputs.length}`;
    this.inputs.push({ key, type, ...(isLeaf(producer) && { leaf: leafOf(producer) }) });
    return this.#write('input', [], { name, key: name, dtype, shape });
  }
}

/** The leaf that an operation brings in. */
export function leafOf({ op, attributes }: Operation): NonNullable<PieceInput['leaf']> {
  return op === 'input'
    ? { kind: 'input', name: String(attributes['name']) }
    : { kind: 'weight', name: String(attributes['path']) };
}

function flopsOf({ op, inputs, attributes }: Operation, { types }: Graph): number {
  return recordOf(op).flops(
    inputs.map((input) => types.get(input)!),
    attributes,
  );
}
