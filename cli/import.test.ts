/** `patchbay import`: folders as Hugging Face writes them become graphs that name their files. */
import { mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseDocument } from '../graph/file.ts';
import { formatSafetensors, type NamedTensor } from '../graph/formats/safetensors.ts';
import { openRuff } from '../export/testing/ruff.ts';
import type { GraphNode, PatchbayDocument } from '../graph/schema.ts';
import { exportCommand } from './commands/export.ts';
import { importCommand } from './commands/import.ts';
import { run } from './commands/run.ts';
import { verify } from './commands/verify.ts';
import { weights } from './commands/weights.ts';
import {
  SMALL,
  SMALL_TOWERS,
  tensorsOf,
  writeFolder,
  type FolderContent,
  type SmallModel,
} from '../import/huggingface/testing/small-models.ts';
import { importing } from './testing/importing.ts';
import { call, testFolder } from './testing/in-process.ts';
import { readResults } from './testing/results.ts';

const files = testFolder();
afterAll(files.remove);
const { folderOf, imported, refused } = importing(files);

const { classifier, vit, clip, siglip } = SMALL;
const CLASSIFIER = tensorsOf(classifier.shapes);

const read = (path: string): PatchbayDocument => parseDocument(readFileSync(path)).document;

function nodeOf({ modules }: PatchbayDocument, name: string): GraphNode {
  return modules[0]!.nodes.find((node) => node.name === name && !node.id.endsWith('_out'))!;
}

test('a classifier: what was found is told, and the graph computes with the weights of the folder', async () => {
  const folder = folderOf({ config: classifier.config, tensors: CLASSIFIER });
  const { graph, lines } = await imported(folder);
  expect(lines.slice(0, 7)).toEqual([
    'architecture     ViTForImageClassification',
    expect.stringMatching(/^nodes {12}\d+ in 11 modules$/),
    'parameters       3151',
    'matched          40',
    'missing          0',
    'of another shape 0',
    'left over        0',
  ]);
  const out = `${files.fresh()}.safetensors`;
  const input = `${files.fresh()}.safetensors`;
  const pixels = {
    name: 'pixel_values',
    dtype: 'F32',
    shape: [2, 3, 14, 14],
    bytes: new Uint8Array(2 * 3 * 14 * 14 * 4),
  };
  writeFileSync(input, Buffer.concat(formatSafetensors([pixels as NamedTensor])));
  await call(run, graph, '--device', 'reference', '--save-weights', '--out', out, '--input', `pixel_values=${input}`);
  const { tensors } = await readResults(out);
  expect(tensors.get('logits')!.shape).toEqual([2, 3]);
  for (const { name, shape, bytes } of CLASSIFIER) {
    const { data, ...kept } = tensors.get(`weight/${name}`)!;
    expect(kept.shape, name).toEqual(shape);
    expect(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), name).toEqual(bytes);
  }
  expect(await call(weights, graph)).toMatchObject({ code: 0 });
});

test('several files in half precision, from a graph in another folder; buffers beside the weights are left out', async () => {
  const half = tensorsOf(clip.shapes).map((tensor): NamedTensor => {
    const words = new Uint16Array(tensor.bytes.buffer).filter((_, index) => index % 2 === 1);
    return { ...tensor, dtype: 'BF16', bytes: new Uint8Array(words.buffer) };
  });
  const buffers = ['text_model', 'vision_model'].map((model): NamedTensor => {
    return { name: `${model}.embeddings.position_ids`, dtype: 'I64', shape: [1, 2], bytes: new Uint8Array(16) };
  });
  const shards = [
    { name: 'model-00001-of-00002.safetensors', tensors: half.slice(0, 30) },
    { name: 'model-00002-of-00002.safetensors', tensors: [...half.slice(30), ...buffers] },
  ];
  const weight_map = Object.fromEntries(
    shards.flatMap(({ name: file, tensors }) => tensors.map(({ name }) => [name, file] as const)),
  );
  const folder = folderOf({
    config: clip.config,
    files: {
      'model.safetensors.index.json': JSON.stringify({ metadata: {}, weight_map }),
      ...Object.fromEntries(shards.map(({ name, tensors }) => [name, Buffer.concat(formatSafetensors(tensors))])),
    },
  });
  const { graph, lines } = await imported(folder);
  expect(lines).toContain('matched          78');
  expect(lines).toContain('left over        0');
  expect(read(graph).weights).toEqual({
    path: `${folder.slice(files.folder.length + 1)}/model.safetensors.index.json`,
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    rename: ['**.position_ids='],
  });
  expect(await call(weights, graph)).toMatchObject({ code: 0 });
  await call(exportCommand, graph, '--to', 'onnx', '--out', files.fresh());
});

