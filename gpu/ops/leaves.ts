/** What the records of leaves share: a type from attributes, and values that only the caller has. */
import { IrError } from '../ir/errors.ts';
import type { Attributes, TensorType } from '../ir/types.ts';
import { dtypeOf, numbersOf } from './attributes.ts';
import { checkCount } from './checks.ts';
import type { AttributeKind, HostTensor } from './record.ts';

export const TYPE_ATTRIBUTES = { dtype: 'dtype', shape: 'shape' } as const satisfies Record<string, AttributeKind>;

/** The type that the attributes name. */
export function leafType(inputs: readonly TensorType[], attributes: Attributes): TensorType {
  checkCount(inputs, []);
  return { dtype: dtypeOf(attributes, 'dtype'), shape: numbersOf(attributes, 'shape') };
}

/** For leaves whose bytes come from outside. */
export function fromOutside(): HostTensor[] {
  throw new IrError('has no value of its own; whoever runs the graph brings it');
}
