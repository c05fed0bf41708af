import { expect, test } from 'vitest';
import { FLOAT, node, onnxModel } from './testing/onnx-models.ts';
import { importOnnx } from './import-onnx.ts';
import { isInOwnFile, readStructure, type SyncSource } from './own-file.ts';
import { readModel } from './read-model.ts';
import type { ReadExternal } from './tensor.ts';
import { lateTensor } from './weights.ts';

/** Rows of a matrix that is large enough to stay in the file. */
const ROWS = 173n;
const COLUMNS = 131n;

function numbers(count: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Float32Array.from({ length: count }, (_, at) => Math.sin(at)).buffer);
}

const MODEL = onnxModel({
  nodes: [node('Gemm', ['x', 'w', 'b'], 'y')],
  inputs: [{ name: 'x', type: FLOAT, dims: [1, Number(ROWS)] }],
  outputs: [{ name: 'y', type: FLOAT, dims: [1, Number(COLUMNS)] }],
  initializers: [
    { name: 'w', dims: [ROWS, COLUMNS], dataType: FLOAT, rawData: numbers(Number(ROWS * COLUMNS)) },
    { name: 'b', dims: [COLUMNS], dataType: FLOAT, rawData: numbers(Number(COLUMNS)) },
  ],
});

/** A file that counts what is read of it. */
function fileOf(bytes: Uint8Array): SyncSource & { largest: number } {
  const file = {
    byteLength: bytes.byteLength,
    largest: 0,
    read: (begin: number, end: number) => {
      expect([begin >= 0, end <= bytes.byteLength, begin <= end]).toEqual([true, true, true]);
      file.largest = Math.max(file.largest, end - begin);
      return bytes.slice(begin, end);
    },
  };
  return file;
}

const NOT_ASKED: ReadExternal = () => {
  throw new Error('nothing lies elsewhere');
};

test('a large model is walked by slices; what was left in the file is the same numbers', () => {
  const file = fileOf(MODEL);
  const structure = readStructure(file, 0);
  expect(structure.byteLength).toBeLessThan(2000);
  expect(file.largest).toBeLessThanOrEqual(1 << 16);
  const external: ReadExternal = (data) => {
    expect(isInOwnFile(data)).toBe(true);
    return file.read(data.offset, data.offset + data.length!);
  };
  const [whole, left] = [
    importOnnx(MODEL, { sizes: new Map(), external: NOT_ASKED }),
    importOnnx(structure, { sizes: new Map(), external }),
  ];
  expect(left.document).toEqual(whole.document);
  expect(left.weights.map(({ path }) => path)).toEqual(whole.weights.map(({ path }) => path));
  for (const [at, weight] of left.weights.entries())
    expect(lateTensor(weight).read()).toEqual(lateTensor(whole.weights[at]!).read());
});

test('a small model is read whole, and so is one without large numbers', () => {
  expect(readStructure(fileOf(MODEL))).toEqual(MODEL);
  const small = onnxModel({
    nodes: [node('Relu', ['x'], 'y')],
    inputs: [{ name: 'x', type: FLOAT, dims: [1] }],
    outputs: [{ name: 'y', type: FLOAT, dims: [1] }],
  });
  expect(readStructure(fileOf(small), 0)).toEqual(small);
});

test('wherever a large file is cut, it is refused in one line or is still the model of a graph', () => {
  for (let length = 1; length < MODEL.byteLength; length += 997) {
    const cut = fileOf(MODEL.slice(0, length));
    expect(() => readModel(readStructure(cut, 0), NOT_ASKED), `${length}`).toThrow(
      /is cut off or broken|no ONNX model|operator set|no outputs/,
    );
  }
});

test('sizes that say more than there is are refused before memory is taken for them', () => {
  const lying = onnxModel({
    nodes: [node('Gemm', ['x', 'w'], 'y')],
    inputs: [{ name: 'x', type: FLOAT, dims: [1, 2] }],
    outputs: [{ name: 'y', type: FLOAT, dims: [1, 2] }],
    initializers: [{ name: 'w', dims: [2n ** 15n, 2n ** 15n], dataType: FLOAT, rawData: numbers(1 << 15) }],
  });
  const file = fileOf(lying);
  const external: ReadExternal = ({ offset, length }) => file.read(offset, offset + length!);
  const { initializers } = readModel(readStructure(file, 0), external);
  expect(() => initializers.get('w')!.numbers()).toThrow(/bytes are not as many as they take/);
});
