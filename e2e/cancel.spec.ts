/** How soon a run that is cancelled has stopped, and its device is free for the next. */
import { expect, test, type Page } from '@playwright/test';
import { FULL } from '../scripts/effort.ts';
import { Editor, rememberDevice } from './support/editor.ts';
import { longChain } from './support/long-chain.ts';
import { running } from './support/survive.ts';

const TIMES = FULL ? 50 : 4;

test.use({ contextOptions: { reducedMotion: 'reduce' } });
test.setTimeout(120_000 + TIMES * 30_000);

/** In milliseconds. */
interface Cancelled {
  /** From the key to the state that says so. */
  readonly shown: number;
  /** From the key to the device's word that it is free. */
  readonly free: number;
}

// ONNX Runtime computes much faster, and is asked whether it goes on between two operations: many, instead of large ones.
for (const { device, rows, layers } of [
  { device: 'gpu', rows: 1024, layers: 6 },
  { device: 'cpu', rows: 512, layers: 40 },
  { device: 'reference', rows: 256, layers: 6 },
] as const) {
  test(`a run on the ${device} that is cancelled makes way for the next`, async ({ page }) => {
    await watchCancelling(page);
    await rememberDevice(page, device);
    await page.goto('/');
    const editor = new Editor(page);
    await editor.dropDocument('chain.patchbay', longChain(rows, layers));
    await expect(editor.node('x')).toBeVisible();
    await editor.runOnDemand();
    await editor.select('x');
    const times: Cancelled[] = [];
    for (let time = 0; time < TIMES; time++) {
      // What a run has computed until it is cancelled is kept: with other numbers the next has as much to do.
      await editor.set('seed', String(time + 1));
      await page.keyboard.press('Control+Enter');
      await running(page);
      // Somewhere in the run: at another place each time.
      const part = (time * 7) % 10;
      await expect.poll(() => percent(editor), { intervals: [20], timeout: 60_000 }).toBeGreaterThanOrEqual(part);
      await page.keyboard.press('Control+.');
      await expect(editor.run).toHaveAttribute('data-status', 'stale');
      times.push(await cancelled(page, time));
    }
    const told = (name: keyof Cancelled) => {
      const sorted = times.map((time) => time[name]).toSorted((a, b) => a - b);
      const at = (part: number) => Math.round(sorted[Math.ceil(part * sorted.length) - 1]!);
      return `${name} after ${at(0.5)} ms (median), ${at(0.95)} ms (95 %), ${at(1)} ms (worst)`;
    };
    const description = `${device}, ${times.length} runs cancelled: ${told('shown')}; ${told('free')}`;
    test.info().annotations.push({ type: 'cancelling', description });
    console.log(description);
  });
}

/** Of a run that goes on. */
async function percent(editor: Editor): Promise<number> {
  const text = (await editor.run.textContent())!;
  return Number(/running,\s*(\d+)/.exec(text)?.[1] ?? -1);
}

/** Notes when runs are cancelled, when that is shown and when the device says that it is free. Before the page is opened. */
async function watchCancelling(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const pressed: number[] = [];
    const shown: number[] = [];
    const free: number[] = [];
    Object.assign(window, {
      cancelling: { pressed, shown, free },
      Worker: class extends Worker {
        constructor(url: string | URL, options?: WorkerOptions) {
          super(url, options);
          this.addEventListener('message', ({ data }: MessageEvent<{ readonly kind?: string }>) => {
            // Or the run ended just before it heard of it; or another device is there, where the thread had to be ended.
            const isFree = ['cancelled', 'finished', 'device'].includes(data.kind ?? '');
            if (isFree && pressed.length > free.length) free.push(performance.now());
          });
        }
      },
    });
    addEventListener(
      'keydown',
      (event) => {
        if (event.key !== '.' || !event.ctrlKey) return;
        pressed.push(event.timeStamp);
        const seen = new MutationObserver(() => {
          if (document.querySelector('.run-pill')!.getAttribute('data-status') !== 'stale') return;
          shown.push(performance.now());
          seen.disconnect();
        });
        seen.observe(document.querySelector('.run-pill')!, { attributes: true });
      },
      { capture: true },
    );
  });
}

async function cancelled(page: Page, time: number): Promise<Cancelled> {
  const noted = () =>
    page.evaluate((time) => {
      const { pressed, shown, free } = (
        window as unknown as { cancelling: Record<'pressed' | 'shown' | 'free', number[]> }
      ).cancelling;
      const begun = pressed[time];
      if (begun === undefined || shown[time] === undefined || free[time] === undefined) return null;
      return { shown: shown[time] - begun, free: free[time] - begun };
    }, time);
  await expect.poll(noted, { intervals: [50] }).not.toBeNull();
  return (await noted())!;
}
