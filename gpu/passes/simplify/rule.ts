/** What a rule of simplification sees and gives. */
import type { Attributes, Operation, TensorType, ValueId } from '../../ir/types.ts';

/** An operation that is not emitted yet, or one that was. */
export type Candidate = Pick<Operation, 'op' | 'inputs' | 'attributes'>;

/** The graph as far as it is built. */
export interface View {
  typeOf(value: ValueId): TensorType;
  /** The operation that gave the value; undefined where it has several results. */
  producerOf(value: ValueId): Candidate | undefined;
  /** Emits a tensor of one number everywhere. */
  constant(value: number, type: TensorType): ValueId;
}

/** Something simpler with the same result: another operation, a value that is there already, or nothing to say. */
export type Rule = (candidate: Candidate, view: View) => Candidate | ValueId | undefined;

/** The value's producer, if it is this op. */
export function producedBy(view: View, value: ValueId, op: string): Candidate | undefined {
  const producer = view.producerOf(value);
  return producer?.op === op ? producer : undefined;
}

/** The number that the tensor holds everywhere, if it is a constant. */
export function splatOf(view: View, value: ValueId): number | undefined {
  const producer = producedBy(view, value, 'constant');
  return producer && (producer.attributes['value'] as number);
}

export function replaced(op: string, inputs: readonly ValueId[], attributes: Attributes = {}): Candidate {
  return { op, inputs, attributes };
}
