/** The file: from bytes to a document, or to an error with its place; and back, always in the same form. */
import { decodeText, EncodingError } from './bytes.ts';
import { checkDocument } from './check.ts';
import { excerpt, messageLine } from './error-text.ts';
import { JsonError, offsetOf, parseJson, type JsonPath, type JsonValue } from './json.ts';
import { formatRecord, formatTree } from './json-format.ts';
import { MigrationError, MIGRATIONS, migrate, type JsonObject, type Migration } from './migrations.ts';
import type { Problem } from './problems.ts';
import { FORMAT_VERSION, isInstance, schemas, type GraphModule, type PatchbayDocument } from './schema.ts';
import { duplicates, schemaFault } from './validate.ts';

/** Larger files are refused before they are read. */
export const MAX_BYTES = 256 * 1024 * 1024;

export interface ParsedFile {
  readonly document: PatchbayDocument;
  /** Written by a newer Patchbay: what it holds is shown, but saving could lose what is not understood. */
  readonly readOnly: boolean;
  /** What is wrong, and does not keep the document from being shown. */
  readonly problems: readonly Problem[];
}

/** Why a file is no document, with the place: a line and column (both from 1), a field, or both. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';
  /** The reason alone; `message` has the place before it. */
  readonly reason: string;
  readonly line: number | undefined;
  readonly column: number | undefined;
  /** `modules[0].nodes[2].position` */
  readonly path: string | undefined;

  constructor(
    reason: string,
    place: { readonly line?: number; readonly column?: number; readonly path?: string },
    cause?: unknown,
  ) {
    const where = [
      place.line === undefined ? undefined : `line ${place.line}, column ${place.column}`,
      place.path === undefined || place.path === '' ? undefined : excerpt(place.path),
    ].filter((part) => part !== undefined);
    super(messageLine(where.length > 0 ? `${where.join(', ')}: ${reason}` : reason), { cause });
    this.reason = messageLine(reason);
    this.line = place.line;
    this.column = place.column;
    this.path = place.path;
  }
}

export interface ParseOptions {
  /** Other steps and another current version than the program's own, for tests of the way. */
  readonly migrations?: readonly Migration[];
  readonly version?: number;
  /** Told now and then how much is done, from 0 to 1. */
  readonly onProgress?: (part: number) => void;
}

/** The part of the work that reading the text is, before what it says is checked. */
const READING = 0.5;

/**
 * Reads a document. Whatever the schema does not know (fields, node types, parameters) stays as it came.
 * @throws {DocumentError} and nothing else, for any bytes.
 */
export function parseDocument(input: string | Uint8Array, options: ParseOptions = {}): ParsedFile {
  const { migrations = MIGRATIONS, version: current = FORMAT_VERSION, onProgress } = options;
  if (input.length > MAX_BYTES)
    throw new DocumentError(`the file is larger than ${MAX_BYTES / 1024 / 1024} MiB`, { line: 1, column: 1 });
  const text = textOf(input);
  const value = jsonOf(text, onProgress && ((offset) => onProgress((READING * offset) / text.length)));
  const fail = (reason: string, path: JsonPath): never => {
    throw new DocumentError(reason, { ...placeAt(text, offsetOf(text, path)), path: pathText(path) });
  };

  if (!isObject(value)) return fail('a document is an object, `{ "format": "patchbay", … }`', []);
  if (value['format'] !== 'patchbay') {
    const came =
      value['format'] === undefined
        ? 'there is none'
        : `it is ${typeof value['format'] === 'string' ? JSON.stringify(excerpt(value['format'])) : 'no text'}`;
    return fail(
      `this is not a Patchbay document: "format" should be "patchbay", and ${came}`,
      value['format'] === undefined ? [] : ['format'],
    );
  }
  const version = value['version'];
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1)
    return fail('"version" should be a whole number from 1 on', version === undefined ? [] : ['version']);

  const readOnly = version > current;
  const migrated = readOnly ? value : migratedOf(value, version, migrations, current);
  const fault = schemaFault(schemas().document, migrated) ?? duplicates(migrated as PatchbayDocument);
  if (fault) {
    const newer = readOnly ? ` (the file is of version ${version}; this Patchbay reads up to ${current})` : '';
    // A migrated document is not the text: only the field can be told.
    if (version < current) throw new DocumentError(fault.reason, { path: pathText(fault.path) });
    return fail(fault.reason + newer, fault.path);
  }
  onProgress?.(1);
  const document = migrated as PatchbayDocument;
  if (!document.modules.some(({ name }) => name === document.main))
    return fail(`the main module "${document.main}" is not among the modules`, ['main']);
  return { document, readOnly, problems: checkDocument(document) };
}

