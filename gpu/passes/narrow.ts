/**
 * Computes of a value only what is read: a slice moves towards what its operand is made of, through every op whose
 * record says what a part of its result needs. The logits of one position, say, then cost one row of the product.
 */
import { Builder } from '../ir/builder.ts';
import { elementCount, type Graph, type Operation, type TensorType, type ValueId } from '../ir/types.ts';
import { inferTypes, recordOf } from '../ops/infer.ts';
import { composeParts, partOfSlice, partText, sizesOf, sliceOfPart, type Part } from '../ops/part.ts';
import type { Narrowed } from '../ops/record.ts';

/** What is read of a value: all of it, or by every reader the same part. */
type Need = Part | 'whole';

/** The same outputs. What nobody asks for is left out. */
export function narrow(graph: Graph): Graph {
  const plan = planParts(graph);
  const builder = new Builder(inferTypes);
  const built = new Map<ValueId, ValueId>();
  /** The value, or this part of it, in the new graph. */
  const read = (value: ValueId, part: Part | null): ValueId => {
    const isThere = part === null || plan.parts.has(value);
    return isThere ? built.get(value)! : builder.emit('slice', [built.get(value)!], sliceOfPart(part));
  };
  for (const operation of graph.operations) {
    if (!operation.results.some((result) => plan.needed.has(result))) continue;
    builder.origin = operation.origin;
    const results = plan.vanished.has(operation)
      ? [read(operation.inputs[0]!, plan.vanished.get(operation)!)]
      : emitNarrowed(operation, plan.narrowed.get(operation), builder, read);
    for (const [index, result] of operation.results.entries()) built.set(result, results[index]!);
  }
  for (const { name, value, kind } of graph.outputs) builder.output(name, built.get(value)!, kind);
  return builder.build();
}

function emitNarrowed(
  { op, inputs, attributes }: Operation,
  narrowed: Narrowed | undefined,
  builder: Builder,
  read: (value: ValueId, part: Part | null) => ValueId,
): ValueId[] {
  const operands = inputs.map((input, index) => read(input, narrowed?.operands[index] ?? null));
  return builder.emitAll(op, operands, narrowed?.attributes ?? attributes);
}

/** Whoever has kept something of a graph: told, from the outputs back, what is read whole, it says what of that is new. */
export interface Keeper {
  readWhole(value: ValueId): void;
  /** The part of a value that has to be computed; undefined: what its readers ask for. */
  newPart(value: ValueId): Part | undefined;
}

/** Walks from the outputs back, as `narrow` does. */
export function tellReads(graph: Graph, keeper: Keeper): void {
  planParts(graph, keeper);
}

interface PartPlan {
  readonly needed: ReadonlySet<ValueId>;
  /** Values of which only a part is computed. */
  readonly parts: ReadonlyMap<ValueId, Part>;
  /** How the ops that compute them do it. */
  readonly narrowed: ReadonlyMap<Operation, Narrowed>;
  /** Slices, with the part of their operand that they are; each is what its operand has become, or one slice of it. */
  readonly vanished: ReadonlyMap<Operation, Part>;
}

/** From the outputs back to the leaves, so that every reader of a value is known before the value's own op. */
function planParts(graph: Graph, keeper?: Keeper): PartPlan {
  const needs = new Map<ValueId, Need>();
  const need = (value: ValueId, wanted: Need): void => {
    const known = needs.get(value);
    const agrees =
      known === undefined || (known !== 'whole' && wanted !== 'whole' && partText(known) === partText(wanted));
    needs.set(value, agrees ? wanted : 'whole');
  };
  const parts = new Map<ValueId, Part>();
  const narrowed = new Map<Operation, Narrowed>();
  const vanished = new Map<Operation, Part>();
  for (const { value } of graph.outputs) need(value, 'whole');
  for (const operation of [...graph.operations].reverse()) {
    const { inputs, results, attributes } = operation;
    if (!results.some((result) => needs.has(result))) continue;
    const wanted = keeper?.newPart(results[0]!) ?? partOfFirst(operation, graph, needs);
    if (operation.op === 'slice') {
      const own = partOfSlice(attributes);
      const part = wanted ? composeParts(own, wanted) : own;
      vanished.set(operation, part);
      if (wanted) parts.set(results[0]!, wanted);
      need(inputs[0]!, part);
      continue;
    }
    const how = wanted && narrowedTo(operation, wanted, graph);
    if (how) {
      parts.set(results[0]!, wanted);
      narrowed.set(operation, how);
    }
    for (const [index, input] of inputs.entries()) {
      const part = how?.operands[index];
      if (!part) keeper?.readWhole(input);
      need(input, part ?? 'whole');
    }
  }
  return { needed: new Set(needs.keys()), parts, narrowed, vanished };
}

/** The part of its first result that is all an op is asked for, if that is less than the result. */
function partOfFirst({ results }: Operation, { types }: Graph, needs: ReadonlyMap<ValueId, Need>): Part | undefined {
  const [first, ...others] = results as [ValueId, ...ValueId[]];
  const wanted = needs.get(first);
  if (wanted === undefined || wanted === 'whole' || others.some((result) => needs.has(result))) return undefined;
  return elementCount(sizesOf(wanted)) < elementCount(types.get(first)!.shape) ? wanted : undefined;
}

/** What an operation takes to compute this part of its first result alone; undefined where that saves nothing. */
export function narrowedTo({ op, inputs, attributes }: Operation, part: Part, { types }: Graph): Narrowed | undefined {
  const record = recordOf(op);
  const operands = inputs.map((input): TensorType => types.get(input)!);
  if (record.narrow) return record.narrow(part, operands, attributes);
  // Elementwise: the same part of every operand.
  return record.wgsl.kind === 'expression' ? { operands: inputs.map(() => part), attributes } : undefined;
}
