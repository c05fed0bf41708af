/**
 * A model of gigabytes without its numbers: the file is walked by slices, and of each large initialiser it is written down
 * where in the file its bytes lie, as external data are. What is left has the structure alone, and fits in memory.
 */
import { ImportError } from '../import-error.ts';
import type { ExternalData } from './tensor.ts';

/** A file of which parts are read at once, without waiting: in a command, and in a worker. */
export interface SyncSource {
  readonly byteLength: number;
  /** Bytes from `begin` up to `end`, both within `byteLength`. */
  read(begin: number, end: number): Uint8Array;
}

/** The name of no file: what lies there lies in the model's own. */
const OWN_FILE = '';

export function isInOwnFile({ location }: ExternalData): boolean {
  return location === OWN_FILE;
}

/** Smaller tensors stay: looking for them costs more than they take. */
const LARGE_BYTES = 1 << 16;
/** So much is read at once where the structure is looked at. */
const WINDOW_BYTES = 1 << 16;

/** Wire types. */
const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/** Files up to that are held whole. */
const WHOLE_BYTES = 1 << 24;

/**
 * The model; of a large file, with its large initialisers left there.
 * @throws {ImportError} where the bytes of a large file are none of a model.
 */
export function readStructure(file: SyncSource, whole = WHOLE_BYTES): Uint8Array {
  if (file.byteLength <= whole) return file.read(0, file.byteLength);
  const walk = new Walk(file);
  return joined(
    walk.fields(0, file.byteLength, 'the model', (model) =>
      model.number === GRAPH
        ? walk.message(model, 'the graph', (graph) =>
            graph.number === INITIALIZER ? walk.message(graph, 'a tensor', (tensor) => leaving(tensor)) : undefined,
          )
        : undefined,
    ),
  );
}

/** Fields of ModelProto, GraphProto and TensorProto. */
const GRAPH = 7;
const INITIALIZER = 5;
const RAW_DATA = 9;
const EXTERNAL_DATA = 13;
const DATA_LOCATION = 14;
const EXTERNAL = 1;

/** One field: its tag begins at `at`, its content at `begin`. */
interface FieldPlace {
  readonly number: number;
  readonly wire: number;
  readonly at: number;
  readonly begin: number;
  readonly end: number;
}

/** What stands in place of a field; undefined: the field itself. */
type Rewrite = (field: FieldPlace) => Uint8Array[] | undefined;

function leaving({ number, wire, begin, end }: FieldPlace): Uint8Array[] | undefined {
  if (number !== RAW_DATA || wire !== BYTES || end - begin < LARGE_BYTES) return undefined;
  const entry = (key: string, value: string) =>
    delimited(EXTERNAL_DATA, [...delimited(1, [encoded(key)]), ...delimited(2, [encoded(value)])]);
  return [
    ...entry('location', OWN_FILE),
    ...entry('offset', String(begin)),
    ...entry('length', String(end - begin)),
    varint(DATA_LOCATION << 3),
    varint(EXTERNAL),
  ];
}

class Walk {
  readonly #file: SyncSource;
  #window: Uint8Array = new Uint8Array(0);
  #windowAt = 0;

  constructor(file: SyncSource) {
    this.#file = file;
  }

  /** A message, with what becomes of its fields. */
  message(field: FieldPlace, what: string, rewrite: Rewrite): Uint8Array[] | undefined {
    if (field.wire !== BYTES) return undefined;
    return delimited(field.number, this.fields(field.begin, field.end, what, rewrite));
  }

  fields(begin: number, end: number, what: string, rewrite: Rewrite): Uint8Array[] {
    const pieces: Uint8Array[] = [];
    // What stays as it is is taken over in one piece.
    let kept = begin;
    const keep = (until: number): void => {
      if (until > kept) pieces.push(this.#file.read(kept, until));
    };
    for (let at = begin; at < end;) {
      const field = this.#field(at, end, what);
      const written = rewrite(field);
      if (written) {
        keep(at);
        pieces.push(...written);
        kept = field.end;
      }
      at = field.end;
    }
    keep(end);
    return pieces;
  }

  #field(at: number, end: number, what: string): FieldPlace {
    const broken = (): ImportError => new ImportError(`${what} is cut off or broken at byte ${at} of the file`);
    const [tag, begin] = this.#varint(at, end) ?? [undefined, 0];
    if (tag === undefined) throw broken();
    const [number, wire] = [Math.floor(tag / 8), tag % 8];
    const place = (from: number, length: number): FieldPlace => {
      if (number === 0 || from + length > end) throw broken();
      return { number, wire, at, begin: from, end: from + length };
    };
    if (wire === FIXED64) return place(begin, 8);
    if (wire === FIXED32) return place(begin, 4);
    const [value, after] = this.#varint(begin, end) ?? [undefined, 0];
    if (value === undefined) throw broken();
    if (wire === VARINT) return place(begin, after - begin);
    if (wire === BYTES) return place(after, value);
    throw broken();
  }

  /** @returns the number, rounded where it is beyond 2^53, and where it ends; undefined where there is none. */
  #varint(at: number, end: number): [number, number] | undefined {
    let [value, factor] = [0, 1];
    for (let place = at; place < end && place < at + 10; place++) {
      const byte = this.#byte(place);
      value += (byte & 0x7f) * factor;
      factor *= 0x80;
      if (byte < 0x80) return [value, place + 1];
    }
    return undefined;
  }

  #byte(at: number): number {
    if (at < this.#windowAt || at >= this.#windowAt + this.#window.length) {
      this.#window = this.#file.read(at, Math.min(at + WINDOW_BYTES, this.#file.byteLength));
      this.#windowAt = at;
    }
    return this.#window[at - this.#windowAt]!;
  }
}

function delimited(number: number, content: readonly Uint8Array[]): Uint8Array[] {
  const length = content.reduce((sum, { byteLength }) => sum + byteLength, 0);
  return [varint(number * 8 + BYTES), varint(length), ...content];
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 0x80)) {
    if (rest < 0x80) return Uint8Array.from([...bytes, rest]);
    bytes.push((rest % 0x80) | 0x80);
  }
}

function encoded(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.byteLength;
  }
  return whole;
}