function textOf(input: string | Uint8Array): string {
  if (typeof input === 'string') return input.startsWith('\uFEFF') ? input.slice(1) : input;
  try {
    return decodeText(input);
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    const before = new TextDecoder().decode(input.subarray(0, error.offset), { stream: true });
    throw new DocumentError(`${error.message}, not a Patchbay document`, placeAt(before, before.length), error);
  }
}

function jsonOf(text: string, onProgress?: (offset: number) => void): JsonValue {
  try {
    return parseJson(text, onProgress);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    throw new DocumentError(error.message, placeAt(text, error.offset), error);
  }
}

function migratedOf(value: JsonObject, version: number, steps: readonly Migration[], target: number): JsonObject {
  try {
    return migrate(value, version, steps, target);
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    throw new DocumentError(error.message, { path: 'version' }, error);
  }
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function placeAt(text: string, offset: number): { line: number; column: number } {
  let line = 1;
  let start = 0;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) {
    line++;
    start = at + 1;
  }
  return { line, column: offset - start + 1 };
}

/** `modules[0].nodes[2].position` */
export function pathText(path: JsonPath): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('');
}

/**
 * The text of a document: two spaces of indentation, one record a line, known fields in the schema's order and
 * unknown ones after them as they came, a line break at the end. Equal documents give equal texts.
 */
export function formatDocument(document: PatchbayDocument): string {
  const { presets, modules, assets, ...rest } = document;
  const { document: head, preset, asset } = schemas();
  return `${formatTree(ordered(head.shape, { ...rest, presets, modules, assets }), {
    presets: (item) => formatRecord(ordered(preset.shape, item)),
    modules: (item) => formatModule(item as GraphModule),
    assets: (item) => formatRecord(ordered(asset.shape, item)),
  })}\n`;
}

function formatModule(module: GraphModule): string {
  const { hyperparameter, requirement, size, edge, frame, note, instanceNode, libraryNode, module: head } = schemas();
  const shapes = {
    hyperparameters: hyperparameter.shape,
    requires: requirement.shape,
    sizes: size.shape,
    edges: edge.shape,
    frames: frame.shape,
    notes: note.shape,
  };
  const lists = Object.entries(shapes).map(
    ([name, shape]) => [name, (item: object) => formatRecord(ordered(shape, item))] as const,
  );
  return formatTree(ordered(head.shape, module), {
    ...Object.fromEntries(lists),
    nodes: (item) => {
      const { shape } = isInstance(item as GraphModule['nodes'][number]) ? instanceNode : libraryNode;
      return formatRecord(ordered(shape, item));
    },
  });
}

/** The same fields: those of the schema first, in its order. */
function ordered(shape: object, record: object): Record<string, unknown> {
  const fields = record as Record<string, unknown>;
  const known = Object.keys(shape).filter((key) => Object.hasOwn(fields, key));
  const unknown = Object.keys(fields).filter((key) => !Object.hasOwn(shape, key));
  return Object.fromEntries([...known, ...unknown].map((key) => [key, fields[key]]));
}

/** SHA-256 of bytes, or of a text in UTF-8, as 64 hexadecimal digits. */
export async function sha256(content: string | Uint8Array<ArrayBuffer>): Promise<string> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
