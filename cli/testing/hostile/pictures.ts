/** Hostile pictures: sizes that lie, streams that swell, formats that draw a text. */
import { crc32, deflateSync } from 'node:zlib';
import { table, type HostileFile } from './hostile-file.ts';

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  whole.set(body, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}

interface PngFields {
  readonly width?: number;
  readonly height?: number;
  readonly depth?: number;
  readonly colour?: number;
  readonly interlace?: number;
  /** Rows, each with its filter byte; compressed here. */
  readonly rows?: Uint8Array;
  readonly idat?: Uint8Array;
  readonly before?: readonly Buffer[];
}

function png({ width = 4, height = 4, depth = 8, colour = 2, interlace = 0, ...more }: PngFields = {}): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colour, 0, 0, interlace], 8);
  const rows =
    more.rows ??
    new Uint8Array(height * (1 + 3 * width)).map((_, index) => (index % (1 + 3 * width) === 0 ? 0 : index * 7));
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    ...(more.before ?? []),
    chunk('IDAT', more.idat ?? deflateSync(rows)),
    chunk('IEND', new Uint8Array()),
  ]);
}

/** A start of image, a frame header of this size, and nothing that it announces. */
function jpeg(width: number, height: number): Buffer {
  const frame = Buffer.from([0xff, 0xc0, 0, 17, 8, 0, 0, 0, 0, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0]);
  frame.writeUInt16BE(height, 5);
  frame.writeUInt16BE(width, 7);
  return Buffer.concat([Buffer.from([0xff, 0xd8]), frame, Buffer.from([0xff, 0xd9])]);
}

function gif(width: number, height: number): Buffer {
  const header = Buffer.from('GIF89a\0\0\0\0\0\0\0', 'latin1');
  header.writeUInt16LE(width, 6);
  header.writeUInt16LE(height, 8);
  return Buffer.concat([header, Buffer.from([0x3b])]);
}

const GOOD = png();
const noPicture = /it is no picture that can be read/;
const tooLarge = /and more than 100 million are not read/;
const svg = (body: string) => `<?xml version="1.0"?>${body}`;

export const PICTURES: readonly HostileFile[] = table('picture', [
  ['nothing', () => '', noPicture],
  ['a kilobyte of zeros', () => new Uint8Array(1024), noPicture],
  ['a text', () => 'not a picture', noPicture],
  ['the start of a PNG alone', () => GOOD.subarray(0, 8), noPicture],
  ['a PNG cut in its header', () => GOOD.subarray(0, 20), noPicture],
  ['a PNG cut in its pixels', () => GOOD.subarray(0, GOOD.length - 20), noPicture],
  ['a PNG of 50,000 × 50,000', () => png({ width: 50_000, height: 50_000, rows: new Uint8Array(100) }), tooLarge],
  ['a PNG of 2^31 × 2^31', () => png({ width: 2 ** 31, height: 2 ** 31, rows: new Uint8Array(100) }), tooLarge],
  ['a PNG of 2^32 - 1 × 1', () => png({ width: 2 ** 32 - 1, height: 1, rows: new Uint8Array(100) }), tooLarge],
  ['a PNG of no width', () => png({ width: 0, rows: new Uint8Array(100) }), /its header says that it has 0 × 4 pixels/],
  ['a PNG of no height', () => png({ height: 0, rows: new Uint8Array(100) }), /4 × 0 pixels/],
  ['a PNG of 3 bits', () => png({ depth: 3 }), noPicture],
  ['a PNG of a colour that there is not', () => png({ colour: 5 }), noPicture],
  ['a PNG with a palette that is missing', () => png({ colour: 3, rows: new Uint8Array(20) }), noPicture],
  ['a PNG of fewer rows than it says', () => png({ height: 4000, rows: new Uint8Array(13) }), noPicture],
  ['a PNG whose stream is no stream', () => png({ idat: new Uint8Array(100).fill(0xff) }), noPicture],
  ['a PNG whose stream swells to 64 MiB', () => png({ rows: new Uint8Array(64 << 20) }), /read|no picture/],
  [
    'a PNG whose profile swells to 64 MiB',
    () =>
      png({ before: [chunk('iCCP', Buffer.concat([Buffer.from('x\0\0'), deflateSync(new Uint8Array(64 << 20))]))] }),
    /read|no picture/,
  ],
  [
    'a PNG whose text swells to 64 MiB',
    () =>
      png({ before: [chunk('zTXt', Buffer.concat([Buffer.from('x\0\0'), deflateSync(new Uint8Array(64 << 20))]))] }),
    /read|no picture/,
  ],
  [
    'a PNG of a bit a pixel, 5,000 × 5,000',
    () => png({ width: 5000, height: 5000, depth: 1, colour: 0, rows: new Uint8Array(5000 * 626) }),
    'read',
  ],
  ['a PNG that is interlaced to nothing', () => png({ interlace: 1, rows: new Uint8Array(1) }), noPicture],
  ['a PNG with a wrong checksum', () => GOOD.map((byte, index) => (index === 30 ? byte ^ 1 : byte)), noPicture],
  ['a JPEG of 65,500 × 65,500', () => jpeg(65_500, 65_500), tooLarge],
  ['a JPEG of nothing', () => jpeg(0, 0), /0 × 0 pixels/],
  ['a JPEG that ends after its header', () => jpeg(100, 100), noPicture],
  ['a JPEG of markers alone', () => Buffer.concat([Buffer.from([0xff, 0xd8]), Buffer.alloc(1 << 20, 0xff)]), noPicture],
  [
    'a JPEG whose segment has no length',
    () => Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0xff, 0xe0, 0, 0]),
    noPicture,
  ],
  ['a GIF of 65,535 × 65,535', () => gif(65_535, 65_535), tooLarge],
  ['a GIF of no pictures', () => gif(10, 10), noPicture],
  ['a WebP that is none', () => Buffer.from('RIFF\xff\xff\xff\xffWEBPVP8 \xff\xff\xff\xff', 'latin1'), noPicture],
  [
    'a WebP of 2^24 × 2^24',
    () => Buffer.concat([Buffer.from('RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0', 'latin1'), Buffer.alloc(6, 0xff)]),
    tooLarge,
  ],
  ['an SVG', () => svg('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'), noPicture],
  [
    'an SVG that reads another file',
    () =>
      svg(
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink"><image x:href="/etc/passwd"/></svg>',
      ),
    noPicture,
  ],
  [
    'an SVG of a billion laughs',
    () =>
      svg(
        `<!DOCTYPE a [<!ENTITY a "x">${Array.from({ length: 10 }, (_, n) => `<!ENTITY a${n} "${`&a${n === 0 ? '' : n - 1};`.repeat(10)}">`).join('')}]><svg xmlns="http://www.w3.org/2000/svg"><text>&a9;</text></svg>`,
      ),
    noPicture,
  ],
  ['a PDF', () => '%PDF-1.7\n1 0 obj', noPicture],
  ['a PPM of 10^9 × 10^9', () => 'P6 1000000000 1000000000 255\n', noPicture],
  ['a TIFF whose directory is itself', () => Buffer.from([0x49, 0x49, 42, 0, 8, 0, 0, 0, 0, 0, 8, 0, 0, 0]), noPicture],
  [
    'a BMP of 2^31 × 2^31',
    () =>
      Buffer.concat([
        Buffer.from('BM'),
        Buffer.alloc(16),
        Buffer.from([0, 0, 0, 0x80, 0, 0, 0, 0x80]),
        Buffer.alloc(40),
      ]),
    tooLarge,
  ],
]);

export const GOOD_PNG = GOOD;
