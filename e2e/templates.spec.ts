/** Every template opens, runs, and shows on its outputs what the command line computes, on a GPU and on the CPU. */
import { expect, test, type Page } from '@playwright/test';
import { patchbay } from '../cli/testing/patchbay.ts';
import { readResults } from '../cli/testing/results.ts';
import { FULL } from '../scripts/effort.ts';
import { TEMPLATES } from '../templates/registry.ts';
import { Editor, rememberDevice } from './support/editor.ts';

/** A card shows four digits, and no more than four decimals. */
const RELATIVE = 1e-3;
const ABSOLUTE = 1e-4;

const DEVICES = [
  { device: 'gpu', shown: 'WebGPU · ' },
  { device: 'cpu', shown: 'CPU · ONNX Runtime' },
] as const;
/** Templates that a usual run opens on the GPU too: the losses, generation and the views are in them. A full run opens all. */
const ON_GPU = ['vit', 'clip', 'vlm'];
const CASES = TEMPLATES.filter(({ name }) => name !== 'blank').flatMap((template) =>
  DEVICES.filter(({ device }) => FULL || device === 'cpu' || ON_GPU.includes(template.name)).map((device) => ({
    ...template,
    ...device,
  })),
);

for (const { name, title, device, shown } of CASES) {
  test(`${title} shows the command line's numbers, --device ${device}`, async ({ page }, info) => {
    const computing = computed(name, device, info.outputPath('out.safetensors'));
    await rememberDevice(page, device);
    // Large enough that every card is in view, at a size where it shows its value.
    await page.setViewportSize({ width: 2560, height: 1600 });
    const editor = new Editor(page);
    await editor.openTemplate(title);
    await editor.settled();
    await page.getByRole('button', { name: 'Fit', exact: true }).click();
    await expect(page.getByText('no problems')).toBeVisible();
    await expect(page.getByRole('contentinfo', { name: 'Status' })).toContainText(shown);
    const outputs = await computing;
    expect(outputs.size).toBeGreaterThan(0);
    for (const [output, mean] of outputs) {
      const card = outputCard(page, output);
      const error = RELATIVE * Math.abs(mean) + ABSOLUTE;
      await expect(async () => {
        const text = await card.locator('.caption .mean').textContent();
        expect(Math.abs(numberIn(text ?? '') - mean), `${output}: ${text}, not ${mean}`).toBeLessThanOrEqual(error);
      }).toPass({ timeout: 20_000 });
    }
    await page.screenshot({ path: info.outputPath(`${name}.png`) });
  });
}

/** The card of an output node, by the name that the command line gives its value. */
function outputCard(page: Page, name: string) {
  return page
    .locator('article.node', { has: page.locator('.node-header b').getByText(name, { exact: true }) })
    .filter({ has: page.locator('.node-type').getByText('Output') });
}

/** Means of all outputs of a template, at the preset that it opens with. */
async function computed(name: string, device: string, out: string): Promise<ReadonlyMap<string, number>> {
  const { code, stderr } = await patchbay(['run', `template:${name}`, '--out', out, '--device', device]);
  // Drivers may say something there.
  expect(code, stderr).toBe(0);
  const { tensors } = await readResults(out);
  return new Map([...tensors].map(([output, { data }]) => [output, meanOf(data)]));
}

function meanOf(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** `μ −0.0133` */
function numberIn(text: string): number {
  return Number(text.replaceAll('−', '-').replace(/[^\d.e+-]/g, ''));
}
