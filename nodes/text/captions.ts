/**
 * Captions of a folder of pictures, from one file beside them: CSV with a header, or JSON Lines. Columns are named as
 * Hugging Face's ImageFolder names them (`file_name`, `text`), or in other usual ways.
 */

import { decodeText, EncodingError } from '../../graph/bytes.ts';
import { excerpt, messageLine } from '../../graph/error-text.ts';

/** A file of captions that cannot be read. */
export class CaptionError extends Error {
  override readonly name = 'CaptionError';

  constructor(message: string) {
    super(messageLine(message));
  }
}

/** Names under which a picture is named, and its caption, in the order of preference. */
const FILE_COLUMNS = ['file_name', 'filename', 'file', 'image', 'path'];
const TEXT_COLUMNS = ['text', 'caption', 'captions', 'description'];

/** Names of caption files, in the order in which a folder is searched. */
export const CAPTION_FILES = ['metadata.csv', 'metadata.jsonl', 'captions.csv', 'captions.jsonl'] as const;

/** Whether a file of this name holds captions. */
export function isCaptionFile(name: string): boolean {
  return /\.(csv|jsonl)$/i.test(name);
}

/**
 * Captions by the name of the picture's file, without folders. The text is UTF-8, or UTF-16 with a mark at its start, as
 * spreadsheets write it.
 * @param name of the file of captions; its ending says how it is read.
 * @throws {CaptionError} naming the line.
 */
export function readCaptions(name: string, bytes: Uint8Array): ReadonlyMap<string, string> {
  const encoding = ENCODINGS.find(({ mark }) => mark.every((byte, index) => bytes[index] === byte));
  let text: string;
  try {
    text = new TextDecoder(encoding?.name ?? 'utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new CaptionError(
      `${name}${lineOfFault(bytes, encoding !== undefined)}: it is not UTF-8 text; save it as UTF-8`,
    );
  }
  return parseCaptions(name, text);
}

/** Where bytes that are no UTF-8 stand. */
function lineOfFault(bytes: Uint8Array, isUtf16: boolean): string {
  if (isUtf16) return '';
  try {
    decodeText(bytes);
    return '';
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    const before = bytes.subarray(0, error.offset);
    return `, line ${1 + before.reduce((lines, byte) => lines + Number(byte === 0x0a), 0)}`;
  }
}

/** How text begins that is not UTF-8. */
const ENCODINGS = [
  { name: 'utf-16le', mark: [0xff, 0xfe] },
  { name: 'utf-16be', mark: [0xfe, 0xff] },
] as const;

/**
 * The same of a text.
 * @param name of the file of captions; its ending says how it is read.
 * @throws {CaptionError} naming the line.
 */
export function parseCaptions(name: string, text: string): ReadonlyMap<string, string> {
  const records = /\.csv$/i.test(name) ? csvRecords(name, text) : jsonRecords(name, text);
  const captions = new Map<string, string>();
  for (const { line, file, caption } of records) {
    const key = baseName(file);
    if (captions.has(key)) throw new CaptionError(`${name}, line ${line}: ${excerpt(key)} has a caption already`);
    captions.set(key, oneLine(caption));
  }
  return captions;
}

/** A caption is one line of a text. */
export function oneLine(text: string): string {
  return text.trim().replaceAll(/\s+/gu, ' ');
}

interface CaptionRecord {
  readonly line: number;
  readonly file: string;
  readonly caption: string;
}

function* jsonRecords(name: string, text: string): Generator<CaptionRecord> {
  for (const [index, source] of text.split(/\r?\n/).entries()) {
    if (source.trim() === '') continue;
    const line = index + 1;
    const object = parseObject(source);
    if (!object)
      throw new CaptionError(`${name}, line ${line}: it is no JSON object, one of which stands on each line`);
    const file = FILE_COLUMNS.map((column) => object[column]).find((value) => typeof value === 'string');
    const caption = TEXT_COLUMNS.map((column) => object[column]).find((value) => typeof value === 'string');
    if (file === undefined) throw new CaptionError(`${name}, line ${line}: it has no ${FILE_COLUMNS[0]}`);
    if (caption === undefined) throw new CaptionError(`${name}, line ${line}: it has no ${TEXT_COLUMNS[0]}`);
    yield { line, file, caption };
  }
}