test('of a graph outside of the folder it is told that the application will ask for the weights', async () => {
  const graph = join(files.fresh(), 'graph.patchbay');
  mkdirSync(dirname(graph));
  const folder = folderOf({ config: classifier.config, tensors: CLASSIFIER });
  const { code, lines } = await call(importCommand, folder, '--out', graph);
  expect([code, lines.at(-1)]).toEqual([
    0,
    expect.stringMatching(/^note: the weights lie outside the folder of the graph/),
  ]);
  expect(read(graph).weights!.path).toMatch(/^\.\.\/\d+\/model\.safetensors$/);
  expect(await call(weights, graph)).toMatchObject({ code: 0 });
});

test.each([
  ['ViT', classifier.config, classifier.shapes],
  ['CLIP', { ...clip.config, text_config: { ...clip.config.text_config, eos_token_id: 4 } }, clip.shapes],
  ['SigLIP', siglip.config, siglip.shapes],
  ['text encoder', SMALL_TOWERS.CLIPTextModelWithProjection.config, SMALL_TOWERS.CLIPTextModelWithProjection.shapes],
] as const)(
  'every value of an imported %s is the same in ONNX Runtime, and its Python is clean',
  async (_name, config, shapes) => {
    const { graph } = await imported(folderOf({ config, tensors: tensorsOf(shapes) }));
    const flags = ['--against', 'onnx', '--seeds', '1', '--device', 'reference'];
    const { code, lines } = await call(verify, graph, ...flags);
    expect(code, lines.join('\n')).toBe(0);
    const exported = files.fresh();
    await call(exportCommand, graph, '--to', 'pytorch', '--out', exported);
    expect(openRuff().complaints(readFileSync(join(exported, 'model.py'), 'utf8'))).toEqual([]);
  },
);

test('a ViT that was saved without its pooler ends before it', async () => {
  const tensors = tensorsOf(vit.shapes).map((tensor) => ({ ...tensor, name: `model.${tensor.name}` }));
  const without = tensors.filter(({ name }) => !name.startsWith('model.pooler.'));
  const rule = ['--rename', 'model.**=**'];
  const { graph, lines } = await imported(folderOf({ config: vit.config, tensors: without }), ...rule);
  expect(lines).toContain('note: the checkpoint has no pooler: the graph ends at last_hidden_state');
  expect(read(graph).modules.map(({ name }) => name)).not.toContain('ViTPooler');
  const { graph: whole } = await imported(folderOf({ config: vit.config, tensors }), ...rule);
  expect(read(whole).modules.map(({ name }) => name)).toContain('ViTPooler');
});

test('of a model in that cache its snapshot is asked for', async () => {
  const model = join(files.fresh(), 'models--org--vit');
  writeFolder(join(model, 'snapshots/3d74acf'), { config: classifier.config });
  expect(await refused(model)).toMatch(
    /models--org--vit: this is a model in .* cache: import its snapshot \S+3d74acf$/,
  );
  writeFolder(join(model, 'snapshots/4e85bda'), { config: classifier.config });
  expect(await refused(model)).toMatch(/import one of its 2 snapshots, as \S+snapshots\/\w+$/);
});

test('a snapshot in Hugging Face’s cache, whose files are links to blobs, is read through them', async () => {
  const model = files.fresh();
  const snapshot = writeFolder(join(model, 'snapshots/3d74acf'), { config: classifier.config, tensors: CLASSIFIER });
  mkdirSync(join(model, 'blobs'));
  for (const [at, name] of readdirSync(snapshot).entries()) {
    renameSync(join(snapshot, name), join(model, 'blobs', String(at)));
    symlinkSync(`../../blobs/${at}`, join(snapshot, name));
  }
  const { graph, lines } = await imported(snapshot);
  expect(lines).toContain('matched          40');
  expect(read(graph).weights!.path).toMatch(/snapshots\/3d74acf\/model\.safetensors$/);
  expect(await call(weights, graph)).toMatchObject({ code: 0 });
});

