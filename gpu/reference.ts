/**
 * Runs a graph in float64 on the CPU: the yardstick of the tests, and the device where there is no GPU. Values are
 * released after their last use, leaves fetched at their first; the event loop runs in between.
 */
import { IrError } from './ir/errors.ts';
import { elementsOf, inWords } from './memory-need.ts';
import { valueKeys } from './ir/key.ts';
import { elementCount, type Graph, type Operation, type TensorType, type ValueId } from './ir/types.ts';
import { recordOf } from './ops/infer.ts';
import type { HostTensor } from './ops/record.ts';
import type { ValueKey } from './plan.ts';
import type { Progress } from './runtime/types.ts';

export interface ReferenceLeaf {
  readonly kind: 'input' | 'weight';
  /** Input's name, or weight's state_dict path. */
  readonly name: string;
  readonly key: ValueKey;
  readonly type: TensorType;
}

/** Row-major elements; of any numeric array, each is taken as the number it is. */
export type LeafData = Float64Array | Float32Array | Int32Array | Uint32Array | Uint8Array;

export interface ReferenceOptions {
  /** Values of former runs by key, reused where a recipe is the same; outputs and taps of this run are added. */
  readonly kept?: Map<ValueKey, HostTensor>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

export interface ReferenceReport {
  readonly outputs: ReadonlyMap<string, HostTensor>;
  readonly taps: ReadonlyMap<string, HostTensor>;
  /** Milliseconds per origin path. */
  readonly timings: ReadonlyMap<string, number>;
  readonly milliseconds: number;
  /** Operations computed, and all that the outputs depend on (leaves not counted). */
  readonly stepsRun: number;
  readonly stepsTotal: number;
}

/**
 * Computes the graph's outputs and taps.
 * @param leaf fetches the elements of an input or a weight, at its first use.
 * @throws {IrError} naming the operation, if a leaf has another number of elements than its type; the signal's reason
 * if it aborts.
 */
export async function runReference(
  graph: Graph,
  leaf: (leaf: ReferenceLeaf) => Promise<LeafData>,
  options: ReferenceOptions = {},
): Promise<ReferenceReport> {
  const start = performance.now();
  const { kept = new Map<ValueKey, HostTensor>(), onProgress } = options;
  const keys = valueKeys(graph);
  const fromKept = (value: ValueId): HostTensor | undefined => kept.get(keys.get(value)!);
  const everything = needed(graph, () => false);
  const pending = needed(graph, (value) => fromKept(value) !== undefined);
  const total = pending.reduce((sum, operation) => sum + workOf(operation, graph), 0);
  const values = new Values(graph, pending);
  const timings = new Map<string, number>();
  let done = 0;
  // Each breath is a sign that it goes on.
  const breath = new Breath(options.signal, () => onProgress?.({ done, total }));

  // What is neither computed nor kept is a leaf.
  const producers = new Map(
    graph.operations.flatMap((operation) => operation.results.map((value) => [value, operation])),
  );
  const operand = async (value: ValueId): Promise<HostTensor> => {
    const present = values.get(value) ?? fromKept(value);
    if (present) return present;
    const fetched = await leafTensor(producers.get(value)!, keys.get(value)!, graph.types.get(value)!, leaf);
    values.set(value, fetched);
    return fetched;
  };
  for (const operation of pending) {
    await breath.take();
    const inputs: HostTensor[] = [];
    for (const value of operation.inputs) inputs.push(await operand(value));
    const began = performance.now();
    const results = await evaluate(operation, inputs, breath).catch((error: unknown) => {
      throw inWords(error, operation.origin, elementsOf(operation, graph) * Float64Array.BYTES_PER_ELEMENT);
    });
    timings.set(operation.origin, (timings.get(operation.origin) ?? 0) + performance.now() - began);
    for (const [index, result] of operation.results.entries()) values.set(result, results[index]!);
    values.release(operation);
    done += workOf(operation, graph);
    onProgress?.({ done, total });
  }

  const named = { output: new Map<string, HostTensor>(), tap: new Map<string, HostTensor>() };
  for (const { name, value, kind } of graph.outputs) {
    const tensor = await operand(value);
    named[kind].set(name, tensor);
    kept.set(keys.get(value)!, tensor);
  }
  return {
    outputs: named.output,
    taps: named.tap,
    timings,
    milliseconds: performance.now() - start,
    stepsRun: pending.length,
    stepsTotal: everything.length,
  };
}

/** The operations to compute for the outputs, where some values are there already. Inputs and weights are not among them. */
function needed(graph: Graph, isThere: (value: ValueId) => boolean): Operation[] {
  const wanted = new Set(graph.outputs.map(({ value }) => value).filter((value) => !isThere(value)));
  const operations: Operation[] = [];
  for (const operation of [...graph.operations].reverse()) {
    if (isFromOutside(operation) || !operation.results.some((result) => wanted.has(result))) continue;
    operations.push(operation);
    for (const input of operation.inputs) if (!isThere(input)) wanted.add(input);
  }
  return operations.reverse();
}

function isFromOutside({ op }: Operation): boolean {
  return op === 'input' || op === 'weight';
}

/** Values while they are needed. */
class Values {
  readonly #tensors = new Map<ValueId, HostTensor>();
  readonly #uses = new Map<ValueId, number>();