function parseObject(source: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(source);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function* csvRecords(name: string, text: string): Generator<CaptionRecord> {
  const rows = parseCsv(name, text);
  const [header, ...records] = rows;
  if (!header) throw new CaptionError(`${name}: it is empty`);
  const columns = header.cells.map((cell) => cell.trim().toLowerCase());
  const find = (wanted: readonly string[]): number => {
    const found = wanted.map((column) => columns.indexOf(column)).find((index) => index !== -1);
    if (found === undefined) throw new CaptionError(`${name}: its first line names no column ${wanted.join(', ')}`);
    return found;
  };
  const [file, caption] = [find(FILE_COLUMNS), find(TEXT_COLUMNS)];
  for (const { line, cells } of records) {
    if (cells.length !== columns.length)
      throw new CaptionError(
        `${name}, line ${line}: it has ${cells.length} cells, the header ${columns.length}; a cell that holds a separator stands in quotes`,
      );
    yield { line, file: cells[file]!, caption: cells[caption]! };
  }
}

interface CsvRow {
  /** Where it begins, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** Cells end at the one of these that the header has; spreadsheets write semicolons where commas part decimals. */
const SEPARATORS = [',', ';', '\t'] as const;

/** RFC 4180: cells separated by commas; in double quotes they hold commas, line breaks, and quotes written twice. */
function parseCsv(name: string, text: string): readonly CsvRow[] {
  const rows: CsvRow[] = [];
  let cells: string[] = [];
  let [line, start] = [1, 1];
  const source = text.replace(/^\uFEFF/, '');
  const header = source.split('\n', 1)[0]!;
  const separator = SEPARATORS.find((candidate) => header.includes(candidate)) ?? SEPARATORS[0];
  const plain = new RegExp(`[^"${separator}\\r\\n]*`, 'y');
  const fail = (): never => {
    throw new CaptionError(`${name}, line ${line}: a quote is not closed, or stands inside a cell`);
  };
  for (let at = 0; at < source.length || cells.length > 0;) {
    const begin = at;
    if (source[at] === '"') {
      const close = closingQuote(source, at);
      if (close === -1) return fail();
      cells.push(source.slice(at + 1, close).replaceAll('""', '"'));
      at = close + 1;
    } else {
      plain.lastIndex = at;
      const [cell] = plain.exec(source)!;
      cells.push(cell);
      at += cell.length;
    }
    const isLast = at === source.length;
    const end = isLast ? 0 : source.startsWith('\r\n', at) ? 2 : 1;
    if (!isLast && ![separator, '\n', '\r\n'].includes(source.slice(at, at + end))) return fail();
    const separated = source[at] === separator;
    at += end;
    line += countLines(source.slice(begin, at));
    if (separated) continue;
    if (cells.length > 1 || cells[0] !== '') rows.push({ line: start, cells });
    [cells, start] = [[], line];
  }
  return rows;
}

/** Where a cell in quotes ends; a quote that is written twice is part of it. Not by a pattern: cells have any length. */
function closingQuote(source: string, open: number): number {
  let at = source.indexOf('"', open + 1);
  while (at !== -1 && source[at + 1] === '"') at = source.indexOf('"', at + 2);
  return at;
}

function countLines(cell: string): number {
  let count = 0;
  for (let at = cell.indexOf('\n'); at !== -1; at = cell.indexOf('\n', at + 1)) count++;
  return count;
}

function baseName(path: string): string {
  return path.split(/[/\\]/).at(-1)!;
}
