/** A document of 1,000 nodes: what moves, or changes, is rendered, and nothing else is. Counted, not timed. */
import { expect, test, type Page } from '@playwright/test';
import { nodeId, scene } from '../bench/editor/scene.ts';
import { formatDocument } from '../graph/file.ts';
import { answerPickers, Editor, writeStored } from './support/editor.ts';
import { rendersDuring, watchRenders } from './support/renders.ts';

const FILE = 'large.patchbay';

async function openLarge(page: Page): Promise<Editor> {
  const editor = new Editor(page);
  await answerPickers(page, FILE);
  await watchRenders(page);
  await page.goto('/');
  await writeStored(page, FILE, Buffer.from(formatDocument(scene(1000))));
  await page.getByRole('button', { name: 'Open file…' }).click();
  await editor.settled();
  return editor;
}

test('what is in sight is on the page, with its values; panning and zooming render none of it again', async ({
  page,
}) => {
  const editor = await openLarge(page);
  await expect(editor.mean(nodeId(1, 2))).toHaveText(/^μ /);
  expect(await page.locator('.react-flow__node').count()).toBeLessThan(60);
  // Between two rows: a card that is pointed at would light up.
  const middle = { x: 700, y: 508 };
  await page.mouse.move(middle.x, middle.y);
  const panned = await rendersDuring(page, async () => {
    await page.mouse.down({ button: 'middle' });
    await page.mouse.move(middle.x - 400, middle.y - 200, { steps: 40 });
    await page.mouse.up({ button: 'middle' });
  });
  expect(panned.nodes).toEqual({});
  expect(panned.wires).toEqual({});
  expect(Object.keys(panned.mounted).length).toBeGreaterThan(0);
  // What has come into view shows its value.
  await expect(editor.mean(nodeId(3, 6))).toHaveText(/^μ /);

  const zoomed = await rendersDuring(page, async () => {
    await page.keyboard.down('Control');
    for (let step = 0; step < 10; step++) await page.mouse.wheel(0, 1);
    await page.keyboard.up('Control');
  });
  expect(zoomed.nodes).toEqual({});
  expect(zoomed.wires).toEqual({});
});

test('a drag renders the node that moves and its wires, an edit what it changed, a run nothing', async ({ page }) => {
  const editor = await openLarge(page);
  const [before, moved, after] = [nodeId(1, 2), nodeId(1, 3), nodeId(1, 4)];
  await editor.select(moved);
  const header = (await editor.node(moved).locator('.node-header').boundingBox())!;
  const at = { x: header.x + header.width / 2, y: header.y + header.height / 2 };
  await page.mouse.move(at.x, at.y);
  await page.mouse.down();
  await page.mouse.move(at.x + 10, at.y);
  const dragged = await rendersDuring(page, () => page.mouse.move(at.x + 80, at.y + 40, { steps: 8 }));
  await page.mouse.up();
  expect(Object.keys(dragged.nodes)).toEqual([moved]);
  expect(Object.keys(dragged.wires).toSorted()).toEqual([`${after}/b`, `${moved}/input`].toSorted());
  expect(dragged.mounted).toEqual({});

  // The values of all that follow are others; the shapes are what they were.
  await editor.select(before);
  const mean = await editor.meanText(after);
  const edited = await rendersDuring(page, async () => {
    await page
      .getByRole('switch', { name: 'bias' })
      .or(page.getByRole('checkbox', { name: 'bias' }))
      .first()
      .click();
    await expect(editor.mean(after)).not.toHaveText(mean);
    await editor.settled();
  });
  expect(Object.keys(edited.nodes)).toEqual([]);
  expect(edited.wires).toEqual({});
});
