/** What a page's main thread did between two marks, in its own milliseconds: other programs' part is not in them. */
import type { Browser, Page } from '@playwright/test';

/** Of Chromium's trace: `tts` and `tdur` are the thread's own microseconds, `ts` those of the clock. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly tts?: number;
  readonly tdur?: number;
}

export interface ThreadTrace {
  /** Milliseconds that the thread ran between the first of each of these marks. */
  readonly between: (start: string, end: string) => number;
  /** The same on the clock. */
  readonly clock: (start: string, end: string) => number;
  /** Milliseconds of the longest task after a mark. */
  readonly longestTask: (start: string) => number;
}

export async function traced(browser: Browser, page: Page, act: () => Promise<void>): Promise<ThreadTrace> {
  await browser.startTracing(page, { categories: ['blink.user_timing', 'toplevel'] });
  await act();
  const trace = await browser.stopTracing();
  const { traceEvents: events } = JSON.parse(trace.toString()) as { traceEvents: readonly TraceEvent[] };
  const markNamed = (mark: string): TraceEvent & { readonly tts: number } => {
    const found = events.find(({ name, tts }) => name === mark && tts !== undefined);
    if (found?.tts === undefined) throw new Error(`the trace has no mark ${mark}`);
    return { ...found, tts: found.tts };
  };
  return {
    between: (start, end) => (markNamed(end).tts - markNamed(start).tts) / 1000,
    clock: (start, end) => (markNamed(end).ts - markNamed(start).ts) / 1000,
    longestTask: (start) => {
      const { pid, tid, ts } = markNamed(start);
      const tasks = events.filter(
        (event) =>
          event.name === 'ThreadControllerImpl::RunTask' && event.pid === pid && event.tid === tid && event.ts >= ts,
      );
      return Math.max(0, ...tasks.map(({ tdur = 0 }) => tdur)) / 1000;
    },
  };
}
