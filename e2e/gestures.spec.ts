/**
 * VisionAttention as the notebook writes it, built by hand: from an empty canvas, of primitive nodes, by mouse, in at most 40
 * gestures, and with PyTorch's numbers (scripts/oracle/gestures.py made them).
 */
import { expect, test, type Locator, type Page } from '@playwright/test';
import GOLDEN from './goldens/vision-attention.json' with { type: 'json' };
import { Editor } from './support/editor.ts';
import { Gestures } from './support/gestures.ts';
import { largestDifference } from './support/golden-values.ts';

const MOST_GESTURES = 40;
/** Columns and rows of the canvas at which nodes are let go, in pixels of the window. */
const COLUMN = 152;
const ROW = 158;
const at = (column: number, row: number) => ({ x: 250 + COLUMN * column, y: 64 + ROW * row });

test.use({ viewport: { width: 1920, height: 1080 } });

test('VisionAttention is wired from an empty canvas in at most 40 gestures, and computes what PyTorch does', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const editor = new Editor(page);
  await editor.openTemplate('Blank');
  const gestures = new Gestures(page);
  const output = (node: string, port = 'output') => editor.port(node, 'output', port);
  const input = (node: string, port: string) => editor.port(node, 'input', port);
  /** A wire let go on the empty canvas, and the node that is to stand there. */
  const next = async (from: Locator, call: string, place: { x: number; y: number }): Promise<void> => {
    await gestures.dragTo(from, place);
    await gestures.type(call);
  };

  await gestures.zoomOut(at(4, 3), 4);
  await gestures.doubleClick(at(0, 1));
  await gestures.type('random_tensor(1, patches=8, embed_dim=32)');

  // Query, and from it keys and values: weights are drawn in the order in which the nodes come.
  await next(output('random_tensor'), 'linear(32, 32)', at(1, 0));
  await next(output('linear'), 'reshape(1, 8, num_heads=4, head_dim=8)', at(2, 0));
  await next(output('reshape'), 'transpose(1, 2)', at(3, 0));
  await gestures.selectBox(editor.node('linear'), editor.node('transpose'));
  await gestures.chord('Control+c');
  await gestures.pasteAt(at(1, 2));
  await gestures.pasteAt(at(1, 4));
  await gestures.drag(output('random_tensor'), input('linear_1', 'input'));
  await gestures.drag(output('random_tensor'), input('linear_2', 'input'));

  // softmax(q·kᵀ / √head_dim)
  await next(output('transpose_1'), 'transpose(2, 3)', at(4, 2));
  await next(output('transpose'), 'matmul', at(5, 0));
  await gestures.drag(output('transpose_3'), input('matmul', 'b'));
  await next(output('matmul'), 'multiply(8 ** -0.5)', at(6, 0));
  await next(output('multiply'), 'softmax', at(7, 0));
  await next(output('softmax'), 'dropout(0.0)', at(7, 2));
  await next(output('dropout'), 'output', at(8, 0));

  // Its weighted mean of the values, heads side by side again, and the last projection.
  await next(output('dropout'), 'matmul', at(4, 4));
  await gestures.drag(output('transpose_2'), input('matmul_1', 'b'));
  await next(output('matmul_1'), 'transpose(1, 2)', at(5, 4));
  await next(output('transpose_4'), 'reshape(1, 8, embed_dim=32)', at(6, 4));
  await next(output('reshape_3'), 'linear(32, 32)', at(7, 4));
  await next(output('linear_3'), 'output', at(8, 4));

  test.info().annotations.push({ type: 'gestures', description: String(gestures.count) });
  expect(gestures.count).toBeLessThanOrEqual(MOST_GESTURES);
  await editor.settled();
  await expect(page.getByText('no problems')).toBeVisible();
  await page.screenshot({ path: test.info().outputPath('vision-attention.png') });

  expect(largestDifference(await copiedValue(page, editor, 'output_1'), GOLDEN.attended)).toBeLessThan(1e-6);
  expect(largestDifference(await copiedValue(page, editor, 'output'), GOLDEN.attention_weights)).toBeLessThan(1e-6);
});

/** The numbers that the inspector copies as a text. */
async function copiedValue(page: Page, editor: Editor, node: string): Promise<unknown> {
  await editor.select(node);
  await page.getByRole('region', { name: 'Output' }).getByRole('button', { name: 'value', exact: true }).click();
  await expect(page.getByText(/^Copied \d+ numbers of /)).toBeVisible();
  const text = await page.evaluate(() => navigator.clipboard.readText());
  await page.evaluate(() => navigator.clipboard.writeText(''));
  await page
    .getByRole('button', { name: /^(Dismiss|Close)/ })
    .first()
    .click();
  return JSON.parse(text);
}
