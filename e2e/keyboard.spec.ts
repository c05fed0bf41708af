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
    const ports = page.getByRole('dialog', { name: `Wire ${node} ${input}` });
    await expect(ports.getByRole('combobox', { name: `Where ${input} comes from` })).toBeFocused();
    await expect(ports.getByRole('option', { name: `${source} output`, disabled: false })).toBeVisible();
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
  await keys.hears(/^Add random_tensor/);
  await expect(editor.node('random_tensor')).toHaveAccessibleName(
    /^random_tensor, Random tensor, output 1, patches 8, embed_dim 32 mean −?\d/,
  );

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
  await then('linear(24, 32)', 'linear_3');

  // A slip of the hand: what is wrong is heard and read, and mended where the parameters are.
  await keys.hears(/^Add linear.* 1 problem: linear_3 .*in_features 24/);
  await expect(editor.node('linear_3')).toHaveAccessibleName(/^linear_3, Linear, error: .*in_features 24/);
  await keys.press('F2');
  await keys.enter('out_proj');
  await expect(editor.node('linear_3')).toBeFocused();
  await keys.hears('Rename linear_3 to out_proj');
  await keys.press('F1');
  await keys.tabTo(editor.field('in_features'));
  await keys.enter('32');
  await keys.hears('Set in_features of out_proj to 32. No problems');
  await keys.press('Escape');
  await expect(editor.node('linear_3')).toBeFocused();
  await then('output', 'output_1');
  await editor.settled();

  // What a screen reader finds at a node: what it is, what flows, and what it is wired to.
  await expect(editor.node('matmul')).toMatchAriaSnapshot(`
    - article /matmul, Matmul, output 1, num_heads 4, 8, 8 mean −?\\d/:
      - img /^matmul output, 1, num_heads 4, 8, 8:.* mean/
      - button "Input a, 1, num_heads 4, 8, head_dim 8, from transpose output"
      - button "Input b, 1, num_heads 4, head_dim 8, 8, from transpose_3 output"
      - button "Output output, 1, num_heads 4, 8, 8, to multiply a"
  `);
  await expect(page.getByRole('img', { name: 'Wire from transpose_3 output to matmul b' })).toBeAttached();
  await page.screenshot({ path: test.info().outputPath('keyboard.png') });

  /** What the menu of the node that has the focus copies. */
  const copied = async (node: string): Promise<unknown> => {
    await keys.press('ContextMenu');
    await expect(page.locator('[role="menu"]:focus, [role="menu"] :focus')).toBeAttached();
    await keys.pressTo(page.getByRole('menuitem', { name: 'Copy value' }), 'ArrowDown');
    await keys.press('Enter');
    // What was copied before may still be told.
    await expect(page.getByText(new RegExp(`^Copied \\d+ numbers of ${node}$`))).toBeVisible();
    await expect(page.getByRole('menu')).toBeHidden();
    const text = await page.evaluate(() => navigator.clipboard.readText());
    await page.evaluate(() => navigator.clipboard.writeText(''));
    return JSON.parse(text);
  };
  expect(largestDifference(await copied('output_1'), GOLDEN.attended)).toBeLessThan(1e-6);

  // The same, number by number, as it is read aloud.
  const reads = async (place: string, wanted: number): Promise<void> => {
    const cell = page.getByRole('gridcell', { name: new RegExp(`^${place}: −?\\d`) });
    await expect(cell).toBeFocused();
    expect(Number((await cell.textContent())!.replace('−', '-'))).toBeCloseTo(wanted, 6);
  };
  await keys.press('v');
  await reads('axis 1 0, out_features 0', GOLDEN.attended[0]![0]![0]!);
  await keys.press('ArrowDown', 'ArrowRight', 'ArrowRight');
  await reads('axis 1 1, out_features 2', GOLDEN.attended[0]![1]![2]!);
  await keys.press('Control+End');
  await reads('axis 1 7, out_features 31', GOLDEN.attended[0]![7]![31]!);
  await keys.press('Escape');
  await expect(editor.node('output_1')).toBeFocused();

  await goTo('dropout');
  await keys.press('ArrowRight');
  await expect(editor.node('output')).toBeFocused();
  expect(largestDifference(await copied('output'), GOLDEN.attention_weights)).toBeLessThan(1e-6);
  await keys.expectNoPointer();
});
