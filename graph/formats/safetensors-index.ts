/**
 * The index of a checkpoint in several .safetensors files, `model.safetensors.index.json`, as Hugging Face's libraries
 * write it: `weight_map` says in which file each tensor stands (https://huggingface.co/docs/safetensors).
 */
import { excerpt } from '../error-text.ts';
import { JsonError, parseJson, type JsonValue } from '../json.ts';
import { FormatError } from './format-error.ts';

const FORMAT = 'safetensors index';
const PART_ENDING = /\.safetensors$/i;
/** As Hugging Face's libraries call the parts that they write. */
const NUMBERED = /^(.+)-(\d{5})-of-(\d{5})\.safetensors$/;
const INDEX_ENDING = '.safetensors.index.json';

/** What to tell of files of which `numberedParts` makes nothing. */
export const NOT_ALL_PARTS =
  'These files are not all the parts of one checkpoint: choose its index together with its parts.';

/** Names of tensors by the file that has them: a plain name, of a file beside the index. */
export type SafetensorsIndex = ReadonlyMap<string, ReadonlySet<string>>;

/** @throws {FormatError} where the text is no such index, or names a file that does not lie beside it, or is of another kind. */
export function parseSafetensorsIndex(text: string): SafetensorsIndex {
  const index = parse(text);
  const map = isRecord(index) ? index['weight_map'] : undefined;
  if (!isRecord(map)) throw new FormatError(FORMAT, 'weight_map', 'there is no object that says where each tensor is');
  const files = new Map<string, Set<string>>();
  for (const [tensor, file] of Object.entries(map)) {
    const place = `weight_map, tensor "${excerpt(tensor)}"`;
    if (typeof file !== 'string') throw new FormatError(FORMAT, place, 'its file is not a string');
    if (!isPlainName(file)) {
      throw new FormatError(FORMAT, place, `${excerpt(file)} is not the name of a file beside the index`);
    }
    if (!PART_ENDING.test(file)) throw new FormatError(FORMAT, place, `${excerpt(file)} is no .safetensors file`);
    const names = files.get(file) ?? new Set();
    files.set(file, names.add(tensor));
  }
  return files;
}

/**
 * What keeps a file from being the one that the index means: a tensor that it lacks, or has and should not.
 * @returns null if it is that file.
 */
export function shardFault(named: ReadonlySet<string>, held: Iterable<string>): string | null {
  const left = new Set(named);
  for (const name of held) {
    if (!left.delete(name)) return `the index says that the tensor "${excerpt(name)}" is elsewhere`;
  }
  const [missing] = left;
  return missing === undefined ? null : `the tensor "${excerpt(missing)}" is missing, which the index places here`;
}

/** Parts that number themselves, in their order, and what their index would be called. */
export interface NumberedParts {
  readonly index: string;
  readonly parts: readonly string[];
}

/** No more have a number. */
export const MOST_NUMBERED = 99_999;

/** What a checkpoint is called that is written in several files. @param stem of the name of the one that it would be. */
export function namesOfParts(stem: string, count: number): NumberedParts {
  const digits = (number: number): string => String(number).padStart(5, '0');
  const parts = Array.from({ length: count }, (_, at) => `${stem}-${digits(at + 1)}-of-${digits(count)}.safetensors`);
  return { index: stem + INDEX_ENDING, parts };
}

/**
 * The text of an index.
 * @param tensors names of tensors by their file.
 * @param byteLength of all numbers.
 */
export function formatSafetensorsIndex(tensors: ReadonlyMap<string, readonly string[]>, byteLength: number): string {
  // By hand, because an object would move numeric names to the front and lose `__proto__`.
  const lines = [...tensors].flatMap(([file, names]) =>
    names.map((name) => `    ${JSON.stringify(name)}: ${JSON.stringify(file)}`),
  );
  return `{\n  "metadata": {\n    "total_size": ${byteLength}\n  },\n  "weight_map": {\n${lines.join(',\n')}\n  }\n}\n`;
}

/** The files of these names as one checkpoint; null unless they are all the parts of one, and nothing else. */
export function numberedParts(names: readonly string[]): NumberedParts | null {
  const found = names.map((name) => NUMBERED.exec(name));
  const [, stem, , total] = found[0] ?? [];
  const whole = found.every((match) => match?.[1] === stem && match?.[3] === total);
  const numbers = new Set(found.map((match) => Number(match?.[2])));
  if (stem === undefined || !whole || names.length !== Number(total)) return null;
  for (let number = 1; number <= names.length; number++) if (!numbers.has(number)) return null;
  return { index: stem + INDEX_ENDING, parts: names.toSorted() };
}

/**
 * Those of the names that are the parts of the checkpoint that an index of this name would be of, were there one; null
 * unless one such checkpoint is whole among them.
 */
export function numberedPartsOf(index: string, names: Iterable<string>): NumberedParts | null {
  const byTotal = new Map<string, string[]>();
  for (const name of names) {
    const [, stem, , total] = NUMBERED.exec(name) ?? [];
    if (total !== undefined && stem + INDEX_ENDING === index) byTotal.set(total, [...(byTotal.get(total) ?? []), name]);
  }
  const whole = [...byTotal.values()].flatMap((parts) => numberedParts(parts) ?? []);
  return whole.length === 1 ? whole[0]! : null;
}

/** What is hashed of a checkpoint in several files: names and hashes, in an order that does not depend on the index. */
export function shardsToHash(hashes: ReadonlyMap<string, string>): string {
  return [...hashes]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, hash]) => `${name} ${hash}\n`)
    .join('');
}

/** Neither a path nor a name that means another folder: an index must not lead out of its own. */
function isPlainName(file: string): boolean {
  return file !== '' && file !== '.' && file !== '..' && !/[/\\:\0]/.test(file);
}

function parse(text: string): JsonValue {
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    throw new FormatError(FORMAT, `character ${error.offset}`, error.message);
  }
}

function isRecord(value: JsonValue | undefined): value is Record<string, JsonValue> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
