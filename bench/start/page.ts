/**
 * The page in Chromium, both from the same server: from the start of the navigation, with nothing in the cache, to a card
 * of the gallery that can be clicked, and through that click to a node that is selected.
 */
import type { Browser } from '@playwright/test';
import { inTurn, type Pages, type Row, type Times } from './bench.ts';
import { CARD, EMPTY, following, GALLERY, NODE, USABLE, type Step } from './steps.ts';

export async function page({ browser, app, empty, rounds }: Pages): Promise<readonly Row[]> {
  const times = await inTurn(rounds, {
    app: () => open(browser, app, GALLERY),
    empty: () => open(browser, empty, EMPTY),
  });
  const row = (what: string, mark: string): Row => ({
    what,
    app: times.app.map((time) => time[mark]!),
    empty: times.empty.map((time) => time[mark.replace(/^.*?( thread)?$/, `${USABLE}$1`)]!),
  });
  return [
    row('page: gallery, a card can be clicked', CARD),
    row('page: canvas, a node can be clicked', NODE),
    row('page: canvas, the node is selected', USABLE),
    row('page, main thread: gallery', `${CARD} thread`),
    row('page, main thread: canvas, the node is selected', `${USABLE} thread`),
  ];
}

/** A context has a cache and a storage of its own, and a renderer process. */
async function open(browser: Browser, url: string, steps: readonly Step[]): Promise<Times> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(following(steps));
  await browser.startTracing(page, { categories: ['blink.user_timing'] });
  await page.goto(url, { waitUntil: 'commit' });
  await page.waitForFunction((mark) => performance.getEntriesByName(mark).length > 0, USABLE);
  const marks = await page.evaluate(() => performance.getEntriesByType('mark').map((mark) => mark.toJSON() as Mark));
  const threads = threadTimes(await browser.stopTracing());
  await context.close();
  return Object.fromEntries(
    marks
      .filter(({ name }) => name.startsWith('bench:'))
      .flatMap(({ name, startTime }) => [
        [name, startTime],
        [`${name} thread`, threads.get(name)!],
      ]),
  );
}

interface Mark {
  readonly name: string;
  readonly startTime: number;
}

/** Of Chromium's trace: milliseconds that the main thread had run at each mark, since its process began. */
function threadTimes(trace: Buffer): ReadonlyMap<string, number> {
  interface TraceEvent {
    readonly name: string;
    /** Microseconds. */
    readonly tts?: number;
  }
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: readonly TraceEvent[] };
  return new Map(
    traceEvents.flatMap(({ name, tts }) =>
      name.startsWith('bench:') && tts !== undefined ? [[name, tts / 1000]] : [],
    ),
  );
}
