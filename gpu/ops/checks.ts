/** Checks on operands that many ops share; each throws an IrError that names the operand. */
import { IrError } from '../ir/errors.ts';
import { printType } from '../ir/printer.ts';
import type { DType, Shape, TensorType } from '../ir/types.ts';

export const FLOATS: readonly DType[] = ['f32', 'f16'];
export const NUMBERS: readonly DType[] = ['f32', 'f16', 'i32'];
export const BOOLS: readonly DType[] = ['bool'];
export const ANY_DTYPE: readonly DType[] = ['f32', 'f16', 'i32', 'bool'];

/** As many operands as there are names; names after `optional` of them may be missing at the end. */
export function checkCount(inputs: readonly TensorType[], names: readonly string[], optional = 0): void {
  if (inputs.length > names.length || inputs.length < names.length - optional) {
    throw new IrError(`takes ${names.join(', ')}; got ${inputs.length} operands`);
  }
}

export function checkDType(type: TensorType, name: string, allowed: readonly DType[]): void {
  if (!allowed.includes(type.dtype)) throw new IrError(`${name} is ${type.dtype}, wanted ${allowed.join(' or ')}`);
}

/** Equal shape and dtype. */
export function checkSame(first: TensorType, firstName: string, second: TensorType, secondName: string): void {
  if (printType(first) !== printType(second)) {
    throw new IrError(`${firstName} is ${printType(first)}, ${secondName} is ${printType(second)}; they must be equal`);
  }
}

export function checkRank(type: TensorType, name: string, rank: number): void {
  if (type.shape.length !== rank) throw new IrError(`${name} is ${printType(type)}, wanted ${rank} dimensions`);
}

export function checkAtLeastRank(type: TensorType, name: string, rank: number): void {
  if (type.shape.length < rank) throw new IrError(`${name} is ${printType(type)}, wanted ${rank} dimensions or more`);
}

export function checkShape(type: TensorType, name: string, shape: Shape): void {
  if (!sameShape(type.shape, shape)) throw new IrError(`${name} is ${printType(type)}, wanted [${shape.join(',')}]`);
}

/** One number per dimension. */
export function checkPerAxis(values: readonly number[], name: string, type: TensorType): void {
  if (values.length !== type.shape.length) {
    throw new IrError(
      `${name} has ${values.length} entries for the ${type.shape.length} dimensions of ${printType(type)}`,
    );
  }
}

export function checkAxis(axis: number, type: TensorType): void {
  if (!Number.isInteger(axis) || axis < 0 || axis >= type.shape.length) {
    throw new IrError(`axis ${axis} is no dimension of ${printType(type)}`);
  }
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** Whether a tensor of this dtype can hold the number. */
export function checkFits(value: number, dtype: DType): void {
  const fits = { f32: true, f16: true, i32: value === (value | 0), bool: value === 0 || value === 1 }[dtype];
  if (!fits) throw new IrError(`${value} is no ${dtype}`);
}

/** Exactly this type. */
export function checkMatches(type: TensorType, name: string, wanted: TensorType): void {
  if (printType(type) !== printType(wanted)) {
    throw new IrError(`${name} is ${printType(type)}, wanted ${printType(wanted)}`);
  }
}
