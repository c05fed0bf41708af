/** Result types of any op: the check of its attributes, then its own rule. Builder and verifier are given this. */
import { IrError } from '../ir/errors.ts';
import type { Attributes, TensorType } from '../ir/types.ts';
import { checkAttributes } from './attributes.ts';
import type { OpRecord } from './record.ts';
import { OPS } from './registry.ts';

/** @throws {IrError} if there is no such op, or operands or attributes do not fit it. */
export function inferTypes(op: string, inputs: readonly TensorType[], attributes: Attributes): TensorType[] {
  const record = recordOf(op);
  checkAttributes(attributes, record.attributes);
  return record.infer(inputs, attributes);
}

/** @throws {IrError} if there is no such op. */
export function recordOf(op: string): OpRecord {
  const record = OPS.get(op);
  if (!record) throw new IrError('there is no such op', { op });
  return record;
}
