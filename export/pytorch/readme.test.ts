/** What the README of a package says is there, and what is. */
import { expect, test } from 'vitest';
import { TEMPLATES } from '../../templates/registry.ts';
import { exportSourceOf, textOf } from '../testing/source.ts';
import { PYTORCH } from './target.ts';

async function textsOf(name: string, values: Readonly<Record<string, number>>): Promise<ReadonlyMap<string, string>> {
  const document = await TEMPLATES.find((template) => template.name === name)!.load();
  const notebook = document.presets.find((preset) => preset.name === 'notebook')!;
  const files = await PYTORCH.files(exportSourceOf(document, { values: { ...notebook.values, ...values } }));
  const texts = files.filter(({ path }) => !path.endsWith('.safetensors'));
  const read = await Promise.all(texts.map(async (file) => [file.path, await textOf(file)] as const));
  return new Map([...read, ...files.filter((file) => !texts.includes(file)).map(({ path }) => [path, ''] as const)]);
}

test('every file is listed, and no other', async () => {
  const texts = await textsOf('vlm', {});
  const listed = Array.from(texts.get('README.md')!.matchAll(/^\| `([^`]+\.[a-z]+)` \|/gm), ([, path]) => path);
  expect(new Set(listed)).toEqual(new Set([...texts.keys()].filter((path) => path !== 'README.md')));
});

test('an example without outputs is not said to have any, nor compared with', async () => {
  const [small, large] = [await textsOf('vit', {}), await textsOf('vit', { depth: 40 })];
  expect(small.get('README.md')).toContain('its outputs in float64');
  expect(small.get('test_model.py')).toContain('test_outputs_are_those_of_the_example');
  expect(large.get('README.md')).not.toContain('output/');
  expect(large.get('README.md')).not.toContain('compares the outputs');
  expect(large.get('test_model.py')).not.toContain('test_outputs_are_those_of_the_example');
});
