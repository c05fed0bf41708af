/** How large a picture says that it is, from the first bytes of its file: a few bytes can ask for gigabytes. */

/** 100 megapixels, what the largest cameras take; decoded they are 400 MB. */
export const MOST_PIXELS = 100_000_000;

/** Why a file is not even to be decoded, in words; null for what may be a picture. */
export function pictureFault(bytes: Uint8Array): string | null {
  const size = pictureSize(bytes);
  if (size === null) return null;
  const { width, height } = size;
  if (width < 1 || height < 1) return `its header says that it has ${width} × ${height} pixels`;
  if (width * height <= MOST_PIXELS) return null;
  return `it has ${width} × ${height} pixels, and more than ${MOST_PIXELS / 1e6} million are not read`;
}

interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** What the header says; null if it is none of PNG, JPEG, GIF, WebP, BMP, or was cut short. */
export function pictureSize(bytes: Uint8Array): PictureSize | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    if (starts(bytes, 0, '\x89PNG\r\n\x1a\n')) return { width: view.getUint32(16), height: view.getUint32(20) };
    if (starts(bytes, 0, '\xff\xd8')) return jpegSize(view);
    if (starts(bytes, 0, 'GIF8')) return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
    if (starts(bytes, 0, 'BM'))
      return { width: Math.abs(view.getInt32(18, true)), height: Math.abs(view.getInt32(22, true)) };
    if (starts(bytes, 0, 'RIFF') && starts(bytes, 8, 'WEBP')) return webpSize(bytes, view);
    return null;
  } catch (error) {
    // Beyond the end of the file: the decoder says what is missing.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** The frame header (SOF0 to SOF15, but for three markers of tables that lie between). */
function jpegSize(view: DataView): PictureSize | null {
  for (let at = 2; ;) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at++;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    const alone = marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
    if (marker === 0xda || marker === 0xd9) return null;
    at += alone ? 2 : 2 + view.getUint16(at + 2);
  }
}

function webpSize(bytes: Uint8Array, view: DataView): PictureSize | null {
  if (starts(bytes, 12, 'VP8X')) return { width: 1 + uint24(view, 24), height: 1 + uint24(view, 27) };
  if (starts(bytes, 12, 'VP8L')) {
    const packed = view.getUint32(21, true);
    return { width: 1 + (packed & 0x3fff), height: 1 + ((packed >>> 14) & 0x3fff) };
  }
  if (starts(bytes, 12, 'VP8 '))
    return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  return null;
}

function uint24(view: DataView, at: number): number {
  return view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
}

function starts(bytes: Uint8Array, at: number, text: string): boolean {
  for (let index = 0; index < text.length; index++) if (bytes[at + index] !== text.charCodeAt(index)) return false;
  return true;
}
