/**
 * What the scripts of a page took of its main thread, from Chromium's trace. Times are the thread's own, so that what
 * else runs on the machine is not in them.
 */
import type { Browser, Page } from '@playwright/test';

/** `ts` is microseconds of the clock, `tdur` of the thread. */
interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly tdur?: number;
}

export interface Scripting {
  readonly frames: number;
  /** Milliseconds of script, without the layout that it forces, of all frames together. */
  readonly milliseconds: number;
}

const CATEGORIES = ['devtools.timeline', 'disabled-by-default-devtools.timeline.frame', 'blink.user_timing'];
const MARK = 'bench:traced';

/** What DevTools calls scripting; whatever these contain is too, but for the rendering in them. */
const SCRIPTING = new Set([
  'EvaluateScript',
  'EventDispatch',
  'FireAnimationFrame',
  'FireIdleCallback',
  'FunctionCall',
  'HandlePostMessage',
  'MajorGC',
  'MinorGC',
  'RunMicrotasks',
  'TimerFire',
]);
const RENDERING = new Set([
  'HitTest',
  'Layerize',
  'Layout',
  'Paint',
  'PrePaint',
  'ScheduleStyleRecalculation',
  'UpdateLayoutTree',
]);

/** Of the page's main thread while `act` runs. */
export async function scriptingDuring(browser: Browser, page: Page, act: () => Promise<void>): Promise<Scripting> {
  await browser.startTracing(page, { categories: CATEGORIES });
  await page.evaluate((mark) => void performance.mark(mark), MARK);
  await act();
  return scriptingOf(await browser.stopTracing());
}

function scriptingOf(trace: Buffer): Scripting {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: readonly TraceEvent[] };
  const mark = traceEvents.find(({ name }) => name === MARK)!;
  const events = traceEvents.filter(({ pid, tid, ts }) => pid === mark.pid && tid === mark.tid && ts >= mark.ts);
  return {
    frames: events.filter(({ name }) => name === 'BeginMainThreadFrame').length,
    milliseconds: scriptTime(events) / 1000,
  };
}

/** Each event's own time, without that of those in it, counts for the nearest around it that has a kind. */
function scriptTime(events: readonly TraceEvent[]): number {
  const timed = events.filter(({ ph, dur, tdur }) => ph === 'X' && dur !== undefined && tdur !== undefined);
  const open: { readonly end: number; readonly scripting: boolean }[] = [];
  let total = 0;
  for (const { name, ts, dur, tdur } of timed.toSorted((a, b) => a.ts - b.ts || b.dur! - a.dur!)) {
    while (open.length > 0 && open.at(-1)!.end <= ts) open.pop();
    const around = open.at(-1)?.scripting ?? false;
    const scripting = SCRIPTING.has(name) || (around && !RENDERING.has(name));
    if (around) total -= tdur!;
    if (scripting) total += tdur!;
    open.push({ end: ts + dur!, scripting });
  }
  return total;
}
