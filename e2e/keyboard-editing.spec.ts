/** Editing by keyboard alone: ports and wires, notes and frames, modules, problems and their fixes, lists and panels. */
import { expect, test, type Page } from '@playwright/test';
import { Editor } from './support/editor.ts';
import { Keyboard } from './support/keyboard.ts';

async function openTemplate(page: Page, title: string): Promise<{ editor: Editor; keys: Keyboard }> {
  const editor = new Editor(page);
  const keys = await Keyboard.at(page);
  await page.goto('/');
  await keys.tabTo(editor.template(title));
  await keys.press('Enter');
  await expect(page.getByRole('contentinfo', { name: 'Status' })).toBeVisible();
  await expect(page.locator('article').first()).toBeVisible();
  return { editor, keys };
}

test('ports and wires are walked, cut, led elsewhere and listed; notes and frames are written', async ({ page }) => {
  const { editor, keys } = await openTemplate(page, 'Attention');
  const canvas = page.getByRole('application');
  await keys.press('F6', 'F6', 'Shift+F6');
  await keys.pressTo(canvas, 'F6');
  await expect(canvas).toHaveAccessibleName('Graph of Attention, 4 nodes');
  await expect(canvas).toHaveAccessibleDescription(/^Arrow keys go from node to node/);
  // In the order in which they run, and back along the wires.
  await keys.press('Home');
  await expect(editor.node('sequence')).toBeFocused();
  await keys.press('PageDown');
  await expect(editor.node('attention')).toBeFocused();

  // From port to port: up and down along the node, left and right along the wire.
  await keys.press('Tab');
  const input = editor.port('attention', 'input', 'hidden_states');
  await expect(input).toBeFocused();
  await expect(input).toHaveAccessibleName(
    'Input hidden_states, batch 1, tokens 36, embed_dim 48, from sequence output',
  );
  await keys.press('ArrowLeft');
  await expect(editor.port('sequence', 'output', 'output')).toBeFocused();
  await keys.press('ArrowRight', 'ArrowDown', 'ArrowDown');
  await expect(editor.port('attention', 'output', 'attention_weights')).toBeFocused();
  await keys.press('ArrowUp', 'ArrowUp');
  await expect(input).toBeFocused();

  // Led through a point, which is a stop of its own; then cut.
  await keys.press('r');
  await expect(page.locator('.reroute')).toBeFocused();
  await keys.press('Alt+ArrowDown');
  await keys.hears(/^Move/);
  await keys.press('Delete');
  await expect(page.locator('.reroute')).toHaveCount(0);
  await keys.press('Home', 'PageDown', 'Tab');
  await expect(input).toBeFocused();
  // A node comes to stand in the wire.
  await keys.press('i');
  await keys.enter('gelu');
  await expect(editor.node('gelu')).toBeFocused();
  await expect(input).toHaveAccessibleName(/, from gelu output$/);
  await keys.press('Control+z');
  await expect(input).toHaveAccessibleName(/, from sequence output$/);
  await keys.press('Home', 'PageDown', 'Tab', 'Delete');
  await keys.hears(/^Disconnected sequence output from attention hidden_states\. \d problems?: /);
  await expect(input).toHaveAccessibleName(/^Input hidden_states, not wired, error: /);
  await keys.press('Control+z');
  await keys.hears('Undid: Remove 1 wire. 2 nodes selected. No problems');

  // Several nodes, with a frame about them and a note beside.
  await keys.press('Escape', 'Shift+ArrowLeft');
  await expect(page.locator('article[aria-current="true"]')).toHaveCount(2);
  await keys.press('Shift+N');
  await keys.enter('Both');
  await expect(page.getByRole('region', { name: 'Frame: Both' })).toBeFocused();
  await keys.press('n');
  await expect(page.getByRole('textbox', { name: 'Text of the note' })).toBeFocused();
  await page.keyboard.type('By hand');
  await keys.press('Control+Enter');
  await expect(page.getByRole('note', { name: 'Note: By hand' })).toBeFocused();

  // The outline: the same graph as a list.
  await keys.press('o');
  const outline = page.getByRole('tree', { name: 'Nodes of Attention in the order in which they run' });
  await expect(outline).toBeFocused();
  await page.keyboard.type('atten');
  await keys.press('ArrowRight', 'ArrowDown');
  await expect(outline).toMatchAriaSnapshot(`
    - tree:
      - treeitem "sequence, Random tensor, output batch 1, tokens 36, embed_dim 48" [level=1]
      - treeitem /attention, VisionAttention, attended batch 1/ [expanded] [level=1]
      - treeitem "Input hidden_states, batch 1, tokens 36, embed_dim 48, from sequence output" [level=2] [selected]
      - treeitem /Output attended, .*, to attended input/ [level=2]
      - treeitem /Output attention_weights, .*, to attention_weights input/ [level=2]
  `);
  await keys.press('Enter');
  await expect(input).toBeFocused();
  await keys.expectNoPointer();
});

