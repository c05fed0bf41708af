import { createHash } from 'node:crypto';
import { TensorProto_DataLocation } from 'onnx-buf';
import { expect, test } from 'vitest';
import { FLOAT, node, onnxModel } from '../../import/onnx/testing/onnx-models.ts';
import { SMALL, tensorsOf } from '../../import/huggingface/testing/small-models.ts';
import { bytesSource, formatSafetensors, readSafetensorsHeader } from '../../graph/formats/safetensors.ts';
import { importThreadHere, type KeptHere } from '../testing/import-thread.ts';
import { createModelImports } from './model-imports.ts';
import { whichModel } from './which-model.ts';

const fileOf = (path: string, ...parts: (string | Uint8Array<ArrayBuffer>)[]) => ({
  path,
  file: new File(parts, path.split('/').at(-1)!),
});

const WEIGHT = new Uint8Array(Float32Array.from({ length: 6 }, (_, at) => at).buffer);

function matmul(operator = 'MatMul', external?: string): Uint8Array<ArrayBuffer> {
  const data =
    external === undefined
      ? { rawData: WEIGHT }
      : { dataLocation: TensorProto_DataLocation.EXTERNAL, externalData: [{ key: 'location', value: external }] };
  return onnxModel({
    nodes: [node(operator, ['x', 'w'], 'y')],
    inputs: [{ name: 'x', type: FLOAT, dims: ['rows', 2] }],
    outputs: [{ name: 'y', type: FLOAT, dims: ['rows', 3] }],
    initializers: [{ name: 'w', dims: [2n, 3n], dataType: FLOAT, ...data }],
  }).slice();
}

const imports = (kept?: KeptHere) => createModelImports(() => importThreadHere(kept));

test('an .onnx file becomes a document whose weights are kept under their hash', async () => {
  const kept: KeptHere = new Map();
  const progress: number[] = [];
  const request = whichModel({ name: 'm.onnx', files: [fileOf('m.onnx', matmul())] });
  const imported = await imports(kept).read(request, { onProgress: (part) => progress.push(part) });
  if (imported.kind !== 'onnx') throw new Error(imported.kind);
  expect(imported.openSizes).toEqual(['rows']);
  expect(imported.report).toEqual({
    facts: [
      ['nodes', '3 in 1 module'],
      ['parameters', '6'],
    ],
    notes: [],
  });
  const [[sha256, bytes]] = [...kept] as [[string, Uint8Array]];
  expect(imported.weights).toBe(sha256);
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
  const { entries } = await readSafetensorsHeader(bytesSource(bytes));
  expect([...entries.values()].map(({ name, shape }) => [name, shape])).toEqual([['w.weight', [3, 2]]]);
  expect(progress.length).toBeGreaterThan(0);
  expect(progress).toEqual(progress.toSorted((a, b) => a - b));
});

test('numbers in another file come from the one that was chosen with the model, and are asked for where there is none', async () => {
  const model = fileOf('deep/m.onnx', matmul('MatMul', 'w.bin'));
  const files = [model, fileOf('deep/w.bin', WEIGHT), fileOf('w.bin', new Uint8Array(1))];
  expect(await imports().read(whichModel({ name: 'deep', files }), {})).toMatchObject({ kind: 'onnx' });
  const lacking = whichModel({ name: 'deep', files: [model] });
  await expect(imports().read(lacking, {})).rejects.toThrow(
    /tensor w lies in w\.bin, which was not chosen: choose it together with deep\/m\.onnx/,
  );
  const short = whichModel({ name: 'deep', files: [model, fileOf('deep/w.bin', WEIGHT.slice(1))] });
  await expect(imports().read(short, {})).rejects.toThrow(/tensor w .*its 23 bytes are not as many/);
});

test('what has no node is a placeholder, and the report says so', async () => {
  const request = whichModel({ name: 'm.onnx', files: [fileOf('m.onnx', matmul('NonMaxSuppression'))] });
  const { report } = await imports().read(request, {});
  expect(report.notes).toEqual([
    'NonMaxSuppression was not taken over: 1 placeholder stands for it, and what needs it does not run',
  ]);
});

test('weights that hold no numbers are told of in the report', async () => {
  const wild = new Uint8Array(Float32Array.of(0, 1, NaN, 3, 4, 5).buffer);
  const files = [fileOf('m.onnx', matmul('MatMul', 'w.bin')), fileOf('w.bin', wild)];
  const { report } = await imports().read(whichModel({ name: 'm.onnx', files }), {});
  // Element 2 of the file, which has the matrix transposed.
  expect(report.notes).toEqual(['m.onnx has values that are no numbers (NaN or infinite): w.weight, element 4']);
});

test('a Hugging Face folder becomes its architecture, and says which file has the weights', async () => {
  const { config, shapes } = SMALL.clip;
  const weights = formatSafetensors(tensorsOf(shapes)).map((piece) => piece.slice());
  const files = [fileOf('config.json', JSON.stringify(config)), fileOf('model.safetensors', ...weights)];
  const imported = await imports().read(whichModel({ name: 'clip', files }), {});
  if (imported.kind !== 'huggingface') throw new Error(imported.kind);
  expect(imported.weights).toBe('model.safetensors');
  expect(imported.report.facts[0]).toEqual(['architecture', 'CLIPModel']);
  expect(imported.report.notes.join('\n')).toMatch(/tokenizer\.json: it is missing; the graph takes ids/);
  expect(imported.document.assets.map(({ caption }) => caption)).toEqual(['a red circle', 'a green square']);
});

test.each([
  ['nothing of a model', [fileOf('readme.md', '')], /choose an \.onnx file, or a Hugging Face folder/],
  ['nothing, as a browser shows a folder of links,', [], /there is no file in it that can be read\. Links/],
  ['two models', [fileOf('a.onnx', ''), fileOf('b.ONNX', '')], /several models, a\.onnx, b\.ONNX/],
])('%s is refused before anything is read', (_, files, words) => {
  expect(() => whichModel({ name: 'chosen', files })).toThrow(words);
});

test.each([
  ['no weights', [fileOf('config.json', JSON.stringify(SMALL.vit.config))], /neither model\.safetensors nor/],
  ['no JSON', [fileOf('config.json', '{\n oops')], /folder\/config\.json: line 2, column 2/],
  ['an empty file', [fileOf('m.onnx', '')], /the file is empty/],
])('a folder with %s is refused with its place', async (_, files, words) => {
  await expect(imports().read(whichModel({ name: 'folder', files }), {})).rejects.toThrow(words);
});

test('one that is given up before it has begun gives the reason', async () => {
  const request = whichModel({ name: 'm.onnx', files: [fileOf('m.onnx', matmul())] });
  const signal = AbortSignal.abort(new Error('no patience'));
  await expect(imports().read(request, { signal })).rejects.toThrow('no patience');
});
