/** The exported page, from a plain static server: it computes what the command line does, on the inputs it is given. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test, type Page } from '@playwright/test';
import { bytesSource, readSafetensorAs, readSafetensorsHeader } from '../graph/formats/safetensors.ts';
import { serve } from '../scripts/serve.ts';

const ROOT = join(import.meta.dirname, '..');
/** Relative L2 distance that float32 on two devices may have. */
const LIMIT = 1e-5;

/** What the loader gives (export/web/page/patchbay.js), as far as it is used here. */
interface LoadedModel {
  readonly inputs: readonly { readonly name: string; readonly shape: readonly number[]; readonly dtype: string }[];
  run(values?: Readonly<Record<string, readonly number[]>>): Promise<Readonly<Record<string, ArrayLike<number>>>>;
}

async function patchbay(...command: readonly string[]): Promise<void> {
  await promisify(execFile)(process.execPath, ['cli/main.ts', ...command], { cwd: ROOT, maxBuffer: 2 ** 24 });
}

async function tensorsOf(file: string): Promise<ReadonlyMap<string, readonly number[]>> {
  const source = bytesSource(await readFile(file));
  const { entries } = await readSafetensorsHeader(source);
  const read = Array.from(entries.values(), async (entry) => {
    const data = await readSafetensorAs(source, entry, entry.dtype === 'F32' ? 'f32' : 'i32');
    return [entry.name, [...data]] as const;
  });
  return new Map(await Promise.all(read));
}

/** Runs the model of the page; numbers come back as lists. */
function runPage(page: Page, values: Readonly<Record<string, readonly number[]>>) {
  return page.evaluate(async (given) => {
    const { patchbay } = globalThis as unknown as { patchbay: LoadedModel };
    const results = await patchbay.run(given);
    return Object.fromEntries(Object.entries(results).map(([name, data]) => [name, Array.from(data)]));
  }, values);
}

function distance(got: readonly number[], want: readonly number[]): number {
  expect(got.length).toBe(want.length);
  const norm = (values: readonly number[]) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return norm(got.map((value, index) => value - want[index]!)) / (norm(want) || 1);
}

for (const name of ['vit', 'clip', 'merge', 'vlm']) {
  test(`template:${name} as a page gives the command line's numbers`, async ({ page }, info) => {
    const folder = info.outputPath('page');
    await patchbay('export', `template:${name}`, '--to', 'web', '--out', folder);
    await patchbay('run', `template:${name}`, '--out', info.outputPath('out.safetensors'));
    const wanted = await tensorsOf(info.outputPath('out.safetensors'));
    const serving = await serve({ folder, port: 0 });
    try {
      await page.goto(serving.url);
      await expect(page.getByRole('status')).toHaveText(/^\d+ ms on /, { timeout: 60_000 });
      const shown = await runPage(page, {});
      expect(Object.keys(shown).toSorted()).toEqual([...wanted.keys()].toSorted());
      for (const [output, want] of wanted) expect(distance(shown[output]!, want), output).toBeLessThan(LIMIT);
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
