/**
 * The .npy format, versions 1 to 3 (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html): a magic string, a
 * Python literal that describes one array, then its elements.
 */
import { excerpt } from '../error-text.ts';
import { FormatError } from './format-error.ts';
import { countElements, ELEMENT_BYTES } from './raw-tensor.ts';
import type { ElementType, RawTensor } from './raw-tensor.ts';

const FORMAT = 'npy';
const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** numpy's own limit. */
const MOST_AXES = 64;

/** numpy reads no longer one either, unless it is told to; arrays of numbers have a hundred characters. */
const MOST_HEADER_BYTES = 64 * 1024;

/** numpy's type strings, without the byte order, for the element types that numpy has. */
const TYPE_STRINGS: Readonly<Record<string, ElementType>> = {
  f8: 'F64',
  f4: 'F32',
  f2: 'F16',
  i8: 'I64',
  i4: 'I32',
  i2: 'I16',
  i1: 'I8',
  u8: 'U64',
  u4: 'U32',
  u2: 'U16',
  u1: 'U8',
  b1: 'BOOL',
};

/**
 * Reads an array; big-endian and column-major ones are brought into the order of every other tensor.
 * @throws {FormatError} where the bytes are not an array of numbers in this format.
 */
export function parseNpy(bytes: Uint8Array): RawTensor {
  const { text, end } = headerText(bytes);
  const { type, shape, fortranOrder } = parseDescription(text);
  const match = /^([<>|=])([a-z]\d+)$/.exec(type);
  const dtype = match ? TYPE_STRINGS[match[2]!] : undefined;
  if (!match || !dtype) throw new FormatError(FORMAT, 'header', `element type '${excerpt(type)}' cannot be read`);
  if (shape.length > MOST_AXES)
    throw new FormatError(FORMAT, 'header', `an array has at most ${MOST_AXES} axes, and this one ${shape.length}`);
  const count = countElements(shape);
  if (count === undefined) throw new FormatError(FORMAT, 'header', `(${shape.join(', ')}) is too large for a shape`);
  const width = ELEMENT_BYTES[dtype];
  const data = bytes.subarray(end);
  if (data.byteLength !== count * width) {
    throw new FormatError(
      FORMAT,
      `byte ${end}`,
      `${type} (${shape.join(', ')}) takes ${count * width} bytes, but ${data.byteLength} follow`,
    );
  }
  const littleEndian = match[1] === '>' ? swapBytes(data, width) : data;
  return { dtype, shape, bytes: fortranOrder ? toRowMajor(littleEndian, shape, width) : littleEndian };
}

/**
 * An array as a version 1 file.
 * @throws {RangeError} for BF16, which numpy does not have.
 */
export function formatNpy(tensor: RawTensor): Uint8Array {
  const type = Object.keys(TYPE_STRINGS).find((name) => TYPE_STRINGS[name] === tensor.dtype);
  if (!type) throw new RangeError(`numpy has no element type ${tensor.dtype}`);
  const order = ELEMENT_BYTES[tensor.dtype] === 1 ? '|' : '<';
  // Python writes a tuple of one with a comma.
  const shape = tensor.shape.length === 1 ? `(${tensor.shape[0]},)` : `(${tensor.shape.join(', ')})`;
  const literal = `{'descr': '${order}${type}', 'fortran_order': False, 'shape': ${shape}, }`;
  // Magic, version, length and header, with the newline at its end, fill whole lines of 64 bytes.
  const end = Math.ceil((10 + literal.length + 1) / 64) * 64;
  const bytes = new Uint8Array(end + tensor.bytes.byteLength);
  bytes.set(MAGIC);
  bytes[6] = 1;
  new DataView(bytes.buffer).setUint16(8, end - 10, true);
  bytes.set(new TextEncoder().encode(literal.padEnd(end - 11) + '\n'), 10);
  bytes.set(tensor.bytes, end);
  return bytes;
}

function headerText(bytes: Uint8Array): { text: string; end: number } {
  if (bytes.byteLength < 10 || MAGIC.some((byte, index) => bytes[index] !== byte)) {
    throw new FormatError(FORMAT, 'byte 0', 'it does not begin as an .npy file does');
  }
  const version = bytes[6]!;
  if (version < 1 || version > 3) throw new FormatError(FORMAT, 'byte 6', `version ${version} is not known`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const begin = version === 1 ? 10 : 12;
  if (bytes.byteLength < begin) throw new FormatError(FORMAT, 'byte 8', 'the file was cut short');
  const end = begin + (version === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (end - begin > MOST_HEADER_BYTES)
    throw new FormatError(FORMAT, 'byte 8', `a header of ${end - begin} bytes describes no array of numbers`);
  if (end > bytes.byteLength)
    throw new FormatError(FORMAT, 'byte 8', `a header up to byte ${end} does not fit; the file was cut short`);
  return { text: new TextDecoder(version === 3 ? 'utf-8' : 'latin1').decode(bytes.subarray(begin, end)), end };
}

interface Description {
  readonly type: string;
  readonly shape: readonly number[];
  readonly fortranOrder: boolean;
}

/** The header is a Python dict literal with exactly these three keys, in any order. */
function parseDescription(text: string): Description {
  const fail = (problem: string): never => {
    throw new FormatError(FORMAT, 'header', problem);
  };
  const field = (name: string, value: string): string | undefined =>
    new RegExp(`['"]${name}['"]\\s*:\\s*${value}`).exec(text)?.[1];
  if (field('descr', String.raw`(\[)`)) return fail('arrays of records cannot be read');
  const type = field('descr', `['"]([^'"]*)['"]`);
  const order = field('fortran_order', '(True|False)');
  const shape = field('shape', String.raw`\(([\d,\sL]*)\)`);
  if (type === undefined || order === undefined || shape === undefined)
    return fail('it lacks descr, fortran_order or shape');
  // Files of Python 2 write long integers as `3L`.
  const sizes = shape
    .split(',')
    .map((part) => part.trim().replace(/L$/, ''))
    .filter((part) => part !== '');
  if (sizes.some((part) => !/^\d+$/.test(part))) return fail(`(${shape}) is not a shape`);
  return { type, shape: sizes.map(Number), fortranOrder: order === 'True' };
}

function swapBytes(bytes: Uint8Array, width: number): Uint8Array {
  const swapped = new Uint8Array(bytes);
  for (let at = 0; at < swapped.length; at += width) swapped.subarray(at, at + width).reverse();
  return swapped;
}

/** Column-major to row-major: element (i, j, …) moves from i + rows·j + … to its place in row-major order. */
function toRowMajor(bytes: Uint8Array, shape: readonly number[], width: number): Uint8Array {
  const result = new Uint8Array(bytes.byteLength);
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, size) => product * size, width));
  const index = shape.map(() => 0);
  let source = 0;
  for (let at = 0; at < result.length; at += width) {
    for (let byte = 0; byte < width; byte++) result[at + byte] = bytes[source + byte]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      source += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      source -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return result;
}
