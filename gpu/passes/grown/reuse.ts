/**
 * Generation keeps what a longer text does not change: the keys and values of positions that are there already. A graph
 * for ids that have grown takes them as inputs and computes the new positions alone.
 */
import { Builder } from '../../ir/builder.ts';
import type { Graph, Operation, Shape, ValueId } from '../../ir/types.ts';
import { inferTypes, recordOf } from '../../ops/infer.ts';
import { sliceOfPart, wholeAxis, type Part } from '../../ops/part.ts';
import { decompose } from '../decompose.ts';
import { tellReads } from '../narrow.ts';
import { findPrefixes, type Prefixes } from './prefixes.ts';

/** A graph of which a device has kept values, and under which keys. */
export interface Before {
  readonly graph: Graph;
  /** By value of `graph`. */
  readonly keys: ReadonlyMap<ValueId, string>;
}

export interface Reusing {
  /** The outputs of before, and taps of the values that the next graph can use. */
  readonly graph: Graph;
  /** What `graph` was made of: its values are those that `taps` and the keys of the next `Before` name. */
  readonly source: Graph;
  /** The value of `source` that each tap holds, by the tap's name. */
  readonly taps: ReadonlyMap<string, ValueId>;
  /** Keys of kept values that it reads; whoever does not have them any more computes without `before`. */
  readonly reads: readonly string[];
}

/** What inputs that stand for kept values are called, with their key behind it, and taps, with their number. */
const POSITIONS = 'positions ';

/**
 * @param graph whose outputs are what is wanted of the last position.
 * @param growing Name of the input whose ids grow.
 */
export function reusePrefixes(graph: Graph, before: Before | null, growing: string): Reusing {
  const source = decompose(graph, ({ name }) => name !== 'attention');
  if (!before) return { graph: source, source, taps: new Map(), reads: [] };
  const prefixes = findPrefixes(source, before.graph, growing);
  const cuts = findCuts(source, before.graph, prefixes);
  const builder = new Builder(inferTypes);
  const built = new Map<ValueId, ValueId>();
  const taps = new Map<string, ValueId>();
  const reads: string[] = [];
  for (const { op, inputs, attributes, results, origin } of source.operations) {
    builder.origin = origin;
    const emitted = builder.emitAll(
      op,
      inputs.map((input) => built.get(input)!),
      attributes,
    );
    for (const [index, result] of results.entries()) built.set(result, emitted[index]!);
    for (const value of results) {
      const axis = cuts.get(value);
      if (axis === undefined) continue;
      taps.set(`${POSITIONS}${taps.size}`, value);
      const key = before.keys.get(prefixes.get(value)!);
      if (key === undefined) continue;
      reads.push(key);
      built.set(
        value,
        joined(builder, built.get(value)!, before.graph.types.get(prefixes.get(value)!)!.shape, axis, key),
      );
    }
  }
  for (const { name, value, kind } of source.outputs) builder.output(name, built.get(value)!, kind);
  for (const [name, value] of taps) builder.output(name, built.get(value)!, 'tap');
  return { graph: builder.build(), source, taps, reads };
}

/** What was kept, and after it the new positions of the value. */
function joined(builder: Builder, value: ValueId, kept: Shape, axis: number, key: string): ValueId {
  const { dtype, shape } = builder.typeOf(value);
  const old = builder.emit('input', [], { name: `${POSITIONS}${key}`, key, dtype, shape: kept });
  return builder.emit('concat', [old, builder.emit('slice', [value], sliceOfPart(partBehind(shape, kept, axis)))], {
    axis,
  });
}

/** Values that are worth to be kept, with the axis along which each grows. */
function findCuts(graph: Graph, before: Graph, prefixes: Prefixes): ReadonlyMap<ValueId, number> {
  const producers: Producers = new Map(
    graph.operations.flatMap((operation) => operation.results.map((value) => [value, operation])),
  );
  const earlier = (value: ValueId): Shape | undefined => before.types.get(prefixes.get(value) ?? -1)?.shape;
  const growth = (value: ValueId): number | null => {
    const other = earlier(value);
    return other === undefined ? null : growingAxis(graph.types.get(value)!.shape, other);
  };
  const cuts = new Map<ValueId, number>();
  tellReads(graph, {
    // Nearest to what wants all positions: what it is made of is then asked for the new ones alone.
    readWhole(wanted) {
      const value = beforeMovement(wanted, producers, growth);
      const axis = growth(value);
      if (axis !== null && isWork(value, producers, growth)) cuts.set(value, axis);
    },
    newPart(value) {
      const axis = cuts.get(value);
      return axis === undefined ? undefined : partBehind(graph.types.get(value)!.shape, earlier(value)!, axis);
    },
  });
  return cuts;
}

/** The positions along an axis that the earlier value does not have. */
function partBehind(shape: Shape, before: Shape, axis: number): Part {
  const start = before[axis]!;
  return shape.map(wholeAxis).with(axis, { start, length: shape[axis]! - start, step: 1 });
}

type Growth = (value: ValueId) => number | null;

/** The one axis along which two shapes differ. */
function growingAxis(shape: Shape, before: Shape): number | null {
  const axes = shape.flatMap((size, axis) => (size === before[axis] ? [] : [axis]));
  return axes.length === 1 ? axes[0]! : null;
}

type Producers = ReadonlyMap<ValueId, Operation>;

/** What the value is another view of: it lies in memory as it was computed. */
function beforeMovement(value: ValueId, producers: Producers, growth: Growth): ValueId {
  const { op, inputs } = producers.get(value)!;
  const moves = (op === 'permute' || op === 'reshape') && growth(inputs[0]!) !== null;
  return moves ? beforeMovement(inputs[0]!, producers, growth) : value;
}

/** Whether a product of what grows stands between the value and its leaves: all else is cheaper than to keep it. */
function isWork(value: ValueId, producers: Producers, growth: Growth, seen = new Set<ValueId>()): boolean {
  if (seen.has(value) || growth(value) === null) return false;
  seen.add(value);
  const { op, inputs } = producers.get(value)!;
  const { wgsl } = recordOf(op);
  if (wgsl.kind === 'kernel' && wgsl.family === 'matmul') return true;
  return inputs.some((input) => isWork(input, producers, growth, seen));
}
