/** Tensors of a .onnx file: types, sizes and where the numbers lie; they are decoded when they are asked for. */
import { BinaryReader } from '@bufbuild/protobuf/wire';
import { halfToNumber } from '../../graph/formats/half.ts';
import { ImportError } from '../import-error.ts';
import { bytesOf, fieldsOf, integerOf, integersOf, textOf, type Budget, type Field } from './wire.ts';

/** What the numbers are to the graph: of whatever width they are in the file. */
export type NumberKind = 'float' | 'int' | 'bool';

interface ElementType {
  readonly name: string;
  readonly kind: NumberKind;
  /** In `raw_data`. */
  readonly size: number;
  readonly read: (view: DataView, at: number) => number;
  /** The other field that may hold them; every number in a varint, but for floats and doubles. */
  readonly field: number;
}

const FLOAT_DATA = 4;
const INT32_DATA = 5;
const INT64_DATA = 7;
const RAW_DATA = 9;
const DOUBLE_DATA = 10;
const UINT64_DATA = 11;

function element(name: string, kind: NumberKind, size: number, field: number, read: ElementType['read']): ElementType {
  return { name, kind, size, read, field };
}

/** By TensorProto.DataType. */
const ELEMENT_TYPES: ReadonlyMap<number, ElementType> = new Map([
  [1, element('float', 'float', 4, FLOAT_DATA, (view, at) => view.getFloat32(at, true))],
  [2, element('uint8', 'int', 1, INT32_DATA, (view, at) => view.getUint8(at))],
  [3, element('int8', 'int', 1, INT32_DATA, (view, at) => view.getInt8(at))],
  [4, element('uint16', 'int', 2, INT32_DATA, (view, at) => view.getUint16(at, true))],
  [5, element('int16', 'int', 2, INT32_DATA, (view, at) => view.getInt16(at, true))],
  [6, element('int32', 'int', 4, INT32_DATA, (view, at) => view.getInt32(at, true))],
  [7, element('int64', 'int', 8, INT64_DATA, (view, at) => Number(view.getBigInt64(at, true)))],
  [9, element('bool', 'bool', 1, INT32_DATA, (view, at) => Number(view.getUint8(at) !== 0))],
  [10, element('float16', 'float', 2, INT32_DATA, (view, at) => halfToNumber(view.getUint16(at, true)))],
  [11, element('double', 'float', 8, DOUBLE_DATA, (view, at) => view.getFloat64(at, true))],
  [12, element('uint32', 'int', 4, UINT64_DATA, (view, at) => view.getUint32(at, true))],
  [13, element('uint64', 'int', 8, UINT64_DATA, (view, at) => Number(view.getBigUint64(at, true)))],
  [16, element('bfloat16', 'float', 2, INT32_DATA, (view, at) => bfloat16(view.getUint16(at, true)))],
]);

/** The upper half of a float. */
function bfloat16(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint16(0, bits);
  return view.getFloat32(0);
}

export function kindOf(dataType: number): NumberKind | undefined {
  return ELEMENT_TYPES.get(dataType)?.kind;
}

/** Where numbers lie that are not in the model's own file. */
export interface ExternalData {
  readonly location: string;
  readonly offset: number;
  /** Undefined: to the end of the file. */
  readonly length: number | undefined;
}

export interface OnnxTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly kind: NumberKind;
  readonly count: number;
  readonly external: ExternalData | undefined;
  /**
   * Row-major; bool as 0 and 1.
   * @throws {ImportError} where the bytes are not as many as the sizes say.
   */
  numbers(): Float64Array;
}

/** Bytes of a file beside the model. */
export type ReadExternal = (data: ExternalData, tensor: string) => Uint8Array;