test('modules are made, opened and left, problems are gone to and mended, and what cannot be done says why', async ({
  page,
}) => {
  const { editor, keys } = await openTemplate(page, 'Attention');
  await keys.pressTo(page.getByRole('application'), 'F6');
  await keys.press('Home', 'PageDown', 'Enter');
  await keys.hears('VisionAttention in attention: 21 nodes');
  await expect(page.getByRole('application', { name: 'Graph of VisionAttention, 21 nodes' })).toBeFocused();

  // Scores and their scale become a module, are opened, and left again.
  await keys.press('Control+f');
  await expect(page.getByRole('combobox', { name: 'Nodes' })).toBeFocused();
  await keys.enter('scores');
  await expect(editor.node('scores')).toBeFocused();
  await keys.press('Shift+ArrowRight', 'Control+g');
  await expect(page.getByRole('textbox', { name: 'Name of the module' })).toBeFocused();
  await page.keyboard.press('Control+a');
  await keys.enter('ScaledScores');
  await expect(editor.node('scaled_scores')).toBeFocused();
  await keys.hears(/Group 2 nodes as ScaledScores/);
  await keys.press('Enter');
  await keys.hears(/^ScaledScores in attention, scaled_scores: \d nodes/);
  await keys.press('Escape');
  await expect(editor.node('scaled_scores')).toBeFocused();
  await keys.press('m');
  await keys.hears(/^Mute scaled_scores/);
  await expect(editor.node('scaled_scores')).toHaveAccessibleName(/^scaled_scores, ScaledScores, muted/);
  await expect(editor.node('softmax')).toHaveAccessibleName(/^softmax, Softmax, not called/);
  await keys.press('Control+z', 'Control+z');
  await keys.hears(/^Undid: Group 2 nodes as ScaledScores/);

  // A mistake in a parameter: heard, gone to, and mended by its own fix.
  await keys.press('Escape');
  await expect(editor.node('attention')).toBeFocused();
  await keys.hears(/^Attention: 4 nodes/);
  await keys.press('F1');
  await keys.tabTo(editor.field('num_heads'));
  await keys.enter('5');
  await keys.hears(/^Set num_heads of attention to 5\. 1 problem: attention .*not divisible/);
  await keys.press('Escape', 'F8');
  await expect(editor.node('attention')).toBeFocused();
  await expect(editor.node('attention')).toHaveAccessibleName(/^attention, VisionAttention, error: .*not divisible/);
  await keys.tabTo(
    editor
      .node('attention')
      .getByRole('button', { name: /^Set num_heads to/ })
      .first(),
  );
  await keys.press('Enter');
  await keys.hears(/No problems$/);

  // Every command has its key beside it, and its reason where it cannot run.
  await keys.press('Control+k');
  await expect(page.getByRole('combobox', { name: 'Commands' })).toBeFocused();
  await page.keyboard.type('redo');
  await expect(
    page.getByRole('option', { name: 'Redo There is nothing to redo Ctrl+Shift+Z', disabled: true }),
  ).toBeVisible();
  await keys.expectNoPointer();
});

for (const [key, name] of [
  ['Control+k', 'Commands'],
  ['Control+f', 'Nodes'],
  ['?', 'Find a key or a command'],
  ['Control+g', 'Name of the module'],
] as const) {
  test(`who types on without a pause after ${key} types into ${name}`, async ({ page }) => {
    const editor = new Editor(page);
    await editor.openTemplate('Attention');
    await editor.select('attention');
    // What the keys need has to be there before the next frame, and there is none from now on.
    await page.evaluate(() => {
      window.requestAnimationFrame = () => 0;
    });
    await page.keyboard.press(key);
    await page.keyboard.type('ax');
    const field = page.locator('input:focus');
    expect(await field.inputValue()).toBe('ax');
    await expect(field).toHaveAccessibleName(name);
  });
}
