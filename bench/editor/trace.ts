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
  readonly args?: { readonly data?: { readonly type?: string } };
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
const INPUTS = new Set(['mousemove', 'wheel']);
const RENDERING = new Set([
  'HitTest',
  'Layerize',
  'Layout',
  'Paint',
  'PrePaint',
  'ScheduleStyleRecalculation',
  'UpdateLayoutTree',
]);

/**
 * Milliseconds of script in each frame of the page in which the hand moved while `act` runs, without the layout that it
 * forces. What runs until the next such frame counts for the one before.
 */
export async function scriptingDuring(
  browser: Browser,
  page: Page,
  act: () => Promise<void>,
): Promise<readonly number[]> {
  await browser.startTracing(page, { categories: CATEGORIES });
  await page.evaluate((mark) => void performance.mark(mark), MARK);
  await act();
  return scriptingOf(await browser.stopTracing());
}

function scriptingOf(trace: Buffer): readonly number[] {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: readonly TraceEvent[] };
  const mark = traceEvents.find(({ name }) => name === MARK)!;
  const events = traceEvents.filter(({ pid, tid, ts }) => pid === mark.pid && tid === mark.tid && ts >= mark.ts);
  const times = (wanted: (event: TraceEvent) => boolean): readonly number[] =>
    events.flatMap((event) => (wanted(event) ? [event.ts] : [])).sort((a, b) => a - b);
  const inputs = times(({ name, args }) => name === 'EventDispatch' && INPUTS.has(args?.data?.type ?? ''));
  const starts = times(({ name }) => name === 'BeginMainThreadFrame').filter((start, index, all) =>
    inputs.some((at) => at >= start && at < (all[index + 1] ?? Infinity)),
  );
  const frames = starts.map(() => 0);
  for (const { at, time } of scriptTimes(events)) {
    const frame = starts.findLastIndex((start) => start <= at);
    if (frame >= 0) frames[frame]! += time / 1000;
  }
  return frames;
}

interface Share {
  readonly at: number;
  /** Microseconds; negative for what is not script within what is. */
  readonly time: number;
}

/** Each event's own time, without that of those in it, counts for the nearest around it that has a kind. */
function scriptTimes(events: readonly TraceEvent[]): readonly Share[] {
  const timed = events.filter(({ ph, dur, tdur }) => ph === 'X' && dur !== undefined && tdur !== undefined);
  const open: { readonly end: number; readonly scripting: boolean }[] = [];
  const shares: Share[] = [];
  for (const { name, ts, dur, tdur } of timed.toSorted((a, b) => a.ts - b.ts || b.dur! - a.dur!)) {
    while (open.length > 0 && open.at(-1)!.end <= ts) open.pop();
    const around = open.at(-1)?.scripting ?? false;
    const scripting = SCRIPTING.has(name) || (around && !RENDERING.has(name));
    if (scripting !== around) shares.push({ at: ts, time: scripting ? tdur! : -tdur! });
    open.push({ end: ts + dur!, scripting });
  }
  return shares;
}
