/** What `patchbay import` makes of what an ONNX file holds: operators that no node computes, weights of every type, open sizes. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { TensorProto_DataLocation } from 'onnx-buf';
import { afterAll, describe, expect, test } from 'vitest';
import { numberToHalf } from '../graph/formats/half.ts';
import { formatDocument, parseDocument } from '../graph/file.ts';
import { check } from './commands/check.ts';
import { importCommand } from './commands/import.ts';
import { run } from './commands/run.ts';
import { call, testFolder } from './testing/in-process.ts';
import {
  FLOAT,
  floats,
  INT64,
  node,
  onnxModel,
  type ModelInit,
  type NodeInit,
} from '../import/onnx/testing/onnx-models.ts';
import { readResults } from './testing/results.ts';

const files = testFolder();
afterAll(files.remove);

const X = { name: 'x', dims: [2, 3, 4] };

function written(init: ModelInit): string {
  const path = `${files.fresh()}.onnx`;
  writeFileSync(path, onnxModel(init));
  return path;
}

describe('operators that no node computes', () => {
  const nodes: NodeInit[] = [
    node('Relu', ['x'], 'a'),
    {
      op: 'NonMaxSuppression',
      inputs: ['a', 'w'],
      outputs: ['b', 'c'],
      name: '/detector/NonMaxSuppression',
      attributes: { center_point_box: 1n, ratio: 0.5, mode: 'fast', sizes: [1n, 2n], table: floats('', [1], [3]) },
    },
    node('Tanh', ['b'], 'y'),
    node('Relu', ['c'], 'z'),
  ];
  const init: ModelInit = {
    nodes,
    inputs: [X],
    outputs: [{ name: 'y' }, { name: 'z' }],
    initializers: [floats('w', [2], [1, 2])],
    values: [{ name: 'b', dims: [2, 3, 4], type: FLOAT }],
  };

  test('a placeholder keeps what the file says of it, in the graph and in its file', async () => {
    const out = `${files.fresh()}.patchbay`;
    const { code, lines } = await call(importCommand, written(init), '--out', out);
    expect({ code, note: lines.at(-1) }).toEqual({
      code: 0,
      note: expect.stringMatching(/^note: Relu was not taken over: 1 placeholder/) as unknown,
    });
    const text = readFileSync(out);
    const { document } = parseDocument(text);
    expect(formatDocument(document)).toBe(text.toString());
    const kept = document.modules[0]!.nodes.find(({ type }) => type === 'onnx.NonMaxSuppression')!;
    expect(kept).toMatchObject({
      name: 'detector_NonMaxSuppression',
      params: { center_point_box: 1, ratio: 0.5, mode: 'fast', sizes: '1, 2' },
    });
    expect(kept.params!['table']).toMatch(/^base64:[A-Za-z0-9+/]+=*$/);
    const wires = document.modules[0]!.edges.filter(({ to }) => to[0] === kept.id);
    expect(wires.map(({ to }) => to[1])).toEqual(['input_0', 'input_1']);
  });

  test('what needs one is refused by name and place; what is before it is checked as ever', async () => {
    const out = `${files.fresh()}.patchbay`;
    await call(importCommand, written(init), '--out', out);
    const refusal = /detector_NonMaxSuppression.*NonMaxSuppression is an operator of ONNX that was not taken over/;
    await expect(call(run, out, '--device', 'reference')).rejects.toThrow(refusal);
    const { code, lines } = await call(check, out);
    expect({ code, lines: lines.join('\n') }).toEqual({ code: 1, lines: expect.stringMatching(refusal) as unknown });
  });
});

describe('weights', () => {
  const bfloat = (values: readonly number[]) => {
    const bits = new Uint16Array(new Float32Array(values).buffer).filter((_, index) => index % 2 === 1);
    return new Uint8Array(bits.buffer);
  };
  const VALUES = [0.5, -1.25, 3, 0.0078125];
  const FORMS = {
    float_data: { dataType: 1, floatData: VALUES },
    'double, raw': { dataType: 11, rawData: new Uint8Array(Float64Array.from(VALUES).buffer) },
    double_data: { dataType: 11, doubleData: VALUES },
    'half, raw': { dataType: 10, rawData: new Uint8Array(Uint16Array.from(VALUES, numberToHalf).buffer) },
    'half, in int32_data': { dataType: 10, int32Data: VALUES.map(numberToHalf) },
    'bfloat16, raw': { dataType: 16, rawData: bfloat(VALUES) },
  };

  test.each(Object.entries(FORMS))('%s', async (_, form) => {
    const out = files.fresh();
    const model = written({
      nodes: [node('Add', ['x', 'w'], 'y')],
      inputs: [X],
      outputs: [{ name: 'y' }],
      initializers: [{ name: 'w', dims: [4n], ...form }],
    });
    expect((await call(importCommand, model, '--out', `${out}.patchbay`)).code).toBe(0);
    const { tensors } = await readResults(`${out}.safetensors`);
    expect(Array.from(tensors.get('w')!.data)).toEqual(VALUES);
  });

  test.each([
    ['int64_data', { dataType: 7, int64Data: [2n, -1n] }],
    ['int32_data', { dataType: 6, int32Data: [2, -1] }],
    ['int8, raw', { dataType: 3, rawData: Uint8Array.of(2, 0xff) }],
  ])('whole numbers: %s', async (_, form) => {
    const out = `${files.fresh()}.patchbay`;
    const nodes = [node('Cast', ['s'], 't', { attributes: { to: BigInt(INT64) } }), node('Reshape', ['x', 't'], 'y')];
    const model = written({
      nodes,
      inputs: [X],
      outputs: [{ name: 'y' }],
      initializers: [{ name: 's', dims: [2n], ...form }],
    });
    await call(importCommand, model, '--out', out);
    const { document } = parseDocument(readFileSync(out));
    expect(document.modules[0]!.nodes[1]).toMatchObject({ type: 'reshape', params: { shape: '2, 12' } });
    expect(document.weights).toBeUndefined();
  });

  test('values that are no numbers are told, except where a mask hides by −∞', async () => {
    const model = written({
      nodes: [node('MatMul', ['x', 'v'], 'a'), node('Add', ['a', 'w'], 'b'), node('Add', ['b', 'mask'], 'y')],
      inputs: [X],
      outputs: [{ name: 'y' }],
      initializers: [
        floats('v', [4, 1], [1, 2, 3, Infinity]),
        floats('w', [4], [1, NaN, 2, 3]),
        floats('mask', [4], [0, -Infinity, 0, 0]),
      ],
    });
    const { code, lines } = await call(importCommand, model, '--out', `${files.fresh()}.patchbay`);
    expect({ code, last: lines.at(-1) }).toEqual({
      code: 0,
      last: expect.stringMatching(
        /\.onnx has values that are no numbers \(NaN or infinite\): v\.weight, element 3, and in 1 more weight$/,
      ) as unknown,
    });
  });

  test('in a file beside the model', async () => {
    const folder = files.fresh();
    mkdirSync(folder);
    const model = join(folder, 'model.onnx');
    const external = (location: string, offset: number, length: number) =>
      onnxModel({
        nodes: [node('Add', ['x', 'w'], 'y')],
        inputs: [X],
        outputs: [{ name: 'y' }],
        initializers: [
          {
            name: 'w',
            dims: [4n],
            dataType: FLOAT,
            dataLocation: TensorProto_DataLocation.EXTERNAL,
            externalData: Object.entries({ location, offset, length }).map(([key, value]) => ({
              key,
              value: String(value),
            })),
          },
        ],
      });
    const out = join(folder, 'graph.patchbay');
    writeFileSync(join(folder, 'model.data'), new Uint8Array(Float32Array.of(9, ...VALUES).buffer));
    writeFileSync(model, external('model.data', 4, 16));
    await call(importCommand, model, '--out', out);
    const { tensors } = await readResults(join(folder, 'graph.safetensors'));
    expect(Array.from(tensors.get('w')!.data)).toEqual(VALUES);
    writeFileSync(join(dirname(folder), 'secret'), 'x'.repeat(20));
    for (const [location, offset, length, message] of [
      ['../secret', 0, 16, /model\.onnx: tensor w lies in \.\.\/secret, which is not in the folder of the model/],
      ['/etc/hostname', 0, 16, /lies in \/etc\/hostname, which is not in the folder/],
      ['none.data', 0, 16, /none\.data: tensor w lies there, and it cannot be read \(ENOENT\)/],
      ['model.data', 8, 16, /model\.data: tensor w lies there from byte 8 to 24, and there are 20/],
      ['model.data', 4, 12, /tensor w .*not as many/],
    ] as const) {
      writeFileSync(model, external(location, offset, length));
      await expect(call(importCommand, model, '--out', out), location).rejects.toThrow(message);
    }
  });
});

describe('sizes that come with the data', () => {
  const init: ModelInit = {
    nodes: [node('Relu', ['x'], 'y')],
    inputs: [{ name: 'x', dims: ['batch', 3] }],
    outputs: [{ name: 'y' }],
  };

  test('are 1, which is told, or what is given', async () => {
    const model = written(init);
    const out = `${files.fresh()}.patchbay`;
    const { lines } = await call(importCommand, model, '--out', out);
    expect(lines).toContain('note: size batch comes with the data; it is 1 here (--set batch=SIZE)');
    const shape = () => parseDocument(readFileSync(out)).document.modules[0]!.nodes[0]!.params!['shape'];
    expect(shape()).toBe('1 3');
    const given = await call(importCommand, model, '--out', out, '--set', 'batch=5');
    expect(given.lines.join('\n')).not.toContain('note');
    expect(shape()).toBe('5 3');
  });

  test.each([
    ['length=2', /model.*: it has no size length; there are batch/],
    ['batch=99999999999', /99999999999 is no size for batch/],
    ['batch=many', /--set batch=many: write NAME=SIZE/],
  ])('%s is refused', async (setting, message) => {
    const model = join(files.fresh());
    mkdirSync(model);
    writeFileSync(join(model, 'model.onnx'), onnxModel(init));
    const out = `${files.fresh()}.patchbay`;
    await expect(call(importCommand, join(model, 'model.onnx'), '--out', out, '--set', setting)).rejects.toThrow(
      message,
    );
  });

  test('flags of the other kind of model are refused', async () => {
    const out = `${files.fresh()}.patchbay`;
    await expect(call(importCommand, written(init), '--out', out, '--rename', 'a=b')).rejects.toThrow(/--rename/);
    await expect(call(importCommand, files.folder, '--out', out, '--set', 'a=1')).rejects.toThrow(/--set/);
  });
});