/** @throws {ImportError} where it is no tensor, or one of texts or of numbers of less than a byte. */
export function readTensor(message: Uint8Array, budget: Budget, external: ReadExternal): OnnxTensor {
  let [name, dataType, location] = ['', 0, 0];
  const dims: number[] = [];
  const entries: [string, string][] = [];
  const held = new Map<number, Field[]>();
  for (const field of fieldsOf(message, 'a tensor', budget)) {
    if (field.number === 1) dims.push(...sizesOf(field, budget));
    else if (field.number === 2) dataType = integerOf(field, 'the type of a tensor');
    else if (field.number === 8) name = textOf(field, 'the name of a tensor');
    else if (field.number === 13) entries.push(entryOf(field, budget));
    else if (field.number === 14) location = integerOf(field, 'the place of a tensor');
    else if (DATA_FIELDS.has(field.number)) {
      const before = held.get(field.number);
      if (before) before.push(field);
      else held.set(field.number, [field]);
    }
  }
  const type = ELEMENT_TYPES.get(dataType);
  const called = `tensor ${name || '(without a name)'}`;
  if (!type) throw new ImportError(`${called} has elements of type ${dataType}, which are not read`);
  const count = countOf(dims, called);
  if (location === 1) {
    const data = externalOf(entries, called);
    const numbers = () => decodeRaw([external(data, called)], type, count, called);
    return { name, dims, kind: type.kind, count, external: data, numbers };
  }
  const chunks = (number: number) => held.get(number)?.map(({ bytes, scalar }) => bytes ?? scalar);
  const raw = chunks(RAW_DATA);
  const typed = chunks(type.field) ?? [];
  const packed = type.field === FLOAT_DATA || type.field === DOUBLE_DATA;
  const length = (raw ?? typed).reduce((sum, { byteLength }) => sum + byteLength, 0);
  // What is said of far more than is there is refused before anybody asks for it.
  const least = raw || packed ? count * type.size : count;
  if (length < least || (raw && length !== least)) throw tooFew(called, dims, length);
  const numbers = () =>
    raw || packed ? decodeRaw(raw ?? typed, type, count, called) : decodeTyped(typed, type, count, called);
  return { name, dims, kind: type.kind, count, external: undefined, numbers };
}

const DATA_FIELDS: ReadonlySet<number> = new Set([
  FLOAT_DATA,
  INT32_DATA,
  INT64_DATA,
  RAW_DATA,
  DOUBLE_DATA,
  UINT64_DATA,
]);

function sizesOf(field: Field, budget: Budget): number[] {
  const sizes = integersOf(field, 'the sizes of a tensor');
  budget.take(sizes.length);
  return sizes;
}

/** The most elements that a tensor may have: a file of Protocol Buffers has less than so many bytes. */
const MOST_ELEMENTS = 2 ** 31;
const MOST_AXES = 32;

/** @throws {ImportError} for sizes that no tensor has. */
export function countOf(dims: readonly number[], called: string): number {
  const count = dims.reduce((product, size) => product * size, 1);
  if (dims.length > MOST_AXES) throw new ImportError(`${called} has ${dims.length} axes; ${MOST_AXES} is the most`);
  if (dims.every((size) => Number.isInteger(size) && size >= 0) && count < MOST_ELEMENTS) return count;
  throw new ImportError(`${called} has sizes [${dims.join(', ')}], which no tensor has`);
}

function tooFew(called: string, dims: readonly number[], length: number): ImportError {
  return new ImportError(
    `${called} has sizes [${dims.join(', ')}], and its ${length} bytes are not as many as they take`,
  );
}

function entryOf(field: Field, budget: Budget): [string, string] {
  const entry: [string, string] = ['', ''];
  for (const part of fieldsOf(bytesOf(field, 'external data'), 'external data', budget)) {
    if (part.number === 1) entry[0] = textOf(part, 'external data');
    if (part.number === 2) entry[1] = textOf(part, 'external data');
  }
  return entry;
}

function externalOf(entries: readonly [string, string][], called: string): ExternalData {
  const values = new Map(entries);
  const location = values.get('location');
  const [offset, length] = ['offset', 'length'].map((key) => {
    const text = values.get(key);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
    throw new ImportError(`${called}: the ${key} of its external data is no whole number`);
  });
  if (location === undefined) throw new ImportError(`${called}: nothing says in which file its numbers are`);
  return { location, offset: offset ?? 0, length };
}

function decodeRaw(chunks: readonly Uint8Array[], type: ElementType, count: number, called: string): Float64Array {
  const length = chunks.reduce((sum, { byteLength }) => sum + byteLength, 0);
  // Before memory is taken for them: sizes may say more than there is.
  if (length !== count * type.size) throw tooFew(called, [count], length);
  const numbers = new Float64Array(count);
  let at = 0;
  for (const bytes of chunks) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const inside = bytes.byteLength / type.size;
    if (!Number.isInteger(inside)) throw tooFew(called, [count], bytes.byteLength);
    for (let index = 0; index < inside; index++) numbers[at++] = type.read(view, index * type.size);
  }
  return numbers;
}

/** Every number in a varint: those of half precision as their bits. */
function decodeTyped(chunks: readonly Uint8Array[], type: ElementType, count: number, called: string): Float64Array {
  const numbers = new Float64Array(count);
  const view = new DataView(new ArrayBuffer(8));
  let at = 0;
  for (const bytes of chunks) {
    const reader = new BinaryReader(bytes);
    while (reader.pos < reader.len) {
      if (at === count) throw tooFew(called, [count], bytes.byteLength);
      try {
        view.setBigInt64(0, BigInt(reader.int64()), true);
      } catch {
        throw new ImportError(`${called} is broken at its number ${at}`);
      }
      numbers[at++] = type.read(view, 0);
    }
  }
  if (at < count) throw tooFew(called, [count], at);
  return numbers;
}
