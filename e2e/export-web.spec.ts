/** The exported page, from a plain static server: it computes what the command line does, on the inputs it is given. */
import { expect, test, type Page } from '@playwright/test';
import { patchbay } from '../cli/testing/patchbay.ts';
import { distance, readResults } from '../cli/testing/results.ts';
import { serve } from '../scripts/serve.ts';

/** Relative L2 distance that float32 on two devices may have. */
const LIMIT = 1e-5;

/** What the loader gives (export/web/page/patchbay.js), as far as it is used here. */
interface LoadedModel {
  readonly inputs: readonly { readonly name: string; readonly shape: readonly number[]; readonly dtype: string }[];
  run(values?: Readonly<Record<string, readonly number[]>>): Promise<Readonly<Record<string, ArrayLike<number>>>>;
}

/** Runs the command line; drivers may say something on stderr. */
async function computed(...command: readonly string[]): Promise<void> {
  const { code, stderr } = await patchbay(command);
  expect(code, stderr).toBe(0);
}

/** Runs the model of the page; numbers come back as lists. */
function runPage(page: Page, values: Readonly<Record<string, readonly number[]>>) {
  return page.evaluate(async (given) => {
    const { patchbay } = globalThis as unknown as { patchbay: LoadedModel };
    const results = await patchbay.run(given);
    return Object.fromEntries(Object.entries(results).map(([name, data]) => [name, Array.from(data)]));
  }, values);
}

for (const name of ['vit', 'clip', 'merge', 'vlm']) {
  test(`template:${name} as a page gives the command line's numbers`, async ({ page }, info) => {
    const folder = info.outputPath('page');
    await computed('export', `template:${name}`, '--to', 'web', '--out', folder);
    await computed('run', `template:${name}`, '--out', info.outputPath('out.safetensors'));
    const { tensors: wanted } = await readResults(info.outputPath('out.safetensors'));
    const serving = await serve({ folder, port: 0 });
    try {
      await page.goto(serving.url);
      await expect(page.getByRole('status')).toHaveText(/^\d+ ms on /, { timeout: 60_000 });
      const shown = await runPage(page, {});
      expect(Object.keys(shown).toSorted()).toEqual([...wanted.keys()].toSorted());
      for (const [output, { data }] of wanted) expect(distance(shown[output]!, data), output).toBeLessThan(LIMIT);
      await page.screenshot({ path: info.outputPath(`${name}.png`), fullPage: true });
      // Other inputs give other numbers, and the first ones come back.
      const inputs = await page.evaluate(() => (globalThis as unknown as { patchbay: LoadedModel }).patchbay.inputs);
      const [input] = inputs.filter(({ dtype }) => dtype === 'f32');
      const count = input!.shape.reduce((product, size) => product * size, 1);
      const noise = Array.from({ length: count }, (_, index) => Math.sin(index * 12.9898));
      const changed = await runPage(page, { [input!.name]: noise });
      expect(Object.keys(shown).some((output) => distance(changed[output]!, shown[output]!) > 1e-3)).toBe(true);
    } finally {
      await serving.close();
    }
  });
}
