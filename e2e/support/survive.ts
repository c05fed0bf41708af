/** Deaths under the editor, in the middle of a run and of an edit, and what must be there afterwards: the document and its values. */
import { expect, type Page } from '@playwright/test';
import { FULL } from '../../scripts/effort.ts';
import { shownDocument } from './application.ts';
import { endThread } from './deaths.ts';
import type { Editor } from './editor.ts';
import { longChain } from './long-chain.ts';
import { settled, shownBy, type Shown } from './shown.ts';

/** How often something dies in a run, and in an edit. */
export const TIMES = FULL ? 10 : 1;

/** How long a test of one death may take, in milliseconds. */
export const SURVIVAL_TIMEOUT = 120_000 + TIMES * 240_000;

export interface Death {
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

export const LOST = /The GPU was lost .*The document is as it was/;
export const STOPPED = /The thread that computes stopped .*The document is as it was/;

/** Shows a graph that takes long enough for a death in the middle, run on demand; its threads are watched from before. */
export async function openChain(editor: Editor, rows: number): Promise<void> {
  await editor.dropDocument('chain.patchbay', longChain(rows));
  await expect(editor.node('x')).toBeVisible();
  await editor.runOnDemand();
  await editor.select('x');
}

/** Dies in the middle of runs and of edits, in an editor that shows the graph of `openChain`. */
export async function survive(editor: Editor, death: Death): Promise<void> {
  const { page } = editor;
  // What untouched runs show: of two seeds, in turn, so that nothing kept makes a run short.
  const shown: Shown[] = [];
  for (const seed of [2, 1]) shown[seed] = await runWith(editor, seed);
  await forgetKept(editor);
  expect(await shownBy(page), 'values after a death while nothing ran').toEqual(shown[1]);
  for (let time = 1; time <= TIMES; time++) {
    const seed = time % 2 === 1 ? 2 : 1;
    // With what is kept there would be nothing to run.
    if (death.keepsValues && time > 1) await forgetKept(editor);
    await editor.set('seed', String(seed));
    const before = await shownDocument(page);
    await page.keyboard.press('Control+Enter');
    await running(page);
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
  await editor.select('x');
  expect(await shownBy(page)).toEqual(shown[Number(await editor.field('seed').inputValue())]);
}

/** Says how far a long run has come. */
export function tell(when: string, time: number): void {
  if (FULL) process.stdout.write(`  died ${time} of ${TIMES} times ${when}\n`);
}

/** What is shown of a run that nothing disturbs. */
export async function runWith(editor: Editor, seed: number): Promise<Shown> {
  await editor.set('seed', String(seed));
  await editor.page.keyboard.press('Control+Enter');
  await settled(editor);
  return shownBy(editor.page);
}

/** Of former runs nothing is kept any more but what is shown. */
async function forgetKept(editor: Editor): Promise<void> {
  const again = running(editor.page);
  await endThread(editor.page, 'gpu');
  await expect(editor.page.getByText(STOPPED).first()).toBeVisible();
  await again;
  await settled(editor);
}

/** Resolves in the first frame in which the page says that it runs: a run may be short. */
export async function running(page: Page): Promise<void> {
  const runs = () =>
    ['running', 'uploading'].includes(document.querySelector('.run-pill')!.getAttribute('data-status')!);
  await page.waitForFunction(runs, undefined, { timeout: 60_000 });
}

async function dieTold(page: Page, { die, told }: Death): Promise<void> {
  await die(page);
  await expect(page.getByText(told).first()).toBeVisible();
}

/** A value half typed stays so, and goes on. */
async function dieWhileTyping(editor: Editor, death: Death): Promise<void> {
  const { page } = editor;
  const before = await shownDocument(page);
  await editor.select('x');
  const field = editor.field('seed');
  await field.fill('');
  await field.pressSequentially('3');
  await dieTold(page, death);
  expect(await shownDocument(page)).toBe(before);
  await expect(field).toBeFocused();
  await expect(field).toHaveValue('3');
  await field.pressSequentially('4');
  await field.press('Enter');
  await expect.poll(() => shownDocument(page)).toBe(withSeed(before, 34));
  await editor.page.locator('.react-flow__pane').focus();
  await page.keyboard.press('Control+z');
  expect(await shownDocument(page)).toBe(before);
  await editor.page.keyboard.press('Control+Enter');
  await settled(editor);
}

/** The document with another seed of the numbers that go in; the default one is not written down. */
function withSeed(document: string, seed: number): string {
  const changed = JSON.parse(document) as { readonly modules: { readonly nodes: { params: object }[] }[] };
  const [input] = changed.modules[0]!.nodes;
  input!.params = { ...input!.params, seed };
  return JSON.stringify(changed);
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
