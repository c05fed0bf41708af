/** The record of a file that a document keeps, or names. */
import type { Asset } from '../../graph/schema.ts';

export interface FileToKeep {
  readonly name: string;
  /** Empty if the shell does not say: of a picture, its content does. */
  readonly mime: string;
  /** Where the shell finds it again; null if it does not. */
  readonly path: string | null;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Of a tokenizer.json. */
export const JSON_MIME = 'application/json';
/** Enough of a hash to tell the files of one document apart. */
const ID_DIGITS = 12;

/**
 * The record of a file in the document, under its hash.
 * @param file Embedded, unless it has a path.
 */
export async function assetRecord({ name, mime, path, bytes }: FileToKeep): Promise<Asset> {
  const sha256 = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const hash = [...sha256].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const place = path === null ? { data: toBase64(bytes) } : { path };
  return { id: hash.slice(0, ID_DIGITS), name, mime: mime || mimeOf(bytes), sha256: hash, ...place };
}

/** First bytes of the formats that have a mark of their own at the start. */
const SIGNATURES: readonly (readonly [mime: string, bytes: readonly number[]])[] = [
  ['image/png', [0x89, 0x50, 0x4e, 0x47]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/gif', [0x47, 0x49, 0x46, 0x38]],
  ['image/webp', [0x52, 0x49, 0x46, 0x46]],
  ['image/bmp', [0x42, 0x4d]],
];

/** Where the shell does not say what a picture is. */
function mimeOf(bytes: Uint8Array): string {
  const found = SIGNATURES.find(([, signature]) => signature.every((byte, index) => bytes[index] === byte));
  return found?.[0] ?? 'application/octet-stream';
}

/** `String.fromCharCode` takes its bytes as arguments, of which there may not be too many. */
const CHUNK = 0x8000;

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let start = 0; start < bytes.length; start += CHUNK) {
    text += String.fromCharCode(...bytes.subarray(start, start + CHUNK));
  }
  return btoa(text);
}