test('an encoder for texts alone takes no pictures, and one for pictures no texts', async () => {
  const { CLIPTextModel: texts, CLIPVisionModel: pictures } = SMALL_TOWERS;
  const ofTexts = await imported(folderOf({ config: texts.config, tensors: tensorsOf(texts.shapes) }));
  expect(ofTexts.lines[0]).toBe('architecture     CLIPTextModel');
  expect(ofTexts.lines.filter((line) => line.startsWith('note: '))).toEqual([
    'note: tokenizer.json: it is missing; the graph takes ids, by its input input_ids',
  ]);
  expect(read(ofTexts.graph).assets).toEqual([]);
  const ofPictures = await imported(folderOf({ config: pictures.config, tensors: tensorsOf(pictures.shapes) }));
  expect(ofPictures.lines.filter((line) => line.startsWith('note: '))).toEqual([
    'note: preprocessor_config.json: it is missing; pictures are prepared as is usual for clip_vision_model',
  ]);
  const { lines } = await call(run, ofPictures.graph, '--device', 'reference');
  expect(lines.map((line) => line.split(/\s+/)[0])).toEqual(['last_hidden_state', 'pooler_output']);
});

test('rules bring names of elsewhere to the graph, and stay in it', async () => {
  const tensors = CLASSIFIER.map((tensor) => ({ ...tensor, name: `module.${tensor.name}` }));
  const extra: NamedTensor = { name: 'module.ema.decay', dtype: 'F32', shape: [], bytes: new Uint8Array(4) };
  const folder = folderOf({ config: classifier.config, tensors: [...tensors, extra] });
  const rules = ['module.ema.**=', 'module.**=**'];
  const { graph } = await imported(folder, ...rules.flatMap((rule) => ['--rename', rule]));
  expect(read(graph).weights!.rename).toEqual(rules);
  expect(await call(weights, graph)).toMatchObject({ code: 0 });
});

describe('pictures are prepared as preprocessor_config.json says', () => {
  const prepare = async (preprocessor: object, model: SmallModel) => {
    const text = JSON.stringify(preprocessor);
    const folder = folderOf({
      config: model.config,
      tensors: tensorsOf(model.shapes),
      files: { 'preprocessor_config.json': text },
    });
    const { graph, lines } = await imported(folder);
    const { fit, filter, mean, std } = nodeOf(read(graph), 'pixel_values').params!;
    return [[fit, filter, mean, std], lines.filter((line) => line.startsWith('note: preprocessor'))];
  };
  const third = { image_mean: [0.1, 0.2, 0.3], image_std: [0.5, 0.25, 1] };

  test.each<[string, object, SmallModel, unknown[], RegExp[]]>([
    [
      'a ViT’s',
      { size: 14, resample: 2, image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5] },
      vit,
      ['stretch', 'bilinear', '0.5', '0.5'],
      [],
    ],
    [
      'heights and widths',
      { size: { height: 14, width: 14 }, resample: 3, ...third },
      vit,
      ['stretch', 'bicubic', '0.1, 0.2, 0.3', '0.5, 0.25, 1'],
      [],
    ],
    [
      'CLIP’s',
      {
        size: { shortest_edge: 14 },
        crop_size: { height: 14, width: 14 },
        do_center_crop: true,
        resample: 3,
        ...third,
      },
      clip,
      ['crop', 'bicubic', '0.1, 0.2, 0.3', '0.5, 0.25, 1'],
      [],
    ],
    [
      'CLIP’s of the first versions',
      { size: 14, crop_size: 14, do_center_crop: true, rescale_factor: 0.00392156862745098, ...third },
      clip,
      ['crop', 'bicubic', '0.1, 0.2, 0.3', '0.5, 0.25, 1'],
      [],
    ],
    [
      'pixels from 0 to 255',
      { size: 14, do_rescale: false, image_mean: [127.5], image_std: [51] },
      siglip,
      ['stretch', 'bicubic', '0.5', '0.2'],
      [],
    ],
    ['no normalising', { size: 14, do_normalize: false }, siglip, ['stretch', 'bicubic', '0', '1'], []],
    [
      'a margin, and a filter that is not known',
      { size: { shortest_edge: 16 }, crop_size: 14, do_center_crop: true, resample: 1, ...third },
      vit,
      ['crop', 'bicubic', '0.1, 0.2, 0.3', '0.5, 0.25, 1'],
      [/size: .*no margin/, /resample: .*filter 1/],
    ],
    [
      'another size',
      { size: 28, ...third },
      vit,
      ['stretch', 'bilinear', '0.1, 0.2, 0.3', '0.5, 0.25, 1'],
      [/size: it is 28, and the model reads 14/],
    ],
  ])('%s', async (_name, preprocessor, model, params, notes) => {
    const [got, told] = await prepare(preprocessor, model);
    expect(got).toEqual(params);
    expect(told).toEqual(notes.map((note) => expect.stringMatching(note)));
  });
});

