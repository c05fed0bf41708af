/**
 * What the application asks of the main thread, measured in Chromium: `npm run build && node bench/app.ts [first|edits|frames|cpu]`;
 * DIST names another folder of the built application.
 * Prints the time to a template's first values, the script time of an edit in a document of 300 nodes, and frames and
 * long tasks while a run at the notebook's sizes goes on.
 */
import { chromium, type Page } from '@playwright/test';
import { join } from 'node:path';
import { formatDocument } from '../graph/file.ts';
import type { GraphNode, PatchbayDocument } from '../graph/schema.ts';
import { Editor, answerPickers, rememberDevice, writeStored } from '../e2e/support/editor.ts';
import { noisePng } from '../e2e/support/pictures.ts';
import { CHROMIUM_FLAGS } from '../scripts/chromium-flags.ts';
import { serve } from '../scripts/serve.ts';

const NODES = 300;
const EDITS = 20;
const FILE = 'bench.patchbay';

const serving = await serve({ folder: process.env['DIST'] ?? join(import.meta.dirname, '../dist/renderer'), port: 0 });
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: CHROMIUM_FLAGS,
});
const only = process.argv[2];
try {
  if (only === undefined || only === 'first') await firstValues(await newPage());
  if (only === undefined || only === 'edits') await edits(await newPage());
  if (only === undefined || only === 'frames') await frames(await newPage());
  if (only === undefined || only === 'cpu') await onCpu(await newPage());
} finally {
  await browser.close();
  await serving.close();
}

async function newPage(): Promise<Page> {
  const context = await browser.newContext({ baseURL: serving.url, viewport: { width: 1440, height: 900 } });
  return context.newPage();
}

/** From the click on a template's card, in a browser that has compiled nothing yet, to its last value. */
async function firstValues(page: Page): Promise<void> {
  const editor = new Editor(page);
  await page.goto('/');
  const card = editor.template('Vision Transformer');
  await card.waitFor();
  await page.evaluate(() => {
    document.addEventListener('click', () => performance.mark('bench:click'), { capture: true, once: true });
  });
  await card.click();
  await editor.settled();
  const seconds = await page.evaluate(() => {
    return (performance.now() - performance.getEntriesByName('bench:click')[0]!.startTime) / 1000;
  });
  print('template, first values after the click', `${seconds.toFixed(2)} s`);
  await page.context().close();
}

/**
 * Each edit of a hyperparameter changes the shapes of all nodes. Printed are the time of the page's main thread, which
 * is what the edit costs, and the time on the clock, in which other programs of the machine take their part.
 */
async function edits(page: Page): Promise<void> {
  const editor = new Editor(page);
  await answerPickers(page, FILE);
  await page.addInitScript(() => {
    const measure = performance.measure.bind(performance);
    performance.measure = (name, ...rest) => {
      if (name === 'patchbay:edit') performance.mark('bench:shown');
      return measure(name, ...rest);
    };
  });
  await page.goto('/');
  await writeStored(page, FILE, Buffer.from(formatDocument(chain(NODES))));
  await page.getByRole('button', { name: 'Open file…' }).click();
  await editor.settled();
  const clock: number[] = [];
  const thread: number[] = [];
  for (let edit = 0; edit < EDITS; edit++) {
    await browser.startTracing(page, { categories: ['blink.user_timing'] });
    await editor.set('width', String(33 - (edit % 2)));
    clock.push(await editTime(page));
    thread.push(threadTime(await browser.stopTracing()));
    // What the edit set going would take part of the cores from the next one.
    await editor.settled();
  }
  for (const [what, times] of [
    ['main thread', thread],
    ['clock', clock],
  ] as const) {
    print(
      `edit of ${NODES} nodes, script to the DOM, ${what}`,
      `median ${quantile(times, 0.5)} ms, worst ${quantile(times, 1)} ms, first ${times[0]?.toFixed(1)} ms`,
    );
  }
  await page.context().close();
}

/** The next measure, from an edit's dispatch to the commit that shows its shapes. */
async function editTime(page: Page): Promise<number> {
  const measure = await page.waitForFunction(() => performance.getEntriesByName('patchbay:edit').at(-1)?.duration);
  await page.evaluate(() => performance.clearMeasures('patchbay:edit'));
  return (await measure.jsonValue())!;
}

/** Of Chromium's trace: `tts` and `tdur` are the thread's own microseconds. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly tts?: number;
  readonly tdur?: number;
}

/** Milliseconds that the page's main thread ran between the two marks of an edit. */
function threadTime(trace: Buffer): number {
  const events = eventsOf(trace);
  return (markIn(events, 'bench:shown').tts! - markIn(events, 'patchbay:edit-start').tts!) / 1000;
}

/** Milliseconds that each task of the page's main thread ran. */
function taskTimes(trace: Buffer): readonly number[] {
  const events = eventsOf(trace);
  const { pid, tid } = markIn(events, 'bench:run');
  return events.flatMap((event) => {
    const task = event.name === 'ThreadControllerImpl::RunTask' && event.pid === pid && event.tid === tid;
    return task && event.tdur !== undefined ? [event.tdur / 1000] : [];
  });
}

