/**
 * By keyboard alone: VisionAttention as the notebook writes it, from an empty document to PyTorch's numbers, with what a
 * screen reader reads and hears on the way.
 */
import { expect, test } from '@playwright/test';
import GOLDEN from './goldens/vision-attention.json' with { type: 'json' };
import { Editor } from './support/editor.ts';
import { largestDifference } from './support/golden-values.ts';
import { Keyboard } from './support/keyboard.ts';

test('VisionAttention is built by keyboard from an empty document, and computes what PyTorch does', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const editor = new Editor(page);
  const keys = await Keyboard.at(page);
  /** Adds a node that is wired to the one that has the focus. */
  const then = async (call: string, node: string): Promise<void> => {
    await keys.press('a');
    await keys.enter(call);
    await expect(editor.node(node)).toBeFocused();
  };
  const goTo = async (node: string): Promise<void> => {
    await keys.press('Control+f');
    await expect(page.getByRole('combobox', { name: 'Nodes' })).toBeFocused();
    await keys.enter(node);
    await expect(editor.node(node)).toBeFocused();
  };
  /** From the node that has the focus to an input of it, and a wire into that. */
  const wireInto = async (node: string, input: string, source: string): Promise<void> => {
    await keys.tabTo(editor.port(node, 'input', input));
    await keys.press('Enter');
    await keys.enter(source);
    await expect(editor.port(node, 'input', input)).toBeFocused();
    await keys.hears(new RegExp(`^Connected ${source} output to ${node} ${input}`));
    await keys.press('Escape');
    await expect(editor.node(node)).toBeFocused();
  };

  await page.goto('/');
  await keys.tabTo(editor.template('Blank'));
  await keys.press('Enter');
  await expect(page.getByRole('contentinfo', { name: 'Status' })).toBeVisible();
  await keys.press('Shift+A');
  await keys.enter('random_tensor(1, patches=8, embed_dim=32)');
  await expect(editor.node('random_tensor')).toBeFocused();

  // Query, and from it keys and values.
  await then('linear(32, 32)', 'linear');
  await then('reshape(1, 8, num_heads=4, head_dim=8)', 'reshape');
  await then('transpose(1, 2)', 'transpose');
  await keys.press('Shift+ArrowLeft', 'Shift+ArrowLeft');
  await keys.hears(/3 nodes selected$/);
  await keys.press('Control+c');
  await keys.hears('Copied 3 nodes');
  await keys.press('Control+Shift+V');
  await expect(editor.node('linear_1')).toBeFocused();
  await keys.press('Control+Shift+V');
  await expect(editor.node('linear_2')).toBeFocused();

  // softmax(q·kᵀ / √head_dim)
  await goTo('transpose_1');
  await then('transpose(2, 3)', 'transpose_3');
  await goTo('transpose');
  await then('matmul', 'matmul');
  await wireInto('matmul', 'b', 'transpose_3');
  await then('multiply(8 ** -0.5)', 'multiply');
  await then('softmax', 'softmax');
  await then('dropout(0.0)', 'dropout');
  await then('output', 'output');

  // Its weighted mean of the values, heads side by side again, and the last projection.
  await keys.press('ArrowLeft');
  await expect(editor.node('dropout')).toBeFocused();
  await then('matmul', 'matmul_1');
  await wireInto('matmul_1', 'b', 'transpose_2');
  await then('transpose(1, 2)', 'transpose_4');
  await then('reshape(1, 8, embed_dim=32)', 'reshape_3');
  await then('linear(32, 32)', 'linear_3');
  await then('output', 'output_1');
  await editor.settled();
  await page.screenshot({ path: test.info().outputPath('keyboard.png') });

  /** What the menu of the node that has the focus copies. */
  const copied = async (): Promise<unknown> => {
    await keys.press('ContextMenu');
    await keys.pressTo(page.getByRole('menuitem', { name: 'Copy value' }), 'ArrowDown');
    await keys.press('Enter');
    await expect(page.getByText(/^Copied \d+ numbers of /)).toBeVisible();
    const text = await page.evaluate(() => navigator.clipboard.readText());
    await page.evaluate(() => navigator.clipboard.writeText(''));
    return JSON.parse(text);
  };
  expect(largestDifference(await copied(), GOLDEN.attended)).toBeLessThan(1e-6);
  await goTo('dropout');
  await keys.press('ArrowRight');
  await expect(editor.node('output')).toBeFocused();
  expect(largestDifference(await copied(), GOLDEN.attention_weights)).toBeLessThan(1e-6);
  await keys.expectNoPointer();
});
