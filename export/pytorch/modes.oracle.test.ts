/** Muted and bypassed nodes in exported packages: their own tests pass in an interpreter, with the weights of all layers. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apply } from '../../graph/diff.ts';
import { toggleMode } from '../../graph/edits.ts';
import type { Mode, PatchbayDocument } from '../../graph/schema.ts';
import { TEMPLATES } from '../../templates/registry.ts';
import { PackageTester } from '../testing/packages.ts';
import { exportSourceOf } from '../testing/source.ts';
import { PYTORCH } from './target.ts';

let tester: PackageTester;

beforeAll(async () => {
  tester = await PackageTester.start();
});
afterAll(() => tester?.close());

async function vit(mode: Mode, module: string, ...names: string[]): Promise<PatchbayDocument> {
  const document = await TEMPLATES.find(({ name }) => name === 'vit')!.load();
  const ids = document.modules
    .find(({ name }) => name === module)!
    .nodes.filter(({ name }) => names.includes(name))
    .map(({ id }) => id);
  expect(ids).toHaveLength(names.length);
  return apply(document, toggleMode(document, module, ids, mode).diff);
}

test('a bypassed attention is made and not called', async () => {
  const source = exportSourceOf(await vit('bypass', 'VisionTransformerBlock', 'attention'));
  const files = await PYTORCH.files(source);
  const model = files.find(({ path }) => path === 'model.py')!;
  const decoder = new TextDecoder();
  let text = '';
  for await (const piece of model.pieces) text += decoder.decode(piece, { stream: true });
  expect(text).toContain('self.attention = VisionAttention');
  expect(text).not.toContain('self.attention(');
  expect(await tester.test(source)).toBeNull();
});

test('a bypassed stack is made and not called, and a muted output is no result', async () => {
  expect(await tester.test(exportSourceOf(await vit('bypass', 'ViT', 'blocks')))).toBeNull();
  const muted = await vit('mute', 'ViT', 'attention_weights');
  expect(await tester.test(exportSourceOf(muted))).toBeNull();
});
