/** What dies under the editor, in the middle of a run and of an edit: it is told, and the document and its values are back. */
import { test } from '@playwright/test';
import { TEST_FLAGS } from '../scripts/chromium-flags.ts';
import { crashGpu, destroyDevice, endThread, watchDevices, watchThreads } from './support/deaths.ts';
import { Editor, rememberDevice } from './support/editor.ts';
import { type Death, LOST, openChain, STOPPED, SURVIVAL_TIMEOUT, survive, TIMES } from './support/survive.ts';

test.use({
  viewport: { width: 1800, height: 900 },
  contextOptions: { reducedMotion: 'reduce' },
  launchOptions: {
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    // As the desktop application has them (electron/lock-down.ts): Chromium bars pages from the GPU after two crashes.
    args: [...TEST_FLAGS, '--disable-domain-blocking-for-3d-apis', '--disable-gpu-process-crash-limit'],
  },
});
test.setTimeout(SURVIVAL_TIMEOUT);

const DEATHS: readonly Death[] = [
  {
    title: 'a crash of the GPU process',
    device: 'gpu',
    rows: 240,
    told: LOST,
    die: (page) => crashGpu(page.context().browser()!),
  },
  { title: 'a device that is destroyed', device: 'gpu', rows: 240, told: LOST, die: destroyDevice },
  {
    title: 'the end of the thread that computes on the GPU',
    device: 'gpu',
    rows: 240,
    told: STOPPED,
    die: (page) => endThread(page, 'gpu'),
  },
  {
    title: 'the end of the thread that computes on the CPU',
    device: 'cpu',
    rows: 4096,
    told: STOPPED,
    die: (page) => endThread(page, 'gpu'),
  },
  {
    title: 'the end of the compiler’s thread',
    device: 'cpu',
    rows: 4096,
    told: /The compiler stopped .*The document is as it was/,
    keepsValues: true,
    die: (page) => endThread(page, 'compile'),
  },
];

for (const death of DEATHS) {
  test(`${death.title}, ${TIMES} times in a run and in an edit`, { tag: '@endurance' }, async ({ page }) => {
    await watchThreads(page);
    await watchDevices(page);
    await rememberDevice(page, death.device);
    await page.goto('/');
    const editor = new Editor(page);
    await openChain(editor, death.rows);
    await survive(editor, death);
  });
}
