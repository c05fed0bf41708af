/**
 * Messages of Protocol Buffers as far as ONNX uses them: fields come one after the other, bytes stay where they lie in the
 * file, and what a file may make of few bytes is counted, so that none takes more memory than an honest one of its length.
 */
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { ImportError } from '../import-error.ts';

/** Messages, texts and numbers of attributes in one file; a layer of a transformer takes some hundreds. */
const MOST_PARTS = 2_000_000;

/** How much of a file may still become objects. */
export class Budget {
  #left = MOST_PARTS;

  /** @throws {ImportError} where the file has more parts than any model. */
  take(count = 1): void {
    this.#left -= count;
    if (this.#left < 0) throw new ImportError(`it has more than ${MOST_PARTS.toLocaleString('en')} parts`);
  }
}

/** One field of a message; exactly one of its readings fits how it was written. */
export interface Field {
  readonly number: number;
  /** A message, a text, or numbers one behind the other; undefined where the field is one number. */
  readonly bytes: Uint8Array | undefined;
  readonly wire: WireType;
  /** The number's own bytes, where it is one. */
  readonly scalar: Uint8Array;
}

/**
 * The fields of a message, in the order in which they stand.
 * @param what it is, for messages.
 * @throws {ImportError} where the bytes are none.
 */
export function* fieldsOf(message: Uint8Array, what: string, budget: Budget): Generator<Field> {
  const reader = new BinaryReader(message);
  while (reader.pos < reader.len) {
    budget.take();
    const begin = reader.pos;
    yield broken(what, begin, () => {
      const [number, wire] = reader.tag();
      if (wire === WireType.StartGroup || wire === WireType.EndGroup) throw new Error('groups are not used');
      if (wire === WireType.LengthDelimited) return { number, wire, bytes: reader.bytes(), scalar: NOTHING };
      return { number, wire, bytes: undefined, scalar: reader.skip(wire, number) };
    });
  }
}

const NOTHING = new Uint8Array(0);

/** What the library says of bytes that are no message is said of their place in the file. */
function broken<T>(what: string, at: number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ImportError) throw error;
    throw new ImportError(`${what} is cut off or broken at its byte ${at}`);
  }
}

/** @throws {ImportError} where the field is no message and no text. */
export function bytesOf({ bytes, number }: Field, what: string): Uint8Array {
  if (bytes) return bytes;
  throw new ImportError(`${what}: field ${number} is a number, and a message is wanted`);
}

export function textOf(field: Field, what: string): string {
  return new TextDecoder().decode(bytesOf(field, what));
}

/** @throws {ImportError} where it is none, or beyond what a number holds exactly. */
export function integerOf(field: Field, what: string): number {
  const [value, more] = integersOf(field, what);
  if (value !== undefined && more === undefined) return value;
  throw new ImportError(`${what}: field ${field.number} is no whole number`);
}

/**
 * Whole numbers, one in a field or several one behind the other; those beyond 2^53, as INT64_MAX for "to the end", as the
 * nearest number.
 */
export function integersOf({ bytes, scalar, wire, number }: Field, what: string): number[] {
  const held = bytes ?? scalar;
  if (!bytes && wire !== WireType.Varint) throw new ImportError(`${what}: field ${number} is no whole number`);
  return broken(what, 0, () => {
    const reader = new BinaryReader(held);
    const values: number[] = [];
    while (reader.pos < reader.len) values.push(Number(reader.int64()));
    return values;
  });
}

export function floatsOf({ bytes, scalar, wire, number }: Field, what: string): number[] {
  const held = bytes ?? scalar;
  if ((!bytes && wire !== WireType.Bit32) || held.byteLength % 4 !== 0)
    throw new ImportError(`${what}: field ${number} holds no numbers`);
  const view = new DataView(held.buffer, held.byteOffset, held.byteLength);
  return Array.from({ length: held.byteLength / 4 }, (_, index) => view.getFloat32(4 * index, true));
}