describe('texts', () => {
  const WORDS = {
    added_tokens: [],
    normalizer: { type: 'Lowercase' },
    pre_tokenizer: { type: 'WhitespaceSplit' },
    post_processor: null,
    decoder: null,
    model: {
      type: 'WordLevel',
      unk_token: '[UNK]',
      vocab: { '[UNK]': 0, a: 2, photo: 3, of: 4, red: 5, circle: 6, green: 7, square: 8, end: 29 },
    },
  };
  const folderWith = (tokenizer: unknown, more: FolderContent['files'] = {}) =>
    folderOf({
      config: clip.config,
      tensors: tensorsOf(clip.shapes),
      files: { 'tokenizer.json': typeof tokenizer === 'string' ? tokenizer : JSON.stringify(tokenizer), ...more },
    });

  test('are read by the folder’s tokenizer', async () => {
    const { graph, lines } = await imported(folderWith(WORDS));
    expect(lines.filter((line) => line.includes('tokenizer'))).toEqual([]);
    const tokenizer = read(graph).assets.find(({ id }) => id === 'tokenizer');
    expect(tokenizer).toMatchObject({ name: 'tokenizer.json', path: expect.stringMatching(/^\d+\/tokenizer\.json$/) });
    expect(nodeOf(read(graph), 'input_ids').params).toMatchObject({ tokenizer: 'file', pad_token_id: 1 });
    // With the pictures that are there to begin with it computes at once.
    const { lines: printed } = await call(run, graph, '--device', 'reference', '--tap', 'input_ids');
    expect(printed.find((line) => line.startsWith('logits_per_text'))).toMatch(/\[2, 2\]/);
    expect(printed.find((line) => line.startsWith('input_ids'))).toMatch(/\[2, 7\].*min 1\.0+ .*max 8\./);
  });

  test('are filled up as the tokenizer has it, if it says how', async () => {
    const settings = { 'tokenizer_config.json': JSON.stringify({ pad_token: 'end' }) };
    const { graph } = await imported(folderWith(WORDS, settings));
    expect(nodeOf(read(graph), 'input_ids').params).toMatchObject({ pad_token_id: 29 });
  });

  test.each([
    ['is missing', undefined, /tokenizer\.json: it is missing; the graph takes ids/],
    [
      'is of a kind that is not known',
      { ...WORDS, model: { type: 'Morse', vocab: {} } },
      /tokenizer\.json: it is no tokenizer/,
    ],
    ['is no JSON', '{', /tokenizer\.json: it is no JSON/],
  ])('come as ids where the tokenizer %s', async (_what, tokenizer, note) => {
    const folder =
      tokenizer === undefined
        ? folderOf({ config: clip.config, tensors: tensorsOf(clip.shapes) })
        : folderWith(tokenizer);
    const { graph, lines } = await imported(folder);
    expect(lines.at(-1)).toMatch(note);
    expect(read(graph).assets.map(({ id }) => id)).toEqual(['red-circle', 'green-square']);
    expect(nodeOf(read(graph), 'input_ids')).toMatchObject({ type: 'input' });
  });
});

test('values that are no numbers are told, and kept: the graph shows where they lead', async () => {
  const bias = 'vit.layernorm.bias';
  const tensors = CLASSIFIER.map((tensor): NamedTensor => {
    if (tensor.name !== bias) return tensor;
    const words = Uint16Array.from({ length: 12 }, (_, index) => (index === 3 ? 0xffc1 : 0x3f80));
    return { ...tensor, dtype: 'BF16', bytes: new Uint8Array(words.buffer) };
  });
  const { graph, lines } = await imported(folderOf({ config: classifier.config, tensors }));
  const told =
    /^model\.safetensors has values that are no numbers \(NaN or infinite\): vit\.layernorm\.bias, element 3$/;
  expect(lines.filter((line) => told.test(line))).toHaveLength(1);
  expect((await call(weights, graph)).lines.filter((line) => told.test(line))).toHaveLength(1);
  const out = `${files.fresh()}.safetensors`;
  await call(exportCommand, graph, '--to', 'pytorch', '--out', out);
  const { tensors: kept } = await readResults(join(out, 'weights.safetensors'));
  expect([...kept.get(bias)!.data].map(Number.isNaN)).toEqual(Array.from({ length: 12 }, (_, index) => index === 3));
});

test('a rule in a document that is none is told where it is used', async () => {
  const { graph } = await imported(folderOf({ config: classifier.config, tensors: CLASSIFIER }));
  const broken = { ...read(graph), weights: { ...read(graph).weights!, rename: ['vit'] } };
  await expect(call(weights, files.file(broken))).rejects.toThrow(/^weights\.rename, the rule "vit": write FROM=TO$/);
});
