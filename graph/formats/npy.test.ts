import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../../scripts/effort.ts';
import { FormatError } from './format-error.ts';
import { formatNpy, parseNpy } from './npy.ts';
import { ELEMENT_BYTES } from './raw-tensor.ts';
import type { ElementType, RawTensor } from './raw-tensor.ts';

/** A file of version 1 with this header. */
function fileOf(header: string, data: readonly number[] = []): Uint8Array {
  const text = new TextEncoder().encode(header);
  return new Uint8Array([
    0x93,
    ...new TextEncoder().encode('NUMPY'),
    1,
    0,
    text.length & 255,
    text.length >> 8,
    ...text,
    ...data,
  ]);
}

const tensor: fc.Arbitrary<RawTensor> = fc
  .record({
    dtype: fc.constantFrom(...(Object.keys(ELEMENT_BYTES) as ElementType[]).filter((dtype) => dtype !== 'BF16')),
    shape: fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 }),
  })
  .chain(({ dtype, shape }) => {
    const byteLength = shape.reduce((product, size) => product * size, ELEMENT_BYTES[dtype]);
    return fc.uint8Array({ minLength: byteLength, maxLength: byteLength }).map((bytes) => ({ dtype, shape, bytes }));
  });

test('what is written is read again, and its data is aligned as numpy aligns it', () => {
  fc.assert(
    fc.property(tensor, (written) => {
      const file = formatNpy(written);
      expect((file.byteLength - written.bytes.byteLength) % 64).toBe(0);
      const read = parseNpy(file);
      expect({ ...read, bytes: [...read.bytes] }).toEqual({ ...written, bytes: [...written.bytes] });
    }),
  );
});

test('any bytes are read or fail with a FormatError', () => {
  const attempt = (file: Uint8Array) => {
    try {
      parseNpy(file);
    } catch (error) {
      expect(error).toBeInstanceOf(FormatError);
    }
  };
  fc.assert(fc.property(fc.uint8Array(), attempt));
  fc.assert(fc.property(fc.string(), (header) => attempt(fileOf(header))));
  fc.assert(
    fc.property(tensor, fc.nat(), fc.nat(255), fc.boolean(), (written, at, value, cut) => {
      const file = formatNpy(written);
      const place = at % file.byteLength;
      if (cut) return attempt(file.subarray(0, place));
      file[place] = value;
      return attempt(file);
    }),
    { numRuns: runs(500) },
  );
});

test('column-major and big-endian arrays are brought into order', () => {
  // numpy: np.asfortranarray(np.arange(6, dtype='>i2').reshape(2, 3))
  const file = fileOf(
    "{'descr': '>i2', 'fortran_order': True, 'shape': (2, 3), }",
    [0, 0, 0, 3, 0, 1, 0, 4, 0, 2, 0, 5],
  );
  const read = parseNpy(file);
  expect(read.shape).toEqual([2, 3]);
  expect([...new Int16Array(new Uint8Array(read.bytes).buffer)]).toEqual([0, 1, 2, 3, 4, 5]);
});

test('a column-major array is the transpose of its memory, for any shape', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }), (shape) => {
      const count = shape.reduce((product, size) => product * size, 1);
      const file = fileOf(
        `{'descr': '|u1', 'fortran_order': True, 'shape': (${shape.join(', ')},)}`,
        Array.from({ length: count }, (_, index) => index),
      );
      parseNpy(file).bytes.forEach((value, rowMajor) => {
        let rest = rowMajor;
        const index = shape.map(() => 0);
        for (let axis = shape.length - 1; axis >= 0; axis--) {
          index[axis] = rest % shape[axis]!;
          rest = Math.floor(rest / shape[axis]!);
        }
        const columnMajor = index.reduceRight((at, position, axis) => at * shape[axis]! + position, 0);
        expect(value).toBe(columnMajor);
      });
    }),
  );
});

test('headers as numpy writes them: versions 2 and 3, double quotes, Python 2 long integers', () => {
  const header = '{"shape": (2L, 1L), "fortran_order": False, "descr": "<f4"}';
  for (const version of [2, 3]) {
    const file = new Uint8Array([
      0x93,
      ...new TextEncoder().encode('NUMPY'),
      version,
      0,
      header.length,
      0,
      0,
      0,
      ...new TextEncoder().encode(header),
      ...new Uint8Array(8),
    ]);
    expect(parseNpy(file)).toEqual({ dtype: 'F32', shape: [2, 1], bytes: new Uint8Array(8) });
  }
});

test.each([
  ['byte 0', new TextEncoder().encode('not an array'), 'does not begin'],
  ['byte 6', fileOf('').with(6, 9), 'version 9'],
  ['byte 8', fileOf('{}').with(9, 1), 'cut short'],
  ['header', fileOf('{}'), 'lacks'],
  ['header', fileOf("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}"), 'records'],
  ['header', fileOf("{'descr': '<c8', 'fortran_order': False, 'shape': (1,)}"), "'<c8'"],
  ['header', fileOf("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}"), "'|O'"],
  ['header', fileOf("{'descr': '<f4', 'fortran_order': False, 'shape': (9007199254740993, 9)}"), 'too large'],
  ['header', fileOf("{'descr': '<f4', 'fortran_order': False, 'shape': (1 2)}"), 'not a shape'],
  [
    'byte 67',
    fileOf("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}".padEnd(57), [1]),
    'takes 4 bytes, but 1 follow',
  ],
])('a malformed file is told at its place: %s', (place, file, message) => {
  expect(() => parseNpy(file)).toThrow(message);
  expect(() => parseNpy(file)).toThrow(expect.objectContaining({ place }) as Error);
});

test('numpy has no bfloat16', () => {
  expect(() => formatNpy({ dtype: 'BF16', shape: [], bytes: new Uint8Array(2) })).toThrow(RangeError);
});
