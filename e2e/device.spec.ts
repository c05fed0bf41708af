/** Which device computes: shown, chosen and remembered, with the same numbers on each. */
import { expect, test } from '@playwright/test';
import { Editor, rememberDevice } from './support/editor.ts';
import { longChain } from './support/long-chain.ts';

test('a software adapter makes way for the CPU; the choice of another is kept, and gives the same numbers', async ({
  page,
}) => {
  const editor = new Editor(page);
  await editor.openTemplate('Attention');
  await editor.settled();
  const status = page.getByRole('contentinfo', { name: 'Status' });
  const device = status.getByRole('button', { name: /·/ });
  // The page is isolated, so that there may be threads.
  await expect(device).toHaveText(/^CPU · ONNX Runtime, \d+ threads?$/);
  const mean = await editor.meanText('attention');

  for (const [choice, shown] of [
    ['WebGPU', 'WebGPU · SwiftShader (software)'],
    ['Reference', 'CPU · float64 reference'],
    ['CPU', /^CPU · ONNX Runtime/],
    ['WebGPU', 'WebGPU · SwiftShader (software)'],
  ] as const) {
    await device.click();
    await page.getByRole('menuitemradio', { name: new RegExp(`^${choice}`) }).click();
    await expect(device).toHaveText(shown);
    await editor.settled();
    await expect(editor.mean('attention')).toHaveText(mean);
  }

  await page.reload();
  await editor.openTemplate('Attention');
  await expect(device).toHaveText('WebGPU · SwiftShader (software)');
});

for (const { device, told } of [
  {
    device: 'gpu',
    told: /layer0: a value of f32\[600000, 1024\] takes .*iB; a buffer of the adapter holds .*iB\. Make the batch/,
  },
  {
    device: 'cpu',
    told: /layer0: it needs 4\.6 GiB at once, .*; ONNX Runtime in a browser has 4\.0 GiB\. Make the batch/,
  },
] as const) {
  test(`a graph that is too large for the ${device} is refused before it runs: where, what it needs, what there is`, async ({
    page,
  }) => {
    await rememberDevice(page, device);
    await page.goto('/');
    const editor = new Editor(page);
    await editor.dropDocument('chain.patchbay', longChain(600_000, 1));
    await expect(editor.node('x')).toBeVisible();
    await page.keyboard.press('Control+Enter');
    await expect(page.getByRole('alert')).toContainText(told);
    await expect(editor.run).toHaveAttribute('data-status', 'failed');
  });
}

test('ONNX Runtime is not fetched for who computes on a GPU', async ({ page }) => {
  const fetched: string[] = [];
  page.on('request', (request) => void fetched.push(new URL(request.url()).pathname));
  await rememberDevice(page, 'gpu');
  const editor = new Editor(page);
  await editor.openTemplate('Attention');
  await editor.settled();
  expect(fetched.filter((path) => path.endsWith('.wasm'))).toEqual([]);
});

test('floats in half the memory of the GPU: chosen, told what it costs, and remembered', async ({ page }) => {
  const editor = new Editor(page);
  await editor.openTemplate('Attention');
  await editor.settled();
  const status = page.getByRole('contentinfo', { name: 'Status' });
  const device = status.getByRole('button', { name: /·/ });
  await device.click();
  await page.getByRole('menuitemradio', { name: /^WebGPU/ }).click();
  await expect(device).toHaveText('WebGPU · SwiftShader (software)');
  await editor.settled();
  const memory = status.getByTitle(/^arena /);
  const weights = async () => /weights (\S+ \S+),/.exec((await memory.getAttribute('title'))!)![1];
  const [mean, before] = [await editor.meanText('attention'), await weights()];

  const choose = async (title: string) => {
    await device.click();
    const choices = page.getByRole('group', { name: 'Memory of the GPU' });
    await expect(choices).toHaveAccessibleDescription(
      'This is for weights alone: this GPU does not compute with float16.',
    );
    await choices.getByRole('menuitemradio', { name: new RegExp(`^${title}`) }).click();
  };
  await choose('float16');
  await expect(device).toHaveText('WebGPU · SwiftShader (software) · float16');
  await expect.poll(weights).not.toBe(before);
  await editor.settled();
  const after = await weights();
  await expect(editor.mean('attention')).toHaveText(mean);

  await page.reload();
  await editor.openTemplate('Attention');
  await editor.settled();
  expect(await weights()).toBe(after);
  await choose('float32');
  await expect.poll(weights).toBe(before);
  await editor.settled();
  await expect(editor.mean('attention')).toHaveText(mean);
});
