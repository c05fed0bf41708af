/** A tensor as a file holds it: element type, shape, little-endian bytes; and its conversion to what the compiler computes with. */
import { FormatError } from './format-error.ts';
import { halfToNumber } from './half.ts';

/** Bytes per element of every element type that is read, under its name in safetensors. */
export const ELEMENT_BYTES = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U64: 8,
  U32: 4,
  U16: 2,
  U8: 1,
  BOOL: 1,
} as const;

export type ElementType = keyof typeof ELEMENT_BYTES;

export interface RawTensor {
  readonly dtype: ElementType;
  readonly shape: readonly number[];
  /** Row-major and little-endian, as every platform is that WebGPU runs on. */
  readonly bytes: Uint8Array;
}

/** Which file and tensor a message is about. */
export interface TensorPlace {
  readonly format: string;
  readonly place: string;
  /** Elements of the tensor that come before those at hand; none where it is whole. */
  readonly first?: number;
}

/** What the compiler computes with; bool is a 32-bit word, 0 or 1. */
export type ComputeType = 'f32' | 'i32' | 'bool';

export interface ComputeArrays {
  f32: Float32Array<ArrayBuffer>;
  i32: Int32Array<ArrayBuffer>;
  bool: Uint32Array<ArrayBuffer>;
}

export function isElementType(name: string): name is ElementType {
  return Object.hasOwn(ELEMENT_BYTES, name);
}

/** @returns the number of elements, or undefined where a size is no size or the product is not exact in a double. */
export function countElements(shape: readonly unknown[]): number | undefined {
  let count = 1;
  for (const size of shape) {
    if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) return undefined;
    count *= size;
    if (!Number.isSafeInteger(count)) return undefined;
  }
  return count;
}

/**
 * The elements as the compiler's type, in memory of their own. To f32: as PyTorch's `.float()`, but a finite
 * number that would become infinite is an error. To i32 and bool: only values that are exact there.
 * @throws {FormatError} naming the first element that does not fit.
 */
export function convertTensor<T extends ComputeType>(
  tensor: RawTensor,
  target: T,
  where: TensorPlace,
): ComputeArrays[T];
export function convertTensor(tensor: RawTensor, target: ComputeType, where: TensorPlace): ComputeArrays[ComputeType] {
  const values = elementsOf(tensor, where);
  switch (target) {
    case 'f32':
      return toFloat32(values, where);
    case 'i32':
      return fill(
        new Int32Array(values.length),
        values,
        where,
        'an integer of 32 bits',
        (value) => value === (value | 0),
      );
    case 'bool':
      return fill(new Uint32Array(values.length), values, where, '0 or 1', (value) => value === 0 || value === 1);
    default:
      return target satisfies never;
  }
}

type Elements = ArrayLike<number> | BigInt64Array | BigUint64Array;

/** The elements as a typed array over a copy of the bytes (files do not align tensors). */
function elementsOf(tensor: RawTensor, where: TensorPlace): Elements {
  const { buffer } = new Uint8Array(tensor.bytes);
  switch (tensor.dtype) {
    case 'F64':
      return new Float64Array(buffer);
    case 'F32':
      return new Float32Array(buffer);
    case 'F16':
      return Float32Array.from(new Uint16Array(buffer), halfToNumber);
    case 'BF16':
      // bfloat16 is the upper half of a float32.
      return new Float32Array(Uint32Array.from(new Uint16Array(buffer), (bits) => bits << 16).buffer);
    case 'I64':
      return new BigInt64Array(buffer);
    case 'I32':
      return new Int32Array(buffer);
    case 'I16':
      return new Int16Array(buffer);
    case 'I8':
      return new Int8Array(buffer);
    case 'U64':
      return new BigUint64Array(buffer);
    case 'U32':
      return new Uint32Array(buffer);
    case 'U16':
      return new Uint16Array(buffer);
    case 'U8':
      return new Uint8Array(buffer);
    case 'BOOL':
      return booleans(new Uint8Array(buffer), where);
    default:
      return tensor.dtype satisfies never;
  }
}

function booleans(values: Uint8Array, where: TensorPlace): Uint8Array {
  const index = values.findIndex((value) => value > 1);
  if (index >= 0)
    throw new FormatError(
      where.format,
      where.place,
      `element ${placed(where, index)} is ${values[index]}, but a BOOL is 0 or 1`,
    );
  return values;
}

/** The number of an element in its tensor. */
function placed({ first = 0 }: TensorPlace, index: number): number {
  return first + index;
}

function toFloat32(values: Elements, where: TensorPlace): Float32Array<ArrayBuffer> {
  if (values instanceof Float32Array) return values as Float32Array<ArrayBuffer>;
  const result = new Float32Array(values.length);
  for (let index = 0; index < values.length; index++) {
    const value = Number(values[index]);
    const rounded = Math.fround(value);
    if (Number.isFinite(value) && !Number.isFinite(rounded)) {
      throw new FormatError(
        where.format,
        where.place,
        `element ${placed(where, index)} is ${value}, which is beyond float32`,
      );
    }
    result[index] = rounded;
  }
  return result;
}

function fill<A extends Int32Array | Uint32Array>(
  result: A,
  values: Elements,
  where: TensorPlace,
  wanted: string,
  fits: (value: number) => boolean,
): A {
  for (let index = 0; index < values.length; index++) {
    const value = Number(values[index]);
    if (!fits(value))
      throw new FormatError(
        where.format,
        where.place,
        `element ${placed(where, index)} is ${values[index]}, but must be ${wanted}`,
      );
    result[index] = value;
  }
  return result;
}
