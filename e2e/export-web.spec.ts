/** The exported page, from a plain static server: it computes what the command line does, on the inputs it is given. */
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import fc from 'fast-check';
import { writeExportFolder } from '../cli/export-folder.ts';
import { patchbay } from '../cli/testing/patchbay.ts';
import { distance, readResults } from '../cli/testing/results.ts';
import { referenceOutputs } from '../export/reference-outputs.ts';
import { arbitraryGraph } from '../export/testing/arbitrary-graphs.ts';
import { exportSourceOf } from '../export/testing/source.ts';
import { WEB } from '../export/web/target.ts';
import { FULL, runs } from '../scripts/effort.ts';
import { serve } from '../scripts/serve.ts';
import { TEMPLATES } from '../templates/registry.ts';

/** Relative L2 distance that float32 on two devices may have. */
const LIMIT = 1e-5;

const NOISE = 1e-5;

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

/** Random graphs over the node library, each a folder below the one that is served. */
test('random graphs as pages give the numbers of the reference', async ({ page }, info) => {
  test.setTimeout(1_800_000);
  const folder = info.outputPath('pages');
  const serving = await serve({ folder, port: 0 });
  const graphs = arbitraryGraph(fc.constantFrom('a', 'layer', 'project', 'value', 'x_1'));
  try {
    for (const [index, { document, inputs }] of fc.sample(graphs, { numRuns: runs(20), seed: 5 }).entries()) {
      const source = exportSourceOf(document, { inputs });
      expect(WEB.problems(source)).toEqual([]);
      await writeExportFolder(join(folder, String(index)), await WEB.files(source), false);
      await page.goto(`${serving.url}${index}/index.html`);
      await expect(page.getByRole('status')).toHaveText(/^\d+ ms on /, { timeout: 60_000 });
      const shown = await runPage(page, {});
      for (const [name, { data }] of await referenceOutputs(source)) {
        // Cancellation leaves nothing but the roundings of what was large: such values have no digits to agree in, but must be as small.
        // What is infinite or no number, WGSL need not compute: it may take it that there is none.
        const finite = [...data.keys()].filter((index) => Number.isFinite(data[index]));
        const [wanted, got] = [data, shown[name]!].map((values) => finite.map((index) => values[index]!));
        const hasDigits = wanted!.some((x) => Math.abs(x) > NOISE);
        const far = hasDigits ? distance(got!, wanted!) : Math.max(0, ...got!.map(Math.abs));
        expect(shown[name]).toHaveLength(data.length);
        expect(far, `graph ${index}, ${name}: ${JSON.stringify(document)}`).toBeLessThan(LIMIT);
      }
    }
  } finally {
    await serving.close();
  }
});

const NAMES = FULL
  ? TEMPLATES.map(({ name }) => name).filter((name) => name !== 'blank')
  : ['vit', 'clip', 'merge', 'vlm'];
/** Presets by what calls them; the attention layer alone has none. */
const CASES = NAMES.flatMap((name) =>
  (FULL && name !== 'attention' ? ['live', 'notebook'] : [undefined]).map((preset) => ({
    name,
    title: preset === undefined ? '' : `, ${preset},`,
    flags: preset === undefined ? [] : ['--preset', preset],
  })),
);

for (const { name, title, flags } of CASES) {
  test(`template:${name}${title} as a page gives the command line's numbers`, async ({ page }, info) => {
    test.setTimeout(600_000);
    const folder = info.outputPath('page');
    await computed('export', `template:${name}`, ...flags, '--to', 'web', '--out', folder);
    const out = info.outputPath('out.safetensors');
    await computed('run', `template:${name}`, ...flags, '--device', 'cpu', '--out', out);
    const { tensors: wanted } = await readResults(out);
    const serving = await serve({ folder, port: 0 });
    try {
      await page.goto(serving.url);
      await expect(page.getByRole('status')).toHaveText(/^\d+ ms on /, { timeout: 300_000 });
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
