/** What `patchbay import` refuses: in one line that says where, with exit 1, and nothing is written. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { formatSafetensors, type NamedTensor } from '../graph/formats/safetensors.ts';
import { importCommand } from './commands/import.ts';
import { SMALL, tensorsOf, type FolderContent } from '../import/huggingface/testing/small-models.ts';
import { importing } from './testing/importing.ts';
import { call, testFolder } from './testing/in-process.ts';
import { patchbay } from './testing/patchbay.ts';

const files = testFolder();
afterAll(files.remove);
const { folderOf, refused } = importing(files);

const { classifier, vit, clip, siglip } = SMALL;
const CLASSIFIER = tensorsOf(classifier.shapes);

describe('configurations that are refused, by their key', () => {
  const text = clip.config.text_config;
  const vision = clip.config.vision_config;
  test.each<[string, unknown, RegExp]>([
    [
      'another architecture',
      { model_type: 'llama' },
      /config\.json: model_type: "llama" is not known; known are vit, clip, clip_text_model, clip_vision_model, siglip, siglip_text_model, siglip_vision_model$/,
    ],
    ['none', {}, /config\.json: model_type: it is missing$/],
    ['a number for it', { model_type: 3 }, /model_type: it is no text$/],
    ['a name of every object', { model_type: 'constructor' }, /"constructor" is not known/],
    [
      'another class',
      { ...vit.config, architectures: ['ViTForMaskedImageModeling'] },
      /architectures: ViTForMaskedImageModeling is not known; known of vit are ViTModel, ViTForImageClassification$/,
    ],
    ['no class', { ...vit.config, architectures: [] }, /architectures: it names no class/],
    [
      'an activation',
      { ...vit.config, hidden_act: 'swishy' },
      /config\.json: hidden_act: "swishy" is not known; known are gelu,/,
    ],
    [
      'an activation of a part',
      { ...clip.config, vision_config: { ...vision, hidden_act: 'mish' } },
      /vision_config\.hidden_act: "mish"/,
    ],
    [
      'heads',
      { ...vit.config, num_attention_heads: 5 },
      /num_attention_heads: hidden_size 12 is not divisible by 5 heads$/,
    ],
    [
      'heads of a part',
      { ...clip.config, text_config: { ...text, num_attention_heads: 5 } },
      /text_config\.num_attention_heads: hidden_size 12/,
    ],
    ['a size that is none', { ...vit.config, hidden_size: 12.5 }, /hidden_size: it is 12\.5; a whole number/],
    ['a size as a text', { ...vit.config, patch_size: '4' }, /patch_size: it is "4"; a whole number/],
    [
      'an endless size',
      { ...vit.config, intermediate_size: 1e15 },
      /intermediate_size: it is 1000000000000000; a whole number/,
    ],
    [
      'endless layers',
      { ...vit.config, num_hidden_layers: 257 },
      /num_hidden_layers: it is 257; a whole number from 1 to 256/,
    ],
    ['a side for each', { ...vit.config, image_size: [14, 14] }, /image_size: it is \[14,14\]; a whole number/],
    [
      'a patch beyond the picture',
      { ...vit.config, patch_size: 15 },
      /patch_size: a picture of 14 pixels holds no patch of 15$/,
    ],
    ['a truth value as a text', { ...vit.config, qkv_bias: 'yes' }, /qkv_bias: it is "yes"; true or false/],
    ['no classes', { ...classifier.config, id2label: {} }, /id2label: it names no class/],
    ['a part that is none', { ...clip.config, text_config: 7 }, /text_config: it is 7; an object/],
    [
      'no head',
      { ...siglip.config, vision_config: { ...siglip.config.vision_config, vision_use_head: false } },
      /vision_config\.vision_use_head: without its head/,
    ],
    [
      'two widths',
      { ...siglip.config, text_config: { ...siglip.config.text_config, projection_size: 5 } },
      /projection_size: it is 5, and the pictures/,
    ],
    ['text that is no JSON', '{"model_type": "vit",}', /config\.json: line 1, column 21: /],
    ['a list', '[]', /config\.json: it is not a JSON object/],
    ['a picture', '\x89PNG', /config\.json: /],
  ])('%s', async (_what, config, message) => {
    // Before anything is read of the weights, which are not there.
    expect(await refused(folderOf({ config }))).toMatch(message);
  });

  test('a preprocessor with other channels', async () => {
    const files = { 'preprocessor_config.json': JSON.stringify({ image_mean: [0.1, 0.2] }) };
    expect(await refused(folderOf({ config: vit.config, files }))).toMatch(
      /preprocessor_config\.json: image_mean: it has 2 numbers, and the model reads 3 channels$/,
    );
  });
});

describe('weights that are refused: one line for each place, and nothing is written', () => {
  const without = (name: string) => CLASSIFIER.filter((tensor) => tensor.name !== name);
  const query = 'vit.encoder.layer.0.attention.attention.query.weight';
  const misshapen = CLASSIFIER.map((tensor) => (tensor.name === query ? { ...tensor, shape: [6, 24] } : tensor));
  const other = CLASSIFIER.map((tensor) => (tensor.name === query ? { ...tensor, dtype: 'F8_E4M3' } : tensor));

  test.each<[string, readonly NamedTensor[], RegExp]>([
    [
      'missing',
      without(query),
      /missing {10}1\n[^]*lacks the weight vit\.encoder\.layer\.0\.attention\.attention\.query\.weight$/,
    ],
    ['of another shape', misshapen, /of another shape 1\n[^]*query\.weight as \[6, 24\]; the graph's is \[12, 12\]$/],
    [
      'left over',
      [...CLASSIFIER, { ...CLASSIFIER[0]!, name: 'extra' }],
      /left over {8}1\n[^]*has the weight extra, which the graph has no place for$/,
    ],
    [
      'of names that would be lines of their own',
      [...CLASSIFIER, { ...CLASSIFIER[0]!, name: `a\nb${'x'.repeat(1000)}` }],
      /left over {8}1\n[^\n]*the weight a b.{300,400}, which the graph has no place for$/,
    ],
    ['of no model', [], /missing {10}40\n/],
  ])('%s', async (_what, tensors, message) => {
    expect(await refused(folderOf({ config: classifier.config, tensors }))).toMatch(message);
  });

  test('a file that was there before stays as it was', async () => {
    const graph = files.fresh();
    writeFileSync(graph, 'mine');
    const folder = folderOf({ config: classifier.config, tensors: without(query) });
    expect((await call(importCommand, folder, '--out', graph)).code).toBe(1);
    expect(readFileSync(graph, 'utf8')).toBe('mine');
  });

  test('an element type that cannot be read', async () => {
    // Its bytes are what a header says, as for every type that is not known.
    const pieces = formatSafetensors(CLASSIFIER);
    const header = new TextDecoder().decode(pieces[0]!.subarray(8));
    const entries = JSON.parse(header) as Record<string, { dtype: string }>;
    entries[query]!.dtype = other.find(({ name }) => name === query)!.dtype;
    const text = new TextEncoder().encode(JSON.stringify(entries));
    const length = new Uint8Array(BigUint64Array.of(BigInt(text.byteLength)).buffer);
    const model = Buffer.concat([length, text, ...pieces.slice(1)]);
    const folder = folderOf({ config: classifier.config, files: { 'model.safetensors': model } });
    expect(await refused(folder)).toMatch(/tensor "vit\.encoder.*": element type F8_E4M3 cannot be read$/);
  });

  test('a header that lies, and a file that was cut short', async () => {
    const whole = Buffer.concat(formatSafetensors(CLASSIFIER));
    const lying = Buffer.from(whole.toString('latin1').replace('[0,', '[4,'), 'latin1');
    const cut = whole.subarray(0, whole.byteLength - 4);
    for (const [model, message] of [
      [lying, /model\.safetensors: .*tensor/],
      [cut, /model\.safetensors: .*are not in the file/],
      [Buffer.from('no tensors'), /model\.safetensors: .*header/],
    ] as const) {
      const folder = folderOf({ config: classifier.config, files: { 'model.safetensors': model } });
      expect(await refused(folder)).toMatch(message);
    }
  });

  test('100,000 tensors of another model: one line', async () => {
    const many = Array.from({ length: 100_000 }, (_, index): NamedTensor => {
      return { name: `model.layers.${index}.weight`, dtype: 'F32', shape: [1], bytes: new Uint8Array(4) };
    });
    const message = await refused(folderOf({ config: classifier.config, tensors: [...CLASSIFIER, ...many] }));
    expect(message.split('\n').slice(0, 4)).toEqual([
      'matched          40',
      'missing          0',
      'of another shape 0',
      'left over        100000',
    ]);
    expect(message.split('\n').slice(4)).toEqual([
      expect.stringMatching(
        /has 100000 weights: model\.layers\.0\.weight, .* and 99995 more, which the graph has no place for$/,
      ),
    ]);
  });

  test.each<[string, FolderContent['files'], RegExp]>([
    ['none', {}, /there is neither model\.safetensors nor model\.safetensors\.index\.json$/],
    [
      'a pickle',
      { 'pytorch_model.bin': 'PK' },
      /pytorch_model\.bin is a pickle, which is not read: save the model with safe_serialization=True$/,
    ],
  ])('no weights: %s', async (_what, others, message) => {
    expect(await refused(folderOf({ config: classifier.config, ...(others && { files: others }) }))).toMatch(message);
  });
});

test('calls that are wrong', async () => {
  const folder = folderOf({ config: classifier.config, tensors: CLASSIFIER });
  const out = `${files.fresh()}.patchbay`;
  const outcomes = await Promise.all([
    patchbay(['import', folder]),
    patchbay(['import', folder, '--out', out, '--rename', 'vit']),
    patchbay(['import', join(folder, 'nowhere'), '--out', out]),
    patchbay(['import', folder, '--out', join(folder, 'nowhere', 'x.patchbay')]),
  ]);
  expect(outcomes.map(({ code, stdout }) => [code, stdout])).toEqual([2, 2, 1, 1].map((code) => [code, '']));
  const first = outcomes.map(({ stderr }) => stderr.split('\n')[0]);
  expect(first[0]).toBe('patchbay import: --out is missing');
  expect(first[1]).toMatch(/--rename, the rule "vit": write FROM=TO/);
  expect(first[2]).toMatch(/nowhere: there is no such folder$/);
  expect(first[3]).toMatch(/x\.patchbay: it cannot be written/);
  expect(existsSync(out)).toBe(false);
  mkdirSync(join(folder, 'empty'));
  expect((await patchbay(['import', join(folder, 'empty'), '--out', out])).stderr).toMatch(
    /config\.json: it cannot be read/,
  );
});
