/** Hostile .onnx files. */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import {
  floats,
  INT64,
  integers,
  onnxModel,
  type ModelInit,
  type NodeInit,
} from '../../../import/onnx/testing/onnx-models.ts';
import { table, type HostileFile } from './hostile-file.ts';

const X = { name: 'x', dims: [2, 3] };
const Y = { name: 'y' };
const W = floats('w', [3, 2], [1, 2, 3, 4, 5, 6]);
const GOOD: ModelInit = {
  nodes: [
    { op: 'MatMul', inputs: ['x', 'w'], outputs: ['p'], name: 'layer/MatMul' },
    { op: 'Reshape', inputs: ['p', 'shape'], outputs: ['y'], attributes: { allowzero: 0n } },
  ],
  inputs: [X],
  outputs: [Y],
  initializers: [W, integers('shape', [-1])],
};

export const GOOD_ONNX = onnxModel(GOOD);

const model = (init: Partial<ModelInit>) => () => onnxModel({ ...GOOD, ...init });
/** Nodes between x and y, beside tensors. */
const nodes = (list: readonly NodeInit[], initializers: ModelInit['initializers'] = []) =>
  model({ nodes: list, initializers: [W, ...initializers] });
const one = (
  op: string,
  inputs: readonly string[],
  more: Partial<NodeInit> = {},
  initializers: ModelInit['initializers'] = [],
) => nodes([{ op, inputs, ...more }], initializers);
const tensor = (more: object) => model({ initializers: [{ ...W, ...more }, integers('shape', [-1])] });
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** A field of bytes, as it stands in a file. */
function field(number: number, bytes: Uint8Array, length = bytes.byteLength): Uint8Array {
  return new BinaryWriter().tag(number, WireType.LengthDelimited).uint32(length).raw(bytes).finish();
}

/** A model whose graph is these bytes. */
function graph(...parts: readonly Uint8Array[]): Uint8Array {
  const head = new BinaryWriter().tag(1, WireType.Varint).int64(8n).finish();
  const set = field(8, new BinaryWriter().tag(2, WireType.Varint).int64(17n).finish());
  return Buffer.concat([head, set, field(7, Buffer.concat(parts))]);
}

/** A chain of n nodes from `from` to y. */
function chain(count: number, op: string, from: string, more: readonly string[] = []): NodeInit[] {
  return times(count, (index) => ({
    op,
    inputs: [
      index === 0 ? from : `v${index - 1}`,
      ...more.map((name) => (name === '=' ? (index === 0 ? from : `v${index - 1}`) : name)),
    ],
    outputs: [index === count - 1 ? 'y' : `v${index}`],
  }));
}

const HUGE = [1_000_000, 1_000_000];

