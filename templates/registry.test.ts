import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { analyse } from '../graph/analyse.ts';
import { formatDocument } from '../graph/file.ts';
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

test('template:vit has the names that the command line and the tests know', async () => {
  const { modules, main, presets, preset } = await template('vit');
  const root = modules.find(({ name }) => name === main)!;
  const values = [...root.hyperparameters, ...root.sizes!].map(({ name }) => name);
  expect(values.toSorted()).toEqual(
    ['batch', 'depth', 'embed_dim', 'image_size', 'mlp_ratio', 'num_channels', 'num_heads', 'patch_size'].toSorted(),
  );
  const outputs = root.nodes.filter((node) => namespaceOf(node) === 'output').map(({ name }) => name);
  expect(outputs.toSorted()).toEqual(['attended', 'attention_weights', 'embeddings', 'features', 'patches']);
  expect(presets.map(({ name }) => name)).toEqual(['live', 'notebook']);
  expect(preset).toBe('live');
});

test('the sample picture is small, whole, and what its hash says', async () => {
  const { assets } = await template('vit');
  expect(assets).toHaveLength(1);
  const png = Buffer.from(assets[0]!.data!, 'base64');
  expect(png.length).toBeLessThan(MOST_PICTURE_BYTES);
  expect(createHash('sha256').update(png).digest('hex')).toBe(assets[0]!.sha256);
  expect(await sharp(png).metadata()).toMatchObject({ format: 'png', width: 256, height: 256, channels: 3 });
});
