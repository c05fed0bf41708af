/**
 * Documents of 5,000 nodes and of 50 MB: what an edit of a parameter asks of the main thread until the DOM shows its
 * shapes, how long opening takes, what a letter of a search costs, and the longest task while 50 MB are opened and saved.
 */
import type { Page } from '@playwright/test';
import { Editor } from '../../e2e/support/editor.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import { newPage, quantile, type Bench, type Row } from './bench.ts';
import { flatDocument, pictureDocument, towersDocument } from './documents.ts';
import { traced, type ThreadTrace } from './thread.ts';

const NODES = 5000;
const PICTURES = 25;
const PICTURE_BYTES = 1_500_000;

export async function opening(bench: Bench): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const documents: readonly (readonly [string, PatchbayDocument])[] = [
    [`${NODES} nodes in one module`, flatDocument(NODES)],
    ['5,000 instances of one block, in stacks', towersDocument(20, 42)],
  ];
  for (const [what, document] of documents) {
    const traces: ThreadTrace[] = [];
    for (let round = 0; round < bench.rounds; round++) {
      const page = await newPage(bench, document);
      traces.push(await open(bench, page));
      await page.context().close();
    }
    rows.push({
      what: `opening ${what}: clock, main thread`,
      value: `${told(traces.map(({ clock }) => clock('bench:click', 'bench:usable')))}, ${told(
        traces.map(({ between }) => between('bench:click', 'bench:usable')),
      )}`,
    });
  }
  return rows;
}

/** From the click on the button to the second frame with cards in it. */
async function open({ browser }: Bench, page: Page): Promise<ThreadTrace> {
  await page.evaluate(() =>
    document.addEventListener('click', () => performance.mark('bench:click'), { capture: true, once: true }),
  );
  return traced(browser, page, async () => {
    await page.getByRole('button', { name: 'Open file…' }).click();
    await page.waitForFunction(() => document.querySelector('article[data-node]') !== null, null, { polling: 'raf' });
    await page.evaluate(async () => {
      await new Promise(requestAnimationFrame);
      performance.mark('bench:usable');
    });
  });
}

/** An edit through the inspector: which node, which parameter, the values in turn. */
interface Edited {
  readonly what: string;
  readonly node: string | null;
  readonly param: string;
  readonly values: readonly [string, string];
}

const FLAT: readonly Edited[] = [
  // Before anything is selected: the inspector shows the module.
  { what: `a size that all ${NODES} nodes have`, node: null, param: 'width', values: ['33', '32'] },
  { what: 'a parameter of one node', node: 'norm_20_10', param: 'eps', values: ['0.001', '0.002'] },
  {
    what: 'a size, with 100 nodes behind it',
    node: 'source_20',
    param: 'shape',
    values: ['1, 17, width', '1, 16, width'],
  },
  {
    what: 'a size that fits no more, and fits again',
    node: 'widen_20_10',
    param: 'out_features',
    values: ['65', '64'],
  },
];

export async function edits(bench: Bench): Promise<readonly Row[]> {
  const page = await newPage(bench, flatDocument(NODES), async (page) => {
    await page.addInitScript(() => {
      const measure = performance.measure.bind(performance);
      performance.measure = (name, ...rest) => {
        if (name === 'patchbay:edit') performance.mark('bench:shown');
        return measure(name, ...rest);
      };
    });
  });
  const editor = new Editor(page);
  await open(bench, page);
  await rest(page);
  const rows: Row[] = [];
  for (const edited of FLAT) {
    if (edited.node !== null) await goTo(page, edited.node);
    await editor.field(edited.param).waitFor();
    const times: number[] = [];
    // The first two are for the compiler of scripts.
    for (let round = -2; round < bench.rounds; round++) {
      const trace = await traced(bench.browser, page, async () => {
        await page.evaluate(() => performance.clearMeasures('patchbay:edit'));
        await editor.set(edited.param, edited.values[Math.abs(round) % 2]!);
        await page.waitForFunction(() => performance.getEntriesByName('patchbay:edit').length > 0);
      });
      if (round >= 0) times.push(trace.between('patchbay:edit-start', 'bench:shown'));
      await rest(page);
    }
    rows.push({ what: `edit among ${NODES} nodes: ${edited.what}`, value: told(times) });
  }
  rows.push(await search(bench, page));
  await page.context().close();
  return rows;
}

/** What each letter of a name takes, from the key to the list in the DOM. */
async function search({ browser }: Bench, page: Page): Promise<Row> {
  await page.keyboard.press('Control+f');
  await page.getByRole('combobox', { name: 'Nodes' }).waitFor();
  const times: number[] = [];
  for (const letter of 'widen_20_10') {
    const trace = await traced(browser, page, async () => {
      await page.evaluate(() => performance.mark('bench:key'));
      await page.keyboard.type(letter);
      await page.evaluate(async () => {
        await new Promise(requestAnimationFrame);
        await new Promise(requestAnimationFrame);
        performance.mark('bench:listed');
      });
    });
    times.push(trace.between('bench:key', 'bench:listed'));
  }
  await page.keyboard.press('Escape');
  return { what: `a letter of a search among ${NODES} nodes`, value: told(times) };
}

/** 50 MB of pictures: the longest task of the main thread while they are opened, and while they are saved. */
export async function files(bench: Bench): Promise<readonly Row[]> {
  const page = await newPage(bench, pictureDocument(PICTURES, PICTURE_BYTES));
  const opened = await open(bench, page);
  await rest(page);
  const saved = await traced(bench.browser, page, async () => {
    await page.evaluate(() => performance.mark('bench:save'));
    await page.keyboard.press('Control+s');
    await page.getByText(/^Saved /).waitFor({ timeout: 60_000 });
    await page.evaluate(() => performance.mark('bench:saved'));
  });
  await page.context().close();
  const ms = (value: number) => `${value.toFixed(0)} ms`;
  return [
    {
      what: 'opening 50 MB of pictures: clock, longest task',
      value: `${ms(opened.clock('bench:click', 'bench:usable'))}, ${ms(opened.longestTask('bench:click'))}`,
    },
    {
      what: 'saving 50 MB of pictures: clock, longest task',
      value: `${ms(saved.clock('bench:save', 'bench:saved'))}, ${ms(saved.longestTask('bench:save'))}`,
    },
  ];
}

async function goTo(page: Page, node: string): Promise<void> {
  await page.keyboard.press('Control+f');
  await page.getByRole('combobox', { name: 'Nodes' }).fill(node);
  await page.getByRole('option').first().waitFor();
  await page.keyboard.press('Enter');
}

/** Until what an edit set going is over: it would take part of the next one's time. */
async function rest(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const status = document.querySelector('[data-status]')?.getAttribute('data-status');
    return status === 'stale' || status === 'done' || status === 'idle';
  });
  await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
}

function told(times: readonly number[]): string {
  const ms = (at: number) => quantile(times, at).toFixed(1);
  return `${ms(0.5)} ms (${ms(0)} to ${ms(1)})`;
}
