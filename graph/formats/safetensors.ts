/**
 * The .safetensors format (https://huggingface.co/docs/safetensors): 8 bytes of header length, a JSON header, then the
 * tensors' bytes without gaps. Reading goes through a `ByteSource`, so that a checkpoint of gigabytes is never held whole.
 */
import { excerpt } from '../error-text.ts';
import { JsonError, parseJson as parseStrictly } from '../json.ts';
import { FormatError } from './format-error.ts';
import { convertTensor, countElements, ELEMENT_BYTES, isElementType } from './raw-tensor.ts';
import type { ComputeArrays, ComputeType, RawTensor } from './raw-tensor.ts';

/** Bytes that can be read in pieces: a file handle, a Blob, a buffer. */
export interface ByteSource {
  readonly byteLength: number;
  /** Bytes from `begin` up to `end`, both within `byteLength`. */
  read(begin: number, end: number): Promise<Uint8Array>;
}

/** What it reads is the reader's own: it may be given to another thread. */
export interface OwningSource extends ByteSource {
  read(begin: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
}

export interface SafetensorsEntry {
  readonly name: string;
  /** As written in the file; not every name can be decoded (`F8_E4M3`). */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Byte range in the file, counted from its start. */
  readonly begin: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  readonly metadata: Readonly<Record<string, string>>;
  /** In the order of the header. */
  readonly entries: ReadonlyMap<string, SafetensorsEntry>;
}

/** A tensor to write. */
export interface NamedTensor extends RawTensor {
  readonly name: string;
}

const FORMAT = 'safetensors';
const PREFIX_BYTES = 8;
/** The reference implementation's limit: a longer header is not one. */
const MAX_HEADER_BYTES = 100_000_000;

/** What often lies where weights should, by its first bytes. */
const OTHER_FILES = [
  {
    start: 'version ',
    what: 'this is the pointer that Git LFS leaves for a file: fetch the file itself (git lfs pull)',
  },
  { start: 'PK\x03\x04', what: 'this is an archive, as torch.save writes: save the weights with safetensors instead' },
] as const;

export function bytesSource(bytes: Uint8Array): ByteSource {
  return { byteLength: bytes.byteLength, read: (begin, end) => Promise.resolve(bytes.subarray(begin, end)) };
}

/** For the browser: a File that was dropped or opened. */
export function blobSource(blob: Blob): OwningSource {
  return {
    byteLength: blob.size,
    read: async (begin, end) => new Uint8Array(await blob.slice(begin, end).arrayBuffer()),
  };
}

/**
 * Reads and checks the header alone.
 * @throws {FormatError} where the file is not what the format asks for.
 */
export async function readSafetensorsHeader(source: ByteSource): Promise<SafetensorsHeader> {
  if (source.byteLength < PREFIX_BYTES) {
    throw new FormatError(
      FORMAT,
      'byte 0',
      `the file has ${source.byteLength} bytes, too few for the length of a header`,
    );
  }
  const prefix = await source.read(0, PREFIX_BYTES);
  const length = new DataView(prefix.buffer, prefix.byteOffset).getBigUint64(0, true);
  if (length > MAX_HEADER_BYTES || PREFIX_BYTES + Number(length) > source.byteLength) {
    const begins = new TextDecoder('latin1').decode(prefix);
    const other = OTHER_FILES.find(({ start }) => begins.startsWith(start));
    const what = `a header of ${length} bytes does not fit; this is not a .safetensors file, or it was cut short`;
    throw new FormatError(FORMAT, 'byte 0', other?.what ?? what);
  }
  const dataBegin = PREFIX_BYTES + Number(length);
  const text = decodeUtf8(await source.read(PREFIX_BYTES, dataBegin));
  return checkHeader(parseJson(text), dataBegin, source.byteLength);
}

/**
 * Reads one tensor as it is in the file.
 * @throws {FormatError} if its element type is not one of `ELEMENT_BYTES`.
 */
export async function readSafetensor(source: ByteSource, entry: SafetensorsEntry): Promise<RawTensor> {
  if (!isElementType(entry.dtype))
    throw new FormatError(FORMAT, placeOf(entry.name), `element type ${excerpt(entry.dtype)} cannot be read`);
  return { dtype: entry.dtype, shape: entry.shape, bytes: await source.read(entry.begin, entry.end) };
}

/**
 * Reads one tensor as the compiler's type.
 * @throws {FormatError} if its element type cannot be read or a value does not fit.
 */
export async function readSafetensorAs<T extends ComputeType>(
  source: ByteSource,
  entry: SafetensorsEntry,
  target: T,
): Promise<ComputeArrays[T]> {
  return convertTensor(await readSafetensor(source, entry), target, { format: FORMAT, place: placeOf(entry.name) });
}

/**
 * A file as pieces to be written one after the other: the header, then each tensor's bytes, uncopied. Tensors with wide elements come
 * first, so that every tensor stands aligned; otherwise the order is kept.
 * @throws {RangeError} if a tensor's bytes are not its shape's, or a name comes twice.
 */
export function formatSafetensors(
  tensors: readonly NamedTensor[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array[] {
  const { header, ordered } = layOut(tensors, metadata);
  return [header, ...ordered.map((tensor) => checkedBytes(tensor, tensor.bytes))];
}

/** A tensor whose bytes are made when it is its turn to be written. */
export interface LateTensor extends Omit<NamedTensor, 'bytes'> {
  /** Whole, or piece by piece. */
  readonly read: () => Uint8Array | Promise<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** As `formatSafetensors`, for files that memory does not hold: of the tensors one, or a piece of it, is there at a time. */
export async function* streamSafetensors(
  tensors: readonly LateTensor[],
  metadata: Readonly<Record<string, string>> = {},
): AsyncIterable<Uint8Array> {
  const { header, ordered } = layOut(tensors, metadata);
  yield header;
  for (const tensor of ordered) {
    const read = tensor.read();
    if (Symbol.asyncIterator in read) yield* checkedPieces(tensor, read);
    else yield checkedBytes(tensor, await read);
  }
}

type TensorFacts = Pick<NamedTensor, 'name' | 'dtype' | 'shape'>;

function layOut<T extends TensorFacts>(
  tensors: readonly T[],
  metadata: Readonly<Record<string, string>>,
): { readonly header: Uint8Array; readonly ordered: readonly T[] } {
  const ordered = tensors.toSorted((a, b) => ELEMENT_BYTES[b.dtype] - ELEMENT_BYTES[a.dtype]);
  const header = new Map<string, unknown>();
  if (Object.keys(metadata).length > 0) header.set('__metadata__', metadata);
  let offset = 0;
  for (const tensor of ordered) {
    const { name, dtype, shape } = tensor;
    if (header.has(name) || name === '__metadata__') throw new RangeError(`two tensors are named "${name}"`);
    const end = offset + byteLengthOf(tensor);
    header.set(name, { dtype, shape, data_offsets: [offset, end] });
    offset = end;
  }
  return { header: encodeHeader(header), ordered };
}

/** Bytes of a tensor's numbers. */
export function byteLengthOf({ shape, dtype }: TensorFacts): number {
  return (countElements(shape) ?? NaN) * ELEMENT_BYTES[dtype];
}

function checkedBytes(tensor: TensorFacts, bytes: Uint8Array): Uint8Array {
  checkLength(tensor, bytes.byteLength);
  return bytes;
}

async function* checkedPieces(tensor: TensorFacts, pieces: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let length = 0;
  for await (const piece of pieces) {
    length += piece.byteLength;
    yield piece;
  }
  checkLength(tensor, length);
}

function checkLength(tensor: TensorFacts, length: number): void {
  const expected = byteLengthOf(tensor);
  if (length !== expected) throw new RangeError(`tensor "${tensor.name}" has ${length} bytes, not ${expected}`);
}

/** Length, then JSON padded with spaces to a multiple of 8. */
function encodeHeader(header: ReadonlyMap<string, unknown>): Uint8Array {
  // By hand, because an object would move numeric names to the front and lose `__proto__`.
  const members = Array.from(header, ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  const json = new TextEncoder().encode(`{${members.join(',')}}`);
  const padded = Math.ceil(json.byteLength / 8) * 8;
  const bytes = new Uint8Array(PREFIX_BYTES + padded).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true);
  bytes.set(json, PREFIX_BYTES);
  return bytes;
}

function placeOf(name: string): string {
  return `tensor "${excerpt(name)}"`;
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new FormatError(FORMAT, 'header', 'it is not UTF-8 text');
  }
}

function parseJson(text: string): unknown {
  try {
    const header: unknown = JSON.parse(text);
    // A name that is given twice is lost without a word: where there may be one, the strict reader, which is slower, looks.
    if (isRecord(header) && countOf('"data_offsets"', text) > Object.keys(header).length) parseStrictly(text);
    return header;
  } catch (error) {
    if (error instanceof JsonError)
      throw new FormatError(FORMAT, `header, character ${error.offset}`, `it cannot be read: ${error.message}`);
    throw new FormatError(FORMAT, 'header', `it is not JSON (${(error as SyntaxError).message})`);
  }
}

function countOf(part: string, text: string): number {
  let count = 0;
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) count++;
  return count;
}

/** A value out of the header, for a message. However deep it is nested, only its beginning is looked at. */
function shown(value: unknown): string {
  if (Array.isArray(value)) {
    const items = value.slice(0, 8).map((item) => (typeof item === 'object' && item !== null ? '…' : String(item)));
    return excerpt(`[${items.join(', ')}${value.length > 8 ? ', …' : ''}]`);
  }
  return typeof value === 'object' && value !== null ? '{…}' : excerpt(String(value));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function checkHeader(header: unknown, dataBegin: number, byteLength: number): SafetensorsHeader {
  if (!isRecord(header)) throw new FormatError(FORMAT, 'header', 'it is not a JSON object');
  const entries = new Map<string, SafetensorsEntry>();
  for (const [name, value] of Object.entries(header)) {
    if (name !== '__metadata__') entries.set(name, checkEntry(name, value, dataBegin, byteLength));
  }
  checkCoverage([...entries.values()], dataBegin, byteLength);
  return { metadata: checkMetadata(header['__metadata__'] ?? {}), entries };
}

function checkMetadata(metadata: unknown): Readonly<Record<string, string>> {
  if (!isRecord(metadata)) throw new FormatError(FORMAT, '__metadata__', 'it is not a JSON object');
  for (const [key, value] of Object.entries(metadata)) {
    if (typeof value !== 'string')
      throw new FormatError(FORMAT, '__metadata__', `the value of "${key}" is not a string`);
  }
  return metadata as Readonly<Record<string, string>>;
}

function checkEntry(name: string, value: unknown, dataBegin: number, byteLength: number): SafetensorsEntry {
  const fail = (problem: string): never => {
    throw new FormatError(FORMAT, placeOf(name), problem);
  };
  if (!isRecord(value)) return fail('its entry is not a JSON object');
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== 'string') return fail('it has no dtype');
  const count = Array.isArray(shape) ? countElements(shape) : undefined;
  if (count === undefined) return fail(`its shape ${shown(shape)} is not a list of sizes`);
  if (
    !Array.isArray(offsets) ||
    offsets.length !== 2 ||
    countElements(offsets.slice(0, 1)) === undefined ||
    countElements(offsets.slice(1)) === undefined
  ) {
    return fail(`its data_offsets ${shown(offsets)} are not two byte offsets`);
  }
  const [from, to] = offsets as [number, number];
  if (from > to || dataBegin + to > byteLength)
    return fail(`its bytes ${from} to ${to} are not in the file, which has ${byteLength - dataBegin}`);
  if (isElementType(dtype) && to - from !== count * ELEMENT_BYTES[dtype]) {
    return fail(`${dtype} ${shown(shape)} takes ${count * ELEMENT_BYTES[dtype]} bytes, but it has ${to - from}`);
  }
  return { name, dtype, shape: shape as number[], begin: dataBegin + from, end: dataBegin + to };
}

/** The format forbids gaps and overlaps, so that a file cannot hide bytes or read one twice. */
function checkCoverage(entries: SafetensorsEntry[], dataBegin: number, byteLength: number): void {
  let at = dataBegin;
  for (const { name, begin, end } of entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== at)
      throw new FormatError(FORMAT, placeOf(name), `it begins at byte ${begin}, but the tensor before ends at ${at}`);
    at = end;
  }
  if (at !== byteLength) throw new FormatError(FORMAT, `byte ${at}`, `${byteLength - at} bytes follow the last tensor`);
}
