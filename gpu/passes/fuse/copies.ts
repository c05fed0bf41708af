/**
 * Which movement ops' results get a buffer, filled by a kernel of its own: outputs that are no mere reshapes, matrices
 * whose positions are not affine, tables whose rows are looked up, and what comes from more values than a kernel binds.
 */
import type { Operation, ValueId } from '../../ir/types.ts';
import { recordOf } from '../../ops/infer.ts';
import type { Refusal } from './cluster.ts';
import { operandsToCopy } from './matrix.ts';
import type { GraphView } from './view.ts';

export interface Copies {
  has(value: ValueId): boolean;
  /** Why the value has a buffer. */
  why(value: ValueId): Refusal;
  readonly values: readonly ValueId[];
  /** What a kernel loads or computes for elements of the value: copies, leaves and results of ops, itself if it is one. */
  sources(value: ValueId): ReadonlySet<ValueId>;
}

/** @param maxBuffers Storage buffers that one kernel may bind. */
export function chooseCopies(view: GraphView, maxBuffers: number): Copies {
  const copies = new Map<ValueId, Refusal>();
  const copy = (value: ValueId, why: Refusal) => copies.set(value, copies.get(value) ?? why);
  const sources = new Map<ValueId, ReadonlySet<ValueId>>();
  const sourcesOf = (value: ValueId): ReadonlySet<ValueId> =>
    copies.has(value) ? new Set([value]) : sources.get(value)!;
  /** Copies operands, that of most sources first, until a kernel can bind what they come from and `results` more. */
  const narrow = ({ op, inputs }: Operation, results: number): void => {
    const together = (): number => new Set(inputs.flatMap((input) => [...sourcesOf(input)])).size;
    while (together() + results > maxBuffers) {
      const widest = Math.max(...inputs.map((input) => sourcesOf(input).size));
      if (widest <= 1) return;
      const why = `${op} would bind ${together() + results} buffers, the adapter ${maxBuffers}`;
      copy(
        inputs.find((input) => sourcesOf(input).size === widest)!,
        why,
      );
    }
  };
  for (const { value, kind } of view.graph.outputs) {
    const wanted = kind === 'tap' ? 'somebody looks at it' : 'an output';
    if (!isReshaped(value, view)) copy(value, `${wanted}, in another order than it is computed in`);
  }
  for (const operation of view.graph.operations) {
    const { wgsl } = recordOf(operation.op);
    if (wgsl.kind === 'gather' && !isReshaped(operation.inputs[0]!, view)) {
      copy(operation.inputs[0]!, `${operation.op} looks rows up in it, at positions that only the run knows`);
    }
    if (wgsl.kind === 'kernel' && (wgsl.family === 'matmul' || wgsl.family === 'lstm_step')) {
      for (const operand of operandsToCopy(operation, view, (value) => copies.has(value))) {
        copy(operand, `${operation.op} takes matrices whose elements stand in even steps in one buffer`);
      }
    }
    narrow(operation, operation.results.length);
    const role = view.role(operation.results[0]!);
    const behind = role === 'movement' ? operation.inputs.flatMap((input) => [...sourcesOf(input)]) : [];
    for (const result of operation.results) {
      sources.set(result, new Set(role === 'movement' || role === 'inline' ? behind : [result]));
    }
  }
  return {
    has: (value) => copies.has(value),
    why: (value) => copies.get(value)!,
    values: [...copies.keys()],
    sources: sourcesOf,
  };
}

/** Whether the elements lie in the order of a value that has a buffer anyway. */
function isReshaped(value: ValueId, view: GraphView): boolean {
  const base = view.sameElements(value);
  return base !== undefined && view.role(base) !== 'inline';
}