export const ONNX: readonly HostileFile[] = table('onnx', [
  ['nothing', () => '', /the file is empty/],
  ['a text', () => 'This is no model, but a text of some length.', /the model is cut off or broken at its byte 0/],
  ['JSON', () => '{"format": "patchbay"}', /the model is cut off or broken at its byte 0/],
  ['zeros', () => new Uint8Array(1 << 20), /the model is cut off or broken at its byte 0/],
  [
    'a million empty fields',
    () => Uint8Array.from({ length: 2_000_000 }, (_, index) => (index % 2 === 0 ? 0x32 : 0)),
    /no ONNX model/,
  ],
  [
    'ten million empty fields',
    () => Uint8Array.from({ length: 20_000_000 }, (_, index) => (index % 2 === 0 ? 0x32 : 0)),
    /more than 2,000,000 parts/,
  ],
  ['a varint without end', () => new Uint8Array(1 << 20).fill(0xff), /the model is cut off or broken at its byte 0/],
  ['groups in groups', () => new Uint8Array(1 << 20).fill(0x0b), /the model is cut off or broken at its byte 0/],
  [
    'a graph longer than the file',
    () => Buffer.concat([GOOD_ONNX.subarray(0, 4), field(7, new Uint8Array(4), 2 ** 31)]),
    /cut off or broken/,
  ],
  ['cut in the middle', () => GOOD_ONNX.subarray(0, GOOD_ONNX.length >> 1), /cut off or broken/],
  ['cut before its end', () => GOOD_ONNX.subarray(0, -1), /cut off or broken/],
  ['no graph', () => GOOD_ONNX.subarray(0, 2), /no ONNX model/],
  ['an empty graph', () => graph(), /its graph has no outputs/],
  [
    'a million empty nodes',
    () => graph(Uint8Array.from({ length: 2_000_000 }, (_, index) => (index % 2 === 0 ? 0x0a : 0))),
    /node 0 has no operator/,
  ],
  [
    'no operator set',
    () => Buffer.concat([GOOD_ONNX.subarray(0, 2), field(7, new Uint8Array(0))]),
    /of which operator set/,
  ],
  ['an operator set of the far future', model({ operatorSet: 1000 }), /operators are of set 1000/],
  ['no outputs', model({ outputs: [] }), /its graph has no outputs/],
  [
    'an output that nothing gives',
    model({ outputs: [{ name: 'z' }] }),
    /value z is read by the graph, as an output, and nothing gives it/,
  ],
  ['two outputs of one name', model({ outputs: [Y, Y] }), /two inputs or outputs are called "y"/],
  ['two inputs of one name', model({ inputs: [X, X] }), /two inputs or outputs are called "x"/],
  [
    'a value given twice',
    nodes([
      { op: 'Relu', inputs: ['x'] },
      { op: 'Relu', inputs: ['x'] },
    ]),
    /value y is given twice/,
  ],
  [
    'an input that is given again',
    nodes([
      { op: 'Relu', inputs: ['y'], outputs: ['x'] },
      { op: 'Relu', inputs: ['x'] },
    ]),
    /value x is given twice/,
  ],
  [
    'a missing input',
    one('Add', ['x', 'nobody'], { name: 'sum' }),
    /value nobody is read by node sum \(Add\), and nothing gives it/,
  ],
  ['an input that is left out', one('Add', ['x', ''], { name: 'sum' }), /node sum \(Add\): it lacks its operand 1/],
  ['too few inputs', one('Add', ['x'], { name: 'sum' }), /node sum \(Add\): it lacks its operand 1/],
  [
    'a node that reads itself',
    one('Add', ['x', 'y'], { name: 'loop' }),
    /node loop \(Add\) is made of what it gives: a cycle/,
  ],
  [
    'a ring of nodes',
    nodes(
      times(1000, (index) => ({
        op: 'Relu',
        inputs: [index === 0 ? 'y' : `v${index}`],
        outputs: [index === 999 ? 'y' : `v${index + 1}`],
      })),
    ),
    /a cycle/,
  ],
  ['nodes in the wrong order', nodes(chain(1000, 'Relu', 'x').reverse()), 'read'],
  ['a node of no operator', one('', ['x']), /node 0 has no operator/],
  ['an operator of a megabyte', one('x'.repeat(1 << 20), ['x']), 'read'],
  ['an operator called __proto__', one('__proto__', ['x']), 'read'],
  ['an operator called constructor', one('constructor', ['x']), 'read'],
  ['an attribute called __proto__', one('Other', ['x'], { attributes: { ['__proto__']: 'a' } }), 'read'],
  [
    'names with line breaks',
    one('Add', ['x', 'a\n\n  at b'], { name: 'a\n  at c' }),
    /value a {3}at b is read by node a {3}at c \(Add\)/,
  ],
  [
    'an unknown operator without shapes',
    nodes([
      { op: 'NonZero', inputs: ['x'], outputs: ['a'] },
      { op: 'Transpose', inputs: ['a'] },
    ]),
    'read',
  ],
  ['20,000 nodes in a row', nodes(chain(19_990, 'Relu', 'x')), 'read'],
  ['30,000 nodes in a row', nodes(chain(30_000, 'Relu', 'x')), /becomes 30001 nodes; 20,000 is the most/],
  [
    '20,000 nodes that read one',
    model({
      nodes: [
        ...times(9_000, (index) => ({ op: 'Relu', inputs: ['x'], outputs: [`v${index}`] })),
        { op: 'Max', inputs: times(9_000, (index) => `v${index}`) },
      ],
    }),
    /becomes 26999 nodes; 20,000 is the most/,
  ],
  ['300,000 nodes', nodes(chain(300_000, 'Relu', 'x')), /more than 200,000 nodes/],
  [
    'constants that are made of constants 10,000 times',
    nodes(
      [
        ...chain(10_000, 'Neg', 'constant/c').map((node) =>
          node.outputs![0] === 'y' ? { ...node, outputs: ['z'] } : node,
        ),
        { op: 'Add', inputs: ['x', 'z'] },
      ],
      [floats('constant/c', [3], [1, 2, 3])],
    ),
    'read',
  ],
  [
    'a weight that is turned 10,000 times',
    nodes(
      [
        ...chain(10_000, 'Transpose', 'big').map((node) =>
          node.outputs![0] === 'y' ? { ...node, outputs: ['z'] } : node,
        ),
        { op: 'MatMul', inputs: ['x', 'z'] },
      ],
      [
        floats(
          'big',
          [3, 3000],
          times(9000, (index) => index),
        ),
      ],
    ),
    'read',
  ],
  [
    'constants that double 60 times',
    nodes(
      [
        ...chain(60, 'Concat', 'c', ['=']).map((node) => ({
          ...node,
          attributes: { axis: 0n },
          outputs: node.outputs![0] === 'y' ? ['z'] : node.outputs!,
        })),
        { op: 'Add', inputs: ['x', 'z'] },
      ],
      [floats('c', [1, 3], [1, 2, 3])],
    ),
    /does not broadcast/,
  ],
  [
    '10,000 constants of 4,000 numbers each',
    nodes(
      [
        ...times(10_000, (index): NodeInit => ({
          op: 'Range',
          inputs: ['zero', 'many', 'one'],
          outputs: [`r${index}`],
        })),
        ...times(10_000, (index): NodeInit => ({
          op: 'Add',
          inputs: [index === 0 ? 'x' : `s${index - 1}`, `r${index}`],
          outputs: [index === 9_999 ? 'y' : `s${index}`],
        })),
      ],
      [integers('zero', [0], []), integers('many', [4000], []), integers('one', [1], [])],
    ),
    /more than 8,388,608 numbers/,
  ],
  [
    'a constant of 10^12 numbers',
    nodes(
      [
        { op: 'ConstantOfShape', inputs: ['huge'], outputs: ['c'] },
        { op: 'Add', inputs: ['x', 'c'] },
      ],
      [integers('huge', HUGE)],
    ),
    /1000000 × 1000000 does not broadcast/,
  ],
  [
    'a layer of 10^12 numbers that are not there',
    nodes(
      [
        { op: 'ConstantOfShape', inputs: ['huge'], outputs: ['c'] },
        { op: 'MatMul', inputs: ['x', 'c'] },
      ],
      [integers('huge', [3, 1_000_000_000])],
    ),
    /would be 3000000000 numbers, and there are 8 in the file/,
  ],
  ['an expansion to 10^12', one('Expand', ['x', 'huge'], {}, [integers('huge', [...HUGE, 2, 3])]), 'read'],
  ['a margin of 10^9', one('Pad', ['x', 'pads'], {}, [integers('pads', [0, 0, 1_000_000_000, 0])]), 'read'],
  [
    'a range of 10^15',
    nodes(
      [
        { op: 'Range', inputs: ['zero', 'many', 'one'], outputs: ['r'] },
        { op: 'Add', inputs: ['x', 'r'] },
      ],
      [integers('zero', [0], []), integers('many', [1e15], []), integers('one', [1], [])],
    ),
    /it counts from 0 to 1000000000000000/,
  ],
  [
    'a range by nothing',
    nodes(
      [
        { op: 'Range', inputs: ['zero', 'many', 'zero'], outputs: ['r'] },
        { op: 'Add', inputs: ['x', 'r'] },
      ],
      [integers('zero', [0], []), integers('many', [5], [])],
    ),
    /it counts from 0 to 5 by 0/,
  ],
  ['a shape that does not fit', model({ initializers: [W, integers('shape', [7])] }), /\[2, 2\] does not become \[7\]/],
  [
    'a shape of 100,000 axes',
    model({
      initializers: [
        W,
        integers(
          'shape',
          times(100_000, () => 1),
        ),
      ],
    }),
    /does not become/,
  ],
  ['a negative shape', model({ initializers: [W, integers('shape', [-4])] }), /does not become \[-4\]/],
  ['a product that does not fit', model({ inputs: [{ name: 'x', dims: [2, 4] }] }), /node layer\/MatMul \(MatMul\)/],
  [
    'an axis that is not there',
    one('Softmax', ['x'], { attributes: { axis: 7n }, name: 'soft' }),
    /node soft \(Softmax\): there is no axis 7 among 2/,
  ],
  ['an attribute of another kind', one('Softmax', ['x'], { attributes: { axis: 'one' } }), /attribute axis is no int/],
  [
    'a permutation that is none',
    one('Transpose', ['x'], { attributes: { perm: [0n, 0n] } }),
    /\[0, 0\] is no order of 2 axes/,
  ],
  [
    'a split that does not add up',
    one('Split', ['x', 'sizes'], { attributes: { axis: 1n }, outputs: ['y', 'z'] }, [integers('sizes', [1, 1])]),
    /3 is not cut into \[1, 1\]/,
  ],
  [
    'a step of 0',
    one('Slice', ['x', 'a', 'b', 'c', 'd'], {}, [
      integers('a', [0]),
      integers('b', [2]),
      integers('c', [0]),
      integers('d', [0]),
    ]),
    /its step is 0/,
  ],
  [
    'a place outside of the table',
    one('Gather', ['x', 'at'], { attributes: { axis: 1n } }, [integers('at', [5])]),
    /there is no position 5 among 3/,
  ],
  [
    'an input of any number of axes',
    model({ inputs: [{ name: 'x', dims: undefined }] }),
    /nothing says how many axes x has/,
  ],
  ['an input of texts', model({ inputs: [{ ...X, type: 8 }] }), /input x has elements of type 8/],
  [
    'an input of 100 axes',
    model({ nodes: [{ op: 'Relu', inputs: ['x'] }], inputs: [{ name: 'x', dims: times(100, () => 1) }] }),
    /at most 8 dimensions, not 100/,
  ],
  ['an input of negative size', model({ inputs: [{ name: 'x', dims: [-1, 3] }] }), /axis 0 of x has size -1/],
  ['an input of 10^18 by 10^18', model({ inputs: [{ name: 'x', dims: [1e18, 3] }] }), /axis 0 of x has size/],
  ['a tensor of 10^12 numbers', tensor({ dims: HUGE.map(BigInt) }), /tensor w has sizes \[1000000, 1000000\]/],
  ['a tensor of negative size', tensor({ dims: [-3n, 2n] }), /tensor w has sizes \[-3, 2\]/],
  ['a tensor of more numbers than it has', tensor({ dims: [300n, 200n] }), /its 24 bytes are not as many/],
  ['a tensor of fewer numbers than it has', tensor({ dims: [3n, 1n] }), /its 24 bytes are not as many/],
  ['a tensor of 100,000 axes', tensor({ dims: times(100_000, () => 1n) }), /tensor w has 100000 axes/],
  ['a tensor of texts', tensor({ dataType: 8 }), /tensor w has elements of type 8/],
  ['a tensor of no type', tensor({ dataType: 0 }), /tensor w has elements of type 0/],
  ['numbers that are not in its field', tensor({ rawData: new Uint8Array(0), floatData: [1, 2] }), /not as many/],
  ['whole numbers that are cut', tensor({ dataType: INT64, rawData: new Uint8Array(7) }), /not as many/],
  [
    'a tensor in another file',
    tensor({
      dataLocation: 1,
      rawData: new Uint8Array(0),
      externalData: [{ key: 'location', value: '../../etc/passwd' }],
    }),
    /not there/,
  ],
  ['a tensor in no file', tensor({ dataLocation: 1, rawData: new Uint8Array(0) }), /nothing says in which file/],
  [
    'a tensor from no place in a file',
    tensor({
      dataLocation: 1,
      externalData: [
        { key: 'location', value: 'a' },
        { key: 'offset', value: '-1' },
      ],
    }),
    /offset of its external data/,
  ],
  [
    'two tensors of one name',
    model({ initializers: [W, W, integers('shape', [-1])] }),
    /two initialisers are called "w"/,
  ],
  ['a size that two axes have', model({ inputs: [{ name: 'x', dims: ['n', 3] }] }), 'read'],
  [
    'a weight that float32 does not hold',
    tensor({ dataType: 11, rawData: new Uint8Array(new Float64Array(6).fill(1e300).buffer) }),
    /1e\+300, which float32 does not hold/,
  ],
  ['a weight of NaN', tensor({ rawData: new Uint8Array(new Float32Array(6).fill(NaN).buffer) }), 'read'],
  ['an LSTM of crooked weights', one('LSTM', ['x', 'w', 'w'], { outputs: ['', 'y'] }), 'read'],
  ['a graph in an attribute', one('If', ['x'], { attributes: { then_branch: W } }), 'read'],
]);
