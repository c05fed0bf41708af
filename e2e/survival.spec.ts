/** What dies under the editor, in the middle of a run and of an edit: it is told, and the document and its values are back. */
import { expect, test, type Page } from '@playwright/test';
import { CHROMIUM_FLAGS } from '../scripts/chromium-flags.ts';
import { FULL } from '../scripts/effort.ts';
import { shownDocument } from './killing/edit-at-random.ts';
import { crashGpu, destroyDevice, endThread, watchDevices, watchThreads } from './support/deaths.ts';
import { Editor, rememberDevice } from './support/editor.ts';
import { longChain } from './support/long-chain.ts';
import { settled, shownBy, type Shown } from './support/shown.ts';

const TIMES = FULL ? 10 : 1;

test.use({
  viewport: { width: 1800, height: 900 },
  contextOptions: { reducedMotion: 'reduce' },
  launchOptions: {
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    // As the desktop application has them (electron/lock-down.ts): Chromium bars pages from the GPU after two crashes.
    args: [...CHROMIUM_FLAGS, '--disable-domain-blocking-for-3d-apis', '--disable-gpu-process-crash-limit'],
  },
});
// Hundreds of actions, each with a snapshot of the page before and after it, take longer than they do.
test.use({ trace: FULL ? 'off' : 'retain-on-failure' });
test.setTimeout(120_000 + TIMES * 240_000);

interface Death {
  readonly title: string;
  readonly device: 'gpu' | 'cpu';
  /** Of the graph, so that a run takes long enough on the device. */
  readonly rows: number;
  /** Values that runs have left outlive it. */
  readonly keepsValues?: true;
  readonly die: (page: Page) => Promise<void>;
  /** What the person is told. */
  readonly told: RegExp;
}

const LOST = /The GPU was lost .*The document is as it was/;
const STOPPED = /The thread that computes stopped .*The document is as it was/;
const DEATHS: readonly Death[] = [
  {
    title: 'a crash of the GPU process',
    device: 'gpu',
    rows: 160,
    told: LOST,
    die: (page) => crashGpu(page.context().browser()!),
  },
  { title: 'a device that is destroyed', device: 'gpu', rows: 160, told: LOST, die: destroyDevice },
  {
    title: 'the end of the thread that computes on the GPU',
    device: 'gpu',
    rows: 160,
    told: STOPPED,
    die: (page) => endThread(page, 'gpu'),
  },
  {
    title: 'the end of the thread that computes on the CPU',
    device: 'cpu',
    rows: 512,
    told: STOPPED,
    die: (page) => endThread(page, 'gpu'),
  },
  {
    title: 'the end of the compiler’s thread',
    device: 'cpu',
    rows: 512,
    told: /The compiler stopped .*The document is as it was/,
    keepsValues: true,
    die: (page) => endThread(page, 'compile'),
  },
];

for (const death of DEATHS) {
  test(`${death.title}, ${TIMES} times in a run and in an edit`, { tag: '@endurance' }, async ({ page }) => {
    const editor = await open(page, death);
    // What untouched runs show: of two seeds, in turn, so that nothing kept makes a run short.
    const shown: Shown[] = [];
    for (const seed of [2, 1]) shown[seed] = await runWith(editor, seed);
    await forgetKept(editor);
    expect(await shownBy(page), 'values after a death while nothing ran').toEqual(shown[1]);
    for (let time = 1; time <= TIMES; time++) {
      const seed = time % 2 === 1 ? 2 : 1;
      await editor.set('seed', String(seed));
      const before = await shownDocument(page);
      // With what is kept there would be nothing to run.
      if (death.keepsValues && time > 1) await forgetKept(editor);
      await page.keyboard.press('Control+Enter');
      await expect(editor.run).toHaveAttribute('data-status', 'running');
      await dieTold(page, death);
      await settled(editor);
      expect(await shownBy(page), `values after death ${time} in a run`).toEqual(shown[seed]);
      expect(await shownDocument(page), `the document after death ${time} in a run`).toBe(before);
      tell('in a run', time);
    }
    for (let time = 1; time <= TIMES; time++) {
      await expect.soft(page.getByText(death.told)).toHaveCount(0, { timeout: 20_000 });
      await (time % 2 === 1 ? dieWhileTyping : dieInDrag)(editor, death);
      tell('in an edit', time);
    }
    await settled(editor);
    const { seed } = JSON.parse(await shownDocument(page)).modules[0].nodes[0].params as { seed: number };
    expect(await shownBy(page)).toEqual(shown[seed]);
  });
}

