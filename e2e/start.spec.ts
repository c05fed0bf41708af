/** The start: what is on screen is not waiting for the device. */
import { expect, test, type Page } from '@playwright/test';
import { Editor, rememberDevice } from './support/editor.ts';

test('gallery and canvas can be used while no adapter has answered; the values follow once one has', async ({
  page,
}) => {
  await holdAdapter(page);
  await rememberDevice(page, 'gpu');
  await page.goto('/');
  const editor = new Editor(page);
  // The device is asked for while the gallery is looked at.
  await expect.poll(() => isAsked(page)).toBe(true);
  await expect(editor.template('Attention').locator('svg')).toBeVisible();
  await editor.template('Attention').click();
  await editor.select('attention');
  await editor.set('num_heads', '6');
  await page.keyboard.press('Control+z');
  await expect(editor.field('num_heads')).toHaveValue('num_heads');
  await expect(editor.run).not.toHaveAttribute('data-status', 'done');
  await expect(editor.mean('attention')).not.toHaveText(/μ/);

  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- A channel has none.
  await page.evaluate(() => new BroadcastChannel('adapter').postMessage('answer'));
  await editor.settled();
  await expect(page.getByRole('contentinfo', { name: 'Status' })).toContainText('WebGPU');
  expect(await editor.meanText('attention')).toMatch(/^μ /);
});

test('a card that is clicked before the editor’s code is there opens once it is', async ({ page }) => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  await page.route(/\/editor-screen-[^/]*\.js$/, async (route) => {
    await released;
    await route.continue();
  });
  await page.goto('/', { waitUntil: 'commit' });
  const editor = new Editor(page);
  await editor.template('Attention').click();
  await expect(page).toHaveTitle(/^Attention/);
  await expect(editor.template('Attention')).toBeVisible();
  release();
  await editor.select('attention');
});

/** The worker's adapter answers once the page says so; that it was asked, the page hears. */
async function holdAdapter(page: Page): Promise<void> {
  await page.addInitScript(() => {
    new BroadcastChannel('adapter').addEventListener('message', ({ data }) => {
      if (data === 'asked') Object.assign(window, { adapterAsked: true });
    });
  });
  await page.route(/\/gpu\.worker-[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `(${hold.toString()})();\n${await response.text()}` });
  });
}

/** In the worker. */
function hold(): void {
  const channel = new BroadcastChannel('adapter');
  const { promise: answered, resolve } = Promise.withResolvers<void>();
  channel.addEventListener('message', ({ data }) => {
    if (data === 'answer') resolve();
  });
  const { gpu } = navigator;
  const ask = gpu.requestAdapter.bind(gpu);
  gpu.requestAdapter = async (options) => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- A channel has none.
    channel.postMessage('asked');
    await answered;
    return ask(options);
  };
}

async function isAsked(page: Page): Promise<boolean> {
  return page.evaluate(() => (window as { adapterAsked?: boolean }).adapterAsked === true);
}
