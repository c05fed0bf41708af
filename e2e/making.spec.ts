/** Making a graph by hand: what is not called, copies by dragging, wires that are cut or led elsewhere, frames, layout. */
import { expect, test, type Locator, type Page } from '@playwright/test';
import { Editor } from './support/editor.ts';

/** Inside VisionAttention, where everything is a node of its own. */
async function openAttention(page: Page): Promise<Editor> {
  const editor = new Editor(page);
  await editor.openTemplate('Attention');
  await editor.select('attention');
  await page.keyboard.press('Enter');
  await expect(editor.node('scores')).toBeVisible();
  return editor;
}

async function boxOf(locator: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  return (await locator.boundingBox())!;
}

async function centre(locator: Locator): Promise<{ x: number; y: number }> {
  const { x, y, width, height } = await boxOf(locator);
  return { x: x + width / 2, y: y + height / 2 };
}

const wires = (page: Page): Locator => page.locator('.react-flow__edge');

test('a bypassed node hands its input through, a muted one takes along what depends on it, and undo brings both back', async ({
  page,
}) => {
  const editor = await openAttention(page);
  await editor.select('scale');
  await page.keyboard.press('b');
  await expect(editor.node('scale')).toHaveAttribute('data-mode', 'bypass');
  await expect(editor.node('scale')).toContainText('bypassed');
  await expect(editor.node('softmax')).not.toHaveAttribute('data-idle');
  await page.keyboard.press('m');
  await expect(editor.node('softmax')).toHaveAttribute('data-idle', 'true');
  await expect(page.locator('.problem-overlay')).toHaveCount(0);
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+z');
  await expect(editor.node('scale')).not.toHaveAttribute('data-mode');
  await expect(editor.node('softmax')).not.toHaveAttribute('data-idle');
  // The same through the list of commands.
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Commands' }).fill('Mute or unmute');
  await page.keyboard.press('Enter');
  await expect(editor.node('scale')).toHaveAttribute('data-mode', 'mute');
});

test('a node that is dragged with Alt is copied, and the original stays', async ({ page }) => {
  const editor = await openAttention(page);
  const header = editor.node('query_heads').locator('.node-header');
  const before = await boxOf(header);
  await page.keyboard.down('Alt');
  await page.mouse.move(before.x + 20, before.y + 10);
  await page.mouse.down();
  await page.mouse.move(before.x + 60, before.y + 190, { steps: 5 });
  await expect(page.locator('.ghost')).toHaveCount(1);
  await page.mouse.up();
  await page.keyboard.up('Alt');
  await expect(editor.node('query_heads_1')).toHaveAttribute('aria-current', 'true');
  expect(await boxOf(header)).toEqual(before);
  await page.keyboard.press('Control+z');
  await expect(editor.node('query_heads_1')).toHaveCount(0);
});

test('a stroke with Alt cuts the wires that it crosses, as one step', async ({ page }) => {
  const editor = await openAttention(page);
  const count = await wires(page).count();
  const [left, right] = [await boxOf(editor.node('k_proj')), await boxOf(editor.node('key_heads'))];
  const x = (left.x + left.width + right.x) / 2;
  const output = await boxOf(editor.port('k_proj', 'output', 'output'));
  const input = await boxOf(editor.port('key_heads', 'input', 'input'));
  await page.keyboard.down('Alt');
  await page.mouse.move(x, Math.min(output.y, input.y) - 30);
  await page.mouse.down();
  await page.mouse.move(x, Math.max(output.y, input.y) + 50, { steps: 6 });
  await expect(page.locator('.wire[data-cut]')).toHaveCount(1);
  await page.mouse.up();
  await page.keyboard.up('Alt');
  await expect(wires(page)).toHaveCount(count - 1);
  await page.keyboard.press('Control+z');
  await expect(wires(page)).toHaveCount(count);
});

