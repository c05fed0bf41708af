/** Attributes of an operation: checked against the kinds that its record names, then read by type. */
import { IrError } from '../ir/errors.ts';
import type { Attribute, Attributes, DType, Shape } from '../ir/types.ts';
import type { AttributeKind } from './record.ts';

const DTYPES: readonly Attribute[] = ['f32', 'f16', 'i32', 'bool'] satisfies DType[];

/** @throws {IrError} where an attribute is missing, unknown, or not of its kind. */
export function checkAttributes(attributes: Attributes, kinds: Readonly<Record<string, AttributeKind>>): void {
  for (const name of Object.keys(attributes)) {
    if (!(name in kinds)) throw new IrError(`knows no attribute ${name}`);
  }
  for (const [name, kind] of Object.entries(kinds)) {
    const value = attributes[name];
    if (value === undefined) throw new IrError(`attribute ${name} is missing`);
    if (!isOfKind(value, kind)) throw new IrError(`attribute ${name} is ${JSON.stringify(value)}, not of kind ${kind}`);
  }
}

function isOfKind(value: Attribute, kind: AttributeKind): boolean {
  switch (kind) {
    case 'integer':
      return Number.isSafeInteger(value);
    case 'number':
      return typeof value === 'number';
    case 'boolean':
      return typeof value === 'boolean';
    case 'string':
      return typeof value === 'string';
    case 'dtype':
      return DTYPES.includes(value);
    case 'integers':
      return Array.isArray(value) && value.every((element) => Number.isSafeInteger(element));
    case 'numbers':
      return Array.isArray(value) && value.every((element) => typeof element === 'number');
    case 'shape':
      return Array.isArray(value) && value.every((element) => Number.isSafeInteger(element) && Number(element) >= 0);
    default:
      return kind satisfies never;
  }
}

/** An attribute of kind `integer` or `number`. */
export function numberOf(attributes: Attributes, name: string): number {
  return attributes[name] as number;
}

export function stringOf(attributes: Attributes, name: string): string {
  return attributes[name] as string;
}

export function booleanOf(attributes: Attributes, name: string): boolean {
  return attributes[name] as boolean;
}

export function dtypeOf(attributes: Attributes, name: string): DType {
  return attributes[name] as DType;
}

/** An attribute of kind `integers`, `numbers` or `shape`. */
export function numbersOf(attributes: Attributes, name: string): Shape {
  return attributes[name] as readonly number[];
}
