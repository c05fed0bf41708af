import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../../scripts/effort.ts';
import { FormatError } from './format-error.ts';
import { ELEMENT_BYTES } from './raw-tensor.ts';
import type { ElementType } from './raw-tensor.ts';
import {
  blobSource,
  bytesSource,
  formatSafetensors,
  readSafetensor,
  readSafetensorAs,
  readSafetensorsHeader,
} from './safetensors.ts';
import type { NamedTensor } from './safetensors.ts';

function join(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.byteLength, 0));
  let at = 0;
  for (const piece of pieces) {
    result.set(piece, at);
    at += piece.byteLength;
  }
  return result;
}

/** A file with this text as its header. */
function fileOf(header: string, data = new Uint8Array()): Uint8Array {
  const json = new TextEncoder().encode(header);
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(json.byteLength), true);
  return join([length, json, data]);
}

function bytesOf(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

const tensor: fc.Arbitrary<NamedTensor> = fc
  .record({
    name: fc.oneof(
      fc.string({ minLength: 1, maxLength: 20 }),
      fc.constantFrom('0', '12', '__proto__', 'blocks.0.norm1.weight'),
    ),
    dtype: fc.constantFrom(...(Object.keys(ELEMENT_BYTES) as ElementType[])),
    shape: fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 }),
  })
  .filter(({ name }) => name !== '__metadata__')
  .chain(({ name, dtype, shape }) => {
    const byteLength = shape.reduce((product, size) => product * size, ELEMENT_BYTES[dtype]);
    return fc
      .uint8Array({ minLength: byteLength, maxLength: byteLength })
      .map((bytes) => ({ name, dtype, shape, bytes }));
  });
const tensors = fc.uniqueArray(tensor, { selector: ({ name }) => name, maxLength: 8 });
const metadata = fc.dictionary(
  fc.string({ maxLength: 10 }).filter((key) => key !== '__proto__'),
  fc.string(),
);

test('what is written is read again, from bytes and from a Blob', async () => {
  await fc.assert(
    fc.asyncProperty(tensors, metadata, async (written, meta) => {
      const file = join(formatSafetensors(written, meta));
      for (const source of [bytesSource(file), blobSource(new Blob([file]))]) {
        const header = await readSafetensorsHeader(source);
        expect(header.metadata).toEqual({ ...meta });
        expect([...header.entries.keys()].toSorted()).toEqual(written.map(({ name }) => name).toSorted());
        for (const { name, dtype, shape, bytes } of written) {
          const read = await readSafetensor(source, header.entries.get(name)!);
          expect({ ...read, bytes: [...read.bytes] }).toEqual({ dtype, shape, bytes: [...bytes] });
        }
      }
    }),
    { numRuns: runs(200) },
  );
});

test('every tensor stands aligned to its element', async () => {
  await fc.assert(
    fc.asyncProperty(tensors, async (written) => {
      const header = await readSafetensorsHeader(bytesSource(join(formatSafetensors(written))));
      for (const { begin, dtype } of header.entries.values())
        expect(begin % ELEMENT_BYTES[dtype as ElementType]).toBe(0);
    }),
  );
});

test('any bytes are read or fail with a FormatError', async () => {
  const attempt = async (file: Uint8Array) => {
    try {
      const source = bytesSource(file);
      for (const entry of (await readSafetensorsHeader(source)).entries.values())
        await readSafetensorAs(source, entry, 'i32');
    } catch (error) {
      expect(error).toBeInstanceOf(FormatError);
    }
  };
  await fc.assert(fc.asyncProperty(fc.uint8Array(), attempt));
  await fc.assert(fc.asyncProperty(fc.json(), fc.uint8Array(), (json, data) => attempt(fileOf(json, data))));
  // A valid file with one byte changed, or cut off, gets past the first checks.
  await fc.assert(
    fc.asyncProperty(tensors, fc.nat(), fc.nat(255), fc.boolean(), async (written, at, value, cut) => {
      const file = join(formatSafetensors(written));
      const place = at % file.byteLength;
      if (cut) return attempt(file.subarray(0, place));
      file[place] = value;
      return attempt(file);
    }),
    { numRuns: runs(500) },
  );
});

test.each([
  ['byte 0', new Uint8Array([1, 2, 3]), '3 bytes, too few'],
  ['byte 0', new TextEncoder().encode('hello, I am a text file'), 'does not fit'],
  ['byte 0', new TextEncoder().encode('version https://git-lfs.github.com/spec/v1\n'), 'git lfs pull'],
  ['byte 0', new TextEncoder().encode('PK\x03\x04\0\0\x08\x08archive/data.pkl'), 'as torch.save writes'],
  ['header', fileOf('{"a":'), 'not JSON'],
  ['header', fileOf('[]'), 'not a JSON object'],
  ['header', join([fileOf('{}').subarray(0, 8), new Uint8Array([0x7b, 0xff])]), 'UTF-8'],
  ['__metadata__', fileOf('{"__metadata__":{"a":1}}'), '"a" is not a string'],
  ['tensor "a"', fileOf('{"a":1}'), 'not a JSON object'],
  ['tensor "a"', fileOf('{"a":{"shape":[],"data_offsets":[0,0]}}'), 'no dtype'],
  ['tensor "a"', fileOf('{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,0]}}'), 'shape [-1]'],
  [
    'tensor "a"',
    fileOf('{"a":{"dtype":"F32","shape":[9007199254740991,9],"data_offsets":[0,0]}}'),
    'not a list of sizes',
  ],
  ['tensor "a"', fileOf('{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}', new Uint8Array(4)), 'bytes 4 to 0'],
  [
    'tensor "a"',
    fileOf('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}', new Uint8Array(4)),
    'not in the file',
  ],
  [
    'tensor "a"',
    fileOf('{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}', new Uint8Array(4)),
    'takes 8 bytes, but it has 4',
  ],
  [
    'tensor "a"',
    fileOf('{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}', new Uint8Array(8)),
    'the tensor before ends',
  ],
  [
    'byte 66',
    fileOf('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', new Uint8Array(5)).subarray(),
    '1 bytes follow',
  ],
])('a malformed file is told at its place: %s', async (place, file, message) => {
  const failure = readSafetensorsHeader(bytesSource(file));
  await expect(failure).rejects.toThrow(FormatError);
  await expect(failure).rejects.toThrow(message);
  await expect(failure).rejects.toMatchObject({ place });
});