test('a wire is led through points, which snap to a straight line, are copied with their nodes, and go without it', async ({
  page,
}) => {
  const editor = await openAttention(page);
  const count = await wires(page).count();
  const points = page.locator('.reroute');
  const output = await centre(editor.port('q_proj', 'output', 'output'));
  const input = await centre(editor.port('query_heads', 'input', 'input'));
  await page.mouse.dblclick((output.x + input.x) / 2, (output.y + input.y) / 2);
  await expect(points).toHaveCount(1);
  const start = await centre(points);
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  // What is dragged follows from the second move on.
  await page.mouse.move(start.x, start.y - 2);
  await page.mouse.move(start.x, input.y - 1, { steps: 4 });
  await expect(page.locator('.guide')).toHaveCount(1);
  await page.mouse.up();
  expect(Math.abs((await centre(points)).y - input.y)).toBeLessThan(2);
  await expect(page.locator('.react-flow__node-reroute.selected')).toHaveCount(1);

  await editor.select('q_proj');
  await editor
    .node('query_heads')
    .locator('.node-header')
    .click({ modifiers: ['Shift'] });
  await page.keyboard.press('Control+d');
  await expect(points).toHaveCount(2);
  await page.keyboard.press('Control+z');
  await expect(points).toHaveCount(1);

  await points.click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await expect(points).toHaveCount(0);
  await expect(wires(page)).toHaveCount(count);
});

test('a frame is held by its title and takes along what it holds; inside it the canvas is as anywhere', async ({
  page,
}) => {
  const editor = await openAttention(page);
  await editor.select('k_proj');
  await editor
    .node('key_heads')
    .locator('.node-header')
    .click({ modifiers: ['Shift'] });
  await editor.node('key_heads').locator('.node-header').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Frame the selection' }).click();
  await page.keyboard.type('Keys');
  await page.keyboard.press('Enter');
  const frame = page.getByRole('region', { name: 'Frame: Keys' });
  const title = frame.getByText('Keys');
  const [before, left, right] = [
    await boxOf(frame),
    await boxOf(editor.node('k_proj')),
    await boxOf(editor.node('key_heads')),
  ];
  // A stroke between its nodes cuts.
  const middle = (left.x + left.width + right.x) / 2;
  const count = await wires(page).count();
  await page.keyboard.down('Alt');
  await page.mouse.move(middle, left.y + 4);
  await page.mouse.down();
  await page.mouse.move(middle, left.y + left.height, { steps: 6 });
  await page.mouse.up();
  await page.keyboard.up('Alt');
  await expect(wires(page)).toHaveCount(count - 1);
  await page.keyboard.press('Control+z');
  // A box about one of them leaves the frame alone.
  await page.mouse.move(left.x - 10, left.y - 4);
  await page.mouse.down();
  await page.mouse.move(left.x - 8, left.y - 3);
  await page.mouse.move(left.x + left.width + 8, left.y + left.height + 4, { steps: 6 });
  await page.mouse.up();
  await expect(editor.node('k_proj')).toHaveAttribute('aria-current', 'true');
  await expect(page.locator('.react-flow__node.selected')).toHaveCount(1);

  const grip = await centre(title);
  await page.mouse.move(grip.x, grip.y);
  await page.mouse.down();
  await page.mouse.move(grip.x, grip.y - 2);
  await page.mouse.move(grip.x, grip.y - 50, { steps: 5 });
  await page.mouse.up();
  const shift = (await boxOf(frame)).y - before.y;
  expect(shift).toBeLessThan(-30);
  expect((await boxOf(editor.node('k_proj'))).y - left.y).toBeCloseTo(shift, 0);
  await page.keyboard.press('Control+z');
  expect(await boxOf(editor.node('k_proj'))).toEqual(left);

  await title.click();
  await page.keyboard.press('Control+d');
  await expect(page.getByRole('region', { name: 'Frame: Keys' })).toHaveCount(2);
  await expect(editor.node('k_proj_1')).toHaveAttribute('aria-current', 'true');
});

test('a level is laid out as one step, arrows walk along its wires, C collapses', async ({ page }) => {
  const editor = await openAttention(page);
  const at = () => editor.node('out_proj').boundingBox();
  const before = await at();
  await page.keyboard.press('Shift+l');
  await expect.poll(at).not.toEqual(before);
  await editor.select('query_heads');
  await page.keyboard.press('ArrowRight');
  await expect(editor.node('query')).toHaveAttribute('aria-current', 'true');
  await page.keyboard.press('ArrowLeft');
  const node = editor.node('query_heads');
  await expect(node).toHaveAttribute('aria-current', 'true');
  const { height } = await boxOf(node);
  await page.keyboard.press('c');
  await expect.poll(async () => (await boxOf(node)).height).toBeLessThan(height);
  await page.keyboard.press('c');
  await expect.poll(async () => (await boxOf(node)).height).toBe(height);
});
