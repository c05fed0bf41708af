/** Hostile .safetensors and .npy files. */
import { formatNpy } from '../../../graph/formats/npy.ts';
import { formatSafetensors } from '../../../graph/formats/safetensors.ts';
import { table, type HostileFile } from './hostile-file.ts';

/** A file of this header and so many bytes of data, with the length of the header as given, or as it is. */
function tensors(header: string, dataBytes = 0, length?: bigint): () => Uint8Array {
  return () => {
    const text = new TextEncoder().encode(header);
    const file = new Uint8Array(8 + text.length + dataBytes);
    new DataView(file.buffer).setBigUint64(0, length ?? BigInt(text.length), true);
    file.set(text, 8);
    return file;
  };
}

const entry = (name: string, dtype: string, shape: string, from: string | number, to: string | number) =>
  `"${name}":{"dtype":"${dtype}","shape":${shape},"data_offsets":[${from},${to}]}`;
const one = (dtype: string, shape: string, from: string | number, to: string | number, dataBytes = 0) =>
  tensors(`{${entry('a', dtype, shape, from, to)}}`, dataBytes);

const ZERO_DATA = '[1000000000,0]';

export const SAFETENSORS: readonly HostileFile[] = table('safetensors', [
  ['nothing', () => '', /byte 0: the file has 0 bytes/],
  ['seven bytes', () => new Uint8Array(7), /byte 0: the file has 7 bytes/],
  ['a header of no bytes', () => new Uint8Array(8), /header: it is not JSON/],
  [
    'a header of 2^64 - 1 bytes',
    tensors('{}', 0, 2n ** 64n - 1n),
    /byte 0: a header of 18446744073709551615 bytes does not fit/,
  ],
  ['a header of 2^63 bytes', tensors('{}', 0, 2n ** 63n), /byte 0: a header of/],
  ['a header of 2^32 bytes', tensors('{}', 0, 2n ** 32n), /byte 0: a header of/],
  ['a header of one byte more than there is', tensors('{}', 0, 3n), /byte 0: a header of 3 bytes does not fit/],
  ['a header that is cut', tensors('{"a":', 0), /header: it is not JSON/],
  ['a header that is no object', tensors('[]'), /header: it is not a JSON object/],
  ['a header of null', tensors('null'), /header: it is not a JSON object/],
  ['a header that is no text', () => Uint8Array.from([2, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xfe]), /header: it is not UTF-8/],
  ['a header nested a million times', tensors('['.repeat(1_000_000)), /header/],
  ['a header of a million spaces', tensors(`${' '.repeat(1_000_000)}{}`), 'read'],
  [
    'a tensor twice',
    tensors(`{${entry('a', 'U8', '[1]', 0, 1)},${entry('a', 'U8', '[1]', 0, 1)}}`, 1),
    /header, character \d+: .*"a" is given twice/,
  ],
  ['a tensor called __proto__', tensors(`{${entry('__proto__', 'U8', '[1]', 0, 1)}}`, 1), 'read'],
  ['a tensor called constructor', tensors(`{${entry('constructor', 'U8', '[1]', 0, 1)}}`, 1), 'read'],
  ['a tensor of no name', tensors(`{${entry('', 'U8', '[1]', 0, 1)}}`, 1), 'read'],
  [
    'a name of a megabyte',
    tensors(`{${entry('x'.repeat(1 << 20), 'U8', '[2]', 0, 1)}}`, 1),
    /tensor "x+…x+": U8 \[2\] takes 2 bytes/,
  ],
  ['a name of line breaks', tensors('{"\\n\\n  at x":5}'), /tensor " +at x": its entry is not a JSON object/],
  ['an entry that is a list', tensors('{"a":[]}'), /tensor "a": its entry is not a JSON object/],
  ['an entry without a type', tensors('{"a":{"shape":[],"data_offsets":[0,0]}}'), /tensor "a": it has no dtype/],
  ['an entry without a shape', tensors('{"a":{"dtype":"U8","data_offsets":[0,0]}}'), /tensor "a": its shape undefined/],
  ['an entry without offsets', tensors('{"a":{"dtype":"U8","shape":[0]}}'), /tensor "a": its data_offsets undefined/],
  ['a negative size', one('F32', '[-1]', 0, 4, 4), /tensor "a": its shape \[-1\] is not a list of sizes/],
  ['two negative sizes', one('F32', '[-1,-1]', 0, 4, 4), /tensor "a": its shape/],
  ['half a size', one('F32', '[0.5]', 0, 2, 2), /tensor "a": its shape/],
  ['a size of 1e400', one('F32', '[1e400]', 0, 4, 4), /tensor "a": its shape/],
  ['a size of null', one('F32', '[null]', 0, 4, 4), /tensor "a": its shape/],
  ['a size that is a text', one('F32', '["1"]', 0, 4, 4), /tensor "a": its shape/],
  ['sizes whose product is no integer', one('F32', '[4294967296,4294967296]', 0, 4, 4), /tensor "a": its shape/],
  [
    'a shape nested a million times',
    tensors(`{"a":{"dtype":"U8","shape":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)},"data_offsets":[0,0]}}`),
    /header|tensor "a": its shape/,
  ],
  ['a shape of a million ones', one('U8', `[${'1,'.repeat(999_999)}1]`, 0, 1, 1), 'read'],
  [
    'a shape of a million ones, and no data',
    one('U8', `[${'1,'.repeat(999_999)}1]`, 0, 0),
    /tensor "a": U8 \[1, 1.*takes 1 bytes, but it has 0/,
  ],
  [
    '10^9 numbers without data',
    one('F32', '[1000000000]', 0, 0),
    /tensor "a": F32 \[1000000000\] takes 4000000000 bytes, but it has 0/,
  ],
  ['10^9 rows of nothing', one('F32', ZERO_DATA, 0, 0), 'read'],
  ['an offset that is negative', one('U8', '[1]', -1, 0), /tensor "a": its data_offsets/],
  ['offsets that run backwards', one('U8', '[1]', 1, 0, 1), /tensor "a": its bytes 1 to 0 are not in the file/],
  ['an offset beyond the file', one('U8', '[2]', 0, 2, 1), /tensor "a": its bytes 0 to 2 are not in the file/],
  ['an offset of 2^53', one('U8', '[1]', 0, '9007199254740992', 1), /tensor "a": its data_offsets/],
  ['an offset of 1e308', one('U8', '[1]', 0, '1e308', 1), /tensor "a": its data_offsets/],
  [
    'three offsets',
    tensors('{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1,2]}}', 2),
    /tensor "a": its data_offsets \[0, 1, 2\]/,
  ],
  [
    'tensors that overlap',
    tensors(`{${entry('a', 'U8', '[2]', 0, 2)},${entry('b', 'U8', '[2]', 1, 3)}}`, 3),
    /tensor "b": it begins at byte/,
  ],
  [
    'tensors that are the same bytes',
    tensors(`{${entry('a', 'U8', '[2]', 0, 2)},${entry('b', 'U8', '[2]', 0, 2)}}`, 2),
    /tensor "b": it begins at byte/,
  ],
  [
    'a gap between tensors',
    tensors(`{${entry('a', 'U8', '[1]', 0, 1)},${entry('b', 'U8', '[1]', 2, 3)}}`, 3),
    /tensor "b": it begins at byte/,
  ],
  ['a gap before the first', one('U8', '[1]', 1, 2, 2), /tensor "a": it begins at byte/],
  ['bytes after the last', one('U8', '[1]', 0, 1, 5), /byte \d+: 4 bytes follow the last tensor/],
  ['data and no tensor', tensors('{}', 100), /100 bytes follow/],
  [
    'an element type that is not known',
    one('F8_E9M9', '[1]', 0, 1, 1),
    /tensor "a": element type F8_E9M9 cannot be read/,
  ],
  ['an element type called toString', one('toString', '[1]', 0, 1, 1), /tensor "a": element type toString/],
  [
    'an element type of a megabyte',
    one('x'.repeat(1 << 20), '[1]', 0, 1, 1),
    /tensor "a": element type x+…x+ cannot be read/,
  ],
  ['metadata that is a list', tensors('{"__metadata__":[]}'), /__metadata__: it is not a JSON object/],
  ['metadata of numbers', tensors('{"__metadata__":{"a":1}}'), /__metadata__: the value of "a" is not a string/],
  [
    'a bool that is 7',
    () => Uint8Array.from([...tensors(`{${entry('a', 'BOOL', '[1]', 0, 1)}}`)(), 7]),
    /tensor "a": element 0 is 7, but a BOOL is 0 or 1/,
  ],
  [
    'a double beyond float32',
    () =>
      Uint8Array.from([
        ...tensors(`{${entry('a', 'F64', '[1]', 0, 8)}}`)(),
        ...new Uint8Array(new Float64Array([1e300]).buffer),
      ]),
    /tensor "a": element 0 is 1e\+300/,
  ],
  [
    '100,000 tensors of nothing',
    () =>
      tensors(
        `{${Array.from({ length: 100_000 }, (_, index) => entry(String(index), 'F32', '[0]', 0, 0)).join(',')}}`,
      )(),
    'read',
  ],
]);

/** A file of version 1, or of another, with this header. */
function npy(header: string, data: Uint8Array = new Uint8Array(), version = 1, length?: number): () => Uint8Array {
  return () => {
    const text = new TextEncoder().encode(header);
    const lengthBytes = version === 1 ? 2 : 4;
    const file = Buffer.alloc(8 + lengthBytes + text.length + data.length);
    file.write('\x93NUMPY', 'latin1');
    file[6] = version;
    if (version === 1) file.writeUInt16LE((length ?? text.length) & 0xffff, 8);
    else file.writeUInt32LE(length ?? text.length, 8);
    file.set(text, 8 + lengthBytes);
    file.set(data, 8 + lengthBytes + text.length);
    return file;
  };
}

const described = (descr: string, shape: string, order = 'False') =>
  `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }`;
const four = new Uint8Array(4);

export const NPY: readonly HostileFile[] = table('npy', [
  ['nothing', () => '', /byte 0: it does not begin as an .npy file does/],
  ['the magic alone', () => Buffer.from('\x93NUMPY', 'latin1'), /byte 0/],
  ['version 0', npy('{}', four, 0), /byte 6: version 0 is not known/],
  ['version 255', npy('{}', four, 255), /byte 6: version 255/],
  ['a header of 4 GiB', npy('{}', four, 2, 0xffff_ffff), /byte 8: a header of 4294967295 bytes/],
  ['a header longer than the file', npy('{}', four, 1, 60_000), /byte 8: a header up to byte 60010 does not fit/],
  [
    'a header of a megabyte',
    npy(`{${' '.repeat(1 << 20)}}`, four, 2),
    /byte 8: a header of 1048578 bytes describes no array/,
  ],
  [
    'a header cut in its length',
    () => Buffer.from('\x93NUMPY\x02\x00\x01\x00', 'latin1'),
    /byte 8: the file was cut short/,
  ],
  ['no header', npy(''), /header: it lacks descr/],
  ['code in the header', npy("__import__('os').system('id')"), /header: it lacks descr/],
  ['objects', npy(described('|O', '(1,)'), four), /header: element type '\|O' cannot be read/],
  ['a pickle', npy(described('|O8', '(1,)'), Buffer.from('cos\nsystem\n(S"id"\ntR.')), /header: element type/],
  [
    'records',
    npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", four),
    /header: arrays of records/,
  ],
  [
    'a type of 60,000 letters',
    npy(described('x'.repeat(60_000), '(1,)'), four),
    /header: element type 'x+…x+' cannot be read/,
  ],
  ['a type called constructor', npy(described('<constructor1', '(1,)'), four), /header: element type/],
  ['no numbers in the shape', npy(described('<f4', '(a,)'), four), /header: it lacks/],
  ['a negative size', npy(described('<f4', '(-1,)'), four), /header: it lacks/],
  [
    'a size of 30,000 digits',
    npy(described('<f4', `(${'9'.repeat(30_000)},)`), four),
    /header: .*is too large for a shape/,
  ],
  [
    '10^9 numbers without data',
    npy(described('<f4', '(1000000000,)')),
    /byte \d+: <f4 \(1000000000\) takes 4000000000 bytes, but 0 follow/,
  ],
  [
    'sizes whose product is no integer',
    npy(described('<f4', '(4294967296, 4294967296)'), four),
    /header: .* is too large for a shape/,
  ],
  ['10^15 rows of nothing', npy(described('<f4', '(1000000000000000, 0)')), 'read'],
  [
    '20,000 axes',
    npy(described('|u1', `(${'1,'.repeat(20_000)})`, 'True'), new Uint8Array(1), 2),
    /header: an array has at most 64 axes, and this one 20000/,
  ],
  ['64 axes, column-major', npy(described('|u1', `(${'1,'.repeat(63)}4)`, 'True'), four), 'read'],
  [
    'one byte too few',
    npy(described('<f4', '(1,)'), new Uint8Array(3)),
    /byte \d+: <f4 \(1\) takes 4 bytes, but 3 follow/,
  ],
  ['one byte too many', npy(described('<f4', '(1,)'), new Uint8Array(5)), /byte \d+: .*but 5 follow/],
  [
    'a double beyond float32',
    npy(described('<f8', '(1,)'), new Uint8Array(new Float64Array([1e300]).buffer)),
    /element 0 is 1e\+300/,
  ],
  [
    'two shapes',
    npy(`{'shape': (9,), 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}`, four),
    /byte \d+|header/,
  ],
  ['big-endian, of no numbers', npy(described('>f8', '(0,)')), 'read'],
]);

const values = new Uint8Array(new Float32Array([0, 1, -2, 3.5, 1e30, -0]).buffer);

export const GOOD_SAFETENSORS = Buffer.concat(
  formatSafetensors(
    [
      { name: 'layer.weight', dtype: 'F32', shape: [2, 3], bytes: values },
      { name: 'layer.bias', dtype: 'I64', shape: [2], bytes: new Uint8Array(16) },
      { name: 'mask', dtype: 'BOOL', shape: [3], bytes: new Uint8Array(3) },
    ],
    { format: 'pt' },
  ),
);

export const GOOD_NPY = formatNpy({ dtype: 'F32', shape: [2, 3], bytes: values });