test('an element type that is not known spoils only its own tensor', async () => {
  const file = fileOf(
    '{"a":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}}',
    new Uint8Array([1, 2, 3]),
  );
  const { entries } = await readSafetensorsHeader(bytesSource(file));
  expect(await readSafetensorAs(bytesSource(file), entries.get('b')!, 'f32')).toEqual(new Float32Array([3]));
  await expect(readSafetensor(bytesSource(file), entries.get('a')!)).rejects.toThrow(
    'tensor "a": element type F8_E4M3',
  );
});

async function convert(
  dtype: ElementType,
  array: ArrayBufferView & { length: number },
  target: 'f32' | 'i32' | 'bool',
) {
  const source = bytesSource(
    join(formatSafetensors([{ name: 't', dtype, shape: [array.length], bytes: bytesOf(array) }])),
  );
  return [...(await readSafetensorAs(source, (await readSafetensorsHeader(source)).entries.get('t')!, target))];
}

test('every element type becomes f32', async () => {
  expect(await convert('F64', new Float64Array([0.1, -Infinity, NaN]), 'f32')).toEqual([
    Math.fround(0.1),
    -Infinity,
    NaN,
  ]);
  expect(await convert('F32', new Float32Array([1.5, -0]), 'f32')).toEqual([1.5, -0]);
  // 1, -2, the largest half, the smallest, infinity, NaN
  expect(await convert('F16', new Uint16Array([0x3c00, 0xc000, 0x7bff, 0x0001, 0x7c00, 0x7e00]), 'f32')).toEqual([
    1,
    -2,
    65504,
    2 ** -24,
    Infinity,
    NaN,
  ]);
  expect(await convert('BF16', new Uint16Array([0x3f80, 0xc000, 0x7f80]), 'f32')).toEqual([1, -2, Infinity]);
  expect(await convert('I64', new BigInt64Array([-5n, 2n ** 62n]), 'f32')).toEqual([-5, 2 ** 62]);
  expect(await convert('U64', new BigUint64Array([2n ** 63n]), 'f32')).toEqual([2 ** 63]);
  expect(await convert('I32', new Int32Array([-7]), 'f32')).toEqual([-7]);
  expect(await convert('U32', new Uint32Array([2 ** 31]), 'f32')).toEqual([2 ** 31]);
  expect(await convert('I16', new Int16Array([-300]), 'f32')).toEqual([-300]);
  expect(await convert('U16', new Uint16Array([60000]), 'f32')).toEqual([60000]);
  expect(await convert('I8', new Int8Array([-128]), 'f32')).toEqual([-128]);
  expect(await convert('U8', new Uint8Array([255]), 'f32')).toEqual([255]);
  expect(await convert('BOOL', new Uint8Array([0, 1]), 'f32')).toEqual([0, 1]);
});

test('i32 and bool take only what they can hold exactly', async () => {
  expect(await convert('I64', new BigInt64Array([-(2n ** 31n), 2n ** 31n - 1n]), 'i32')).toEqual([
    -(2 ** 31),
    2 ** 31 - 1,
  ]);
  expect(await convert('F32', new Float32Array([3, -4]), 'i32')).toEqual([3, -4]);
  expect(await convert('I64', new BigInt64Array([1n, 0n]), 'bool')).toEqual([1, 0]);
  await expect(convert('I64', new BigInt64Array([0n, 2n ** 31n]), 'i32')).rejects.toThrow(
    'tensor "t": element 1 is 2147483648, but must be an integer of 32 bits',
  );
  await expect(convert('F32', new Float32Array([0.5]), 'i32')).rejects.toThrow('element 0 is 0.5');
  await expect(convert('F32', new Float32Array([NaN]), 'i32')).rejects.toThrow('element 0 is NaN');
  await expect(convert('U8', new Uint8Array([0, 2]), 'bool')).rejects.toThrow('element 1 is 2, but must be 0 or 1');
  await expect(convert('BOOL', new Uint8Array([7]), 'bool')).rejects.toThrow('element 0 is 7');
  await expect(convert('F64', new Float64Array([1e300]), 'f32')).rejects.toThrow('beyond float32');
});

test('halves are those of Float16Array, all of them', async () => {
  const bits = Uint16Array.from({ length: 65536 }, (_, index) => index);
  const view = new DataView(bits.buffer);
  const expected = Array.from(bits, (_, index) =>
    (view as DataView & { getFloat16(at: number, little: boolean): number }).getFloat16(index * 2, true),
  );
  expect(await convert('F16', bits, 'f32')).toEqual(expected);
});

test('a faulty tensor is not written', () => {
  const bytes = new Uint8Array(4);
  expect(() => formatSafetensors([{ name: 'a', dtype: 'F32', shape: [2], bytes }])).toThrow('has 4 bytes, not 8');
  expect(() =>
    formatSafetensors([
      { name: 'a', dtype: 'F32', shape: [1], bytes },
      { name: 'a', dtype: 'F32', shape: [1], bytes },
    ]),
  ).toThrow('two tensors');
});