  constructor({ outputs }: Graph, operations: readonly Operation[]) {
    for (const { value } of outputs) this.#count(value, 1);
    for (const { inputs } of operations) for (const value of inputs) this.#count(value, 1);
  }

  get(value: ValueId): HostTensor | undefined {
    return this.#tensors.get(value);
  }

  set(value: ValueId, tensor: HostTensor): void {
    if ((this.#uses.get(value) ?? 0) > 0) this.#tensors.set(value, tensor);
  }

  /** Forgets the inputs that no later operation uses. */
  release({ inputs }: Operation): void {
    for (const value of inputs) {
      this.#count(value, -1);
      if (this.#uses.get(value) === 0) this.#tensors.delete(value);
    }
  }

  #count(value: ValueId, by: number): void {
    this.#uses.set(value, (this.#uses.get(value) ?? 0) + by);
  }
}

/** Milliseconds of work between two turns of the event loop; a turn itself may take 4 in a browser. */
const SLICE = 40;

/** Lets the event loop run now and then, and notices there that the run was cancelled. */
class Breath {
  readonly #signal: AbortSignal | undefined;
  readonly #onTaken: () => void;
  #last = performance.now();

  constructor(signal: AbortSignal | undefined, onTaken: () => void) {
    this.#signal = signal;
    this.#onTaken = onTaken;
    signal?.throwIfAborted();
  }

  async take(): Promise<void> {
    if (performance.now() - this.#last < SLICE) return;
    await new Promise((resolve) => {
      setTimeout(resolve);
    });
    this.#signal?.throwIfAborted();
    this.#onTaken();
    this.#last = performance.now();
  }
}

async function evaluate(
  { op, attributes, origin }: Operation,
  inputs: readonly HostTensor[],
  breath: Breath,
): Promise<HostTensor[]> {
  const record = recordOf(op);
  try {
    if (!record.evaluateInSteps) return record.evaluate(inputs, attributes);
    const work = record.evaluateInSteps(inputs, attributes);
    for (;;) {
      const step = work.next();
      if (step.done) return step.value;
      await breath.take();
    }
  } catch (error) {
    throw error instanceof IrError ? IrError.located(error, { op, origin }) : error;
  }
}

async function leafTensor(
  { op, attributes, origin }: Operation,
  key: ValueKey,
  type: TensorType,
  fetch: (leaf: ReferenceLeaf) => Promise<LeafData>,
): Promise<HostTensor> {
  const kind = op === 'input' ? 'input' : 'weight';
  const name = String(attributes[kind === 'input' ? 'name' : 'path']);
  const data = await fetch({ kind, name, key, type });
  if (data.length !== elementCount(type.shape)) {
    const reason = `${name} has ${data.length} elements, its type [${type.shape.join(',')}] has ${elementCount(type.shape)}`;
    throw new IrError(reason, { op, origin });
  }
  return { ...type, data: data instanceof Float64Array ? data : new Float64Array(data) };
}

/** FLOPs, and at least one unit per operation, for the progress. */
function workOf({ op, inputs, attributes }: Operation, { types }: Graph): number {
  return (
    1 +
    recordOf(op).flops(
      inputs.map((input) => types.get(input)!),
      attributes,
    )
  );
}
