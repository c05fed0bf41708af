/** From the bytes of a file to its text; where they are no text, what they are instead and at which byte. */

export class EncodingError extends Error {
  override readonly name = 'EncodingError';
  /** Byte at which the text ends to be one. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** First bytes by which files of other kinds are known. */
const SIGNATURES: readonly (readonly [string, readonly number[]])[] = [
  ['a PNG picture', [0x89, 0x50, 0x4e, 0x47]],
  ['a JPEG picture', [0xff, 0xd8, 0xff]],
  ['a GIF picture', [0x47, 0x49, 0x46, 0x38]],
  ['a WebP or WAV file', [0x52, 0x49, 0x46, 0x46]],
  ['a ZIP archive', [0x50, 0x4b, 0x03, 0x04]],
  ['a gzip file', [0x1f, 0x8b]],
  ['a PDF file', [0x25, 0x50, 0x44, 0x46, 0x2d]],
  ['a NumPy array', [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]],
  ['text in UTF-16', [0xff, 0xfe]],
  ['text in UTF-16', [0xfe, 0xff]],
];

/** What kind of file starts with these bytes, in words: `a PNG picture`; undefined if it is none that is known. */
export function describeBytes(bytes: Uint8Array): string | undefined {
  return SIGNATURES.find(([, signature]) => signature.every((byte, index) => bytes[index] === byte))?.[0];
}

/**
 * Decodes UTF-8; a byte order mark is dropped.
 * @throws {EncodingError} with the byte.
 */
export function decodeText(bytes: Uint8Array): string {
  const kind = describeBytes(bytes);
  if (kind !== undefined) throw new EncodingError(`this is ${kind}`, 0);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const offset = invalidByte(bytes);
    throw new EncodingError(
      `this is no text: byte 0x${bytes[offset]!.toString(16).padStart(2, '0')} is not UTF-8`,
      offset,
    );
  }
}

/** The byte at which a sequence goes wrong, or the last one where the file is cut off inside a character. */
function invalidByte(bytes: Uint8Array): number {
  let [good, bad] = [0, bytes.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isPrefix(bytes.subarray(0, middle))) good = middle;
    else bad = middle;
  }
  return bad - 1;
}

/** True if the bytes are UTF-8 that may go on: a last character that is cut off counts as good. */
function isPrefix(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