/** Says how far a long run has come. */
function tell(when: string, time: number): void {
  if (FULL) process.stdout.write(`  died ${time} of ${TIMES} times ${when}\n`);
}

async function open(page: Page, { device, rows }: Death): Promise<Editor> {
  await watchThreads(page);
  await watchDevices(page);
  await rememberDevice(page, device);
  await page.goto('/');
  const editor = new Editor(page);
  await editor.dropDocument('chain.patchbay', longChain(rows));
  await expect(editor.node('x')).toBeVisible();
  await editor.runOnDemand();
  await editor.select('x');
  return editor;
}

/** What is shown of a run that nothing disturbs. */
async function runWith(editor: Editor, seed: number): Promise<Shown> {
  await editor.set('seed', String(seed));
  await editor.page.keyboard.press('Control+Enter');
  await settled(editor);
  return shownBy(editor.page);
}

/** Of former runs nothing is kept any more but what is shown. */
async function forgetKept(editor: Editor): Promise<void> {
  await endThread(editor.page, 'gpu');
  await expect(editor.page.getByText(STOPPED).first()).toBeVisible();
  await expect(editor.run).toHaveAttribute('data-status', 'running');
  await settled(editor);
}

async function dieTold(page: Page, { die, told }: Death): Promise<void> {
  await die(page);
  await expect(page.getByText(told).first()).toBeVisible();
}

/** A value half typed stays so, and goes on. */
async function dieWhileTyping(editor: Editor, death: Death): Promise<void> {
  const { page } = editor;
  const before = await shownDocument(page);
  const field = editor.field('seed');
  const value = await field.inputValue();
  await field.fill('');
  await field.pressSequentially('3');
  await dieTold(page, death);
  expect(await shownDocument(page)).toBe(before);
  await expect(field).toBeFocused();
  await expect(field).toHaveValue('3');
  await field.pressSequentially('4');
  await field.press('Enter');
  await expect.poll(() => shownDocument(page)).toBe(before.replace(`"seed":${value}`, '"seed":34'));
  await editor.page.locator('.react-flow__pane').focus();
  await page.keyboard.press('Control+z');
  expect(await shownDocument(page)).toBe(before);
  await editor.page.keyboard.press('Control+Enter');
  await settled(editor);
}

/** A node in hand stays there, and lands where it is let go. */
async function dieInDrag(editor: Editor, death: Death): Promise<void> {
  const { page } = editor;
  const before = await shownDocument(page);
  const header = (await editor.node('layer2').locator('.node-header').boundingBox())!;
  const drag = async (meanwhile: () => Promise<void>): Promise<string> => {
    await page.mouse.move(header.x + 40, header.y + header.height / 2);
    await page.mouse.down();
    await page.mouse.move(header.x + 90, header.y + 200, { steps: 5 });
    await meanwhile();
    await page.mouse.move(header.x + 140, header.y + 300, { steps: 5 });
    await page.mouse.up();
    const after = await shownDocument(page);
    await page.keyboard.press('Control+z');
    expect(await shownDocument(page)).toBe(before);
    return after;
  };
  const untouched = await drag(async () => undefined);
  expect(untouched).not.toBe(before);
  expect(await drag(() => dieTold(page, death))).toBe(untouched);
}