function eventsOf(trace: Buffer): readonly TraceEvent[] {
  return (JSON.parse(trace.toString()) as { traceEvents: readonly TraceEvent[] }).traceEvents;
}

function markIn(events: readonly TraceEvent[], mark: string): TraceEvent {
  return events.find(({ name, tts }) => name === mark && tts !== undefined)!;
}

/** Frames and tasks of the page while the device computes the notebook's sizes. */
async function frames(page: Page): Promise<void> {
  const editor = new Editor(page);
  await rememberDevice(page, 'gpu');
  await editor.openTemplate('Vision Transformer');
  await editor.settled();
  await page.getByRole('contentinfo').waitFor();
  await chooseNotebook(page);
  const runButton = page.getByRole('button', { name: /^Run/ });
  await runButton.waitFor();
  for (const round of ['first', 'second']) {
    await page.evaluate(() => {
      const watch = { frames: [] as number[], tasks: [] as number[], stop: false };
      Object.assign(window, { watch });
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) watch.tasks.push(duration);
      }).observe({ type: 'longtask' });
      let last = performance.now();
      const frame = (now: number): void => {
        watch.frames.push(now - last);
        last = now;
        if (!watch.stop) requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
    });
    if (round === 'second') await editor.set('seed', '1');
    await browser.startTracing(page, { categories: ['toplevel', 'blink.user_timing'] });
    await page.evaluate(() => void performance.mark('bench:run'));
    await runButton.click();
    await page.locator('[data-status=running]').waitFor({ timeout: 60_000 });
    await page.evaluate(() => ((window as unknown as { watch: { frames: number[] } }).watch.frames.length = 0));
    await editor.settled();
    const { frames, tasks } = await page.evaluate(() => {
      const { watch } = window as unknown as { watch: { frames: number[]; tasks: number[]; stop: boolean } };
      watch.stop = true;
      return watch;
    });
    const text = (await page.getByRole('region', { name: 'Run' }).textContent())?.trim();
    print(`${round} run at the notebook's sizes`, text ?? '');
    print(
      '  page frames',
      `95th percentile ${quantile(frames, 0.95)} ms, worst ${quantile(frames, 1)} ms, ${frames.length} frames`,
    );
    print('  tasks over 50 ms', tasks.length === 0 ? 'none' : tasks.map((task) => `${task.toFixed(0)} ms`).join(', '));
    // Without the time in which other programs have the core.
    print('  tasks, main thread', `worst ${quantile(taskTimes(await browser.stopTracing()), 1)} ms`);
  }
  await page.context().close();
}

/** Runs at the notebook's sizes on the CPU: the first one, with new weights, and with a picture alone that is new. */
async function onCpu(page: Page): Promise<void> {
  const editor = new Editor(page);
  await rememberDevice(page, 'cpu');
  await editor.openTemplate('Vision Transformer');
  await editor.settled();
  const run = page.getByRole('region', { name: 'Run' });
  const told = async (what: string): Promise<void> => {
    await editor.settled();
    print(`CPU, ${what} at the notebook's sizes`, (await run.textContent())?.trim() ?? '');
  };
  await chooseNotebook(page);
  await told('first run');
  await editor.set('seed', '1');
  await told('new weights');
  for (const name of ['one', 'two', 'three']) {
    const file = { name: `${name}.png`, type: 'image/png', bytes: await noisePng(64) };
    await editor.dropFile(editor.node('pixel_values'), file);
    await editor.node('pixel_values').getByText(file.name).waitFor();
    await told(`picture ${name}`);
  }
  await page.context().close();
}

async function chooseNotebook(page: Page): Promise<void> {
  await page
    .locator('.preset-select, .preset-menu, button')
    .filter({ hasText: /^preset/ })
    .first()
    .click();
  await page.getByRole('menuitemradio', { name: 'notebook' }).click();
}

/** A source and a chain of linears, each as wide as the module's `width`. */
function chain(count: number): PatchbayDocument {
  const place = (index: number): [number, number] => [(index % 20) * 280, Math.floor(index / 20) * 320];
  const source: GraphNode = {
    id: 'source',
    name: 'source',
    type: 'random_tensor',
    params: { shape: '1, 16, width' },
    position: place(0),
  };
  const linears = Array.from({ length: count - 1 }, (_, index): GraphNode => {
    const name = `linear_${index + 1}`;
    return {
      id: name,
      name,
      type: 'linear',
      params: { in_features: 'width', out_features: 'width' },
      position: place(index + 1),
    };
  });
  const nodes = [source, ...linears];
  return {
    format: 'patchbay',
    version: 1,
    seed: 0,
    main: 'Chain',
    presets: [],
    modules: [
      {
        name: 'Chain',
        hyperparameters: [{ name: 'width', type: 'int', default: 32 }],
        nodes,
        edges: linears.map(({ id }, index) => ({ from: [nodes[index]!.id, 'output'], to: [id, 'input'] })),
      },
    ],
    assets: [],
  };
}

function quantile(values: readonly number[], at: number): string {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.min(sorted.length - 1, Math.floor(at * sorted.length))] ?? NaN).toFixed(1);
}

function print(what: string, value: string): void {
  process.stdout.write(`${what.padEnd(44)} ${value}\n`);
}
