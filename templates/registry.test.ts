import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { analyse } from '../graph/analyse.ts';
import { formatDocument, parseDocument } from '../graph/file.ts';
import { namespaceOf } from '../graph/ports.ts';
import type { PatchbayDocument } from '../graph/schema.ts';
import { MODULES } from '../nodes/modules/registry.ts';
import { NODES } from '../nodes/registry.ts';
import { layoutFaults } from '../nodes/testing/layout.ts';
import { TEMPLATES } from './registry.ts';

const MOST_PICTURE_BYTES = 60_000;

function template(name: string): Promise<PatchbayDocument> {
  return TEMPLATES.find((candidate) => candidate.name === name)!.load();
}

describe.for(TEMPLATES)('template:$name', ({ name, load }) => {
  test('stands in the file as the application writes it', async () => {
    const text = await readFile(new URL(`${name}.patchbay`, import.meta.url), 'utf8');
    expect(formatDocument(await load())).toBe(text);
    // It is opened without the checks that other files go through.
    expect(parseDocument(text)).toEqual({ document: await load(), readOnly: false, problems: [] });
  });

  test('has no problem under any preset', async () => {
    const document = await load();
    for (const preset of [null, ...document.presets.map((candidate) => candidate.name)]) {
      expect(analyse(document, NODES, { preset }).problems).toEqual([]);
    }
  });

  test('holds the shipped modules as they are now', async () => {
    const copies = (await load()).modules.filter(({ origin }) => origin !== undefined);
    for (const copy of copies) expect(copy).toEqual(MODULES.get(copy.name));
  });

  test('lays its nodes out without overlaps, and explains them', async () => {
    const { modules, main } = await load();
    const root = modules.find((module) => module.name === main)!;
    expect(layoutFaults(root)).toEqual([]);
    for (const { name: hyperparameter, help } of root.hyperparameters) expect(help, hyperparameter).toBeTruthy();
  });
});

const VISION = ['batch', 'depth', 'embed_dim', 'image_size', 'mlp_ratio', 'num_channels', 'num_heads', 'patch_size'];

test.for([
  { name: 'vit', values: VISION, outputs: ['attended', 'attention_weights', 'embeddings', 'features', 'patches'] },
  {
    name: 'clip',
    values: [...VISION, 'projection_dim', 'text_dim', 'text_len', 'vocab_size'],
    outputs: ['clip_loss', 'image_embeds', 'logits_per_image', 'logits_per_text', 'siglip_loss', 'text_embeds'],
  },
  {
    name: 'merge',
    values: ['batch', 'hidden_size', 'image_token_id', 'image_tokens', 'num_patches', 'pad', 'text_len'],
    outputs: ['merged'],
  },
  {
    name: 'vlm',
    values: [
      ...VISION,
      'hidden_size',
      'image_token_id',
      'image_tokens',
      'num_heads_text',
      'num_layers',
      'text_len',
      'vocab_size',
    ],
    outputs: ['logits'],
  },
])('template:$name has the names that the command line and the tests know', async ({ name, values, outputs }) => {
  const { modules, main, preset } = await template(name);
  const root = modules.find((module) => module.name === main)!;
  expect([...root.hyperparameters, ...root.sizes!].map((value) => value.name).toSorted()).toEqual(values.toSorted());
  const given = root.nodes.filter((node) => namespaceOf(node) === 'output').map((node) => node.name);
  expect(given.toSorted()).toEqual(outputs);
  expect(preset).toBe('live');
});

test('every template of a section opens small, and has the sizes of the lesson beside', async () => {
  for (const { name, load } of TEMPLATES) {
    if (name === 'attention' || name === 'blank') continue;
    const { presets, preset } = await load();
    expect([name, preset, ...presets.map((overlay) => overlay.name)]).toEqual([name, 'live', 'live', 'notebook']);
  }
});

test('the sample picture is small, whole, and what its hash says', async () => {
  const { assets } = await template('vit');
  expect(assets).toHaveLength(1);
  const png = Buffer.from(assets[0]!.data!, 'base64');
  expect(png.length).toBeLessThan(MOST_PICTURE_BYTES);
  expect(createHash('sha256').update(png).digest('hex')).toBe(assets[0]!.sha256);
  expect(await sharp(png).metadata()).toMatchObject({ format: 'png', width: 256, height: 256, channels: 3 });
});
