/** Random edits through what is on screen, undone to the start and redone: the same bytes and the same shown values at every step. */
import { expect, test, type Page } from '@playwright/test';
import fc from 'fast-check';
import { formatDocument } from '../graph/file.ts';
import { documentOf, int, module, node, wire } from '../graph/testing/documents.ts';
import { picks } from '../graph/testing/picks.ts';
import { FULL } from '../scripts/effort.ts';
import { answerPickers, Editor, readStored } from './support/editor.ts';
import { RandomHand, UNTOUCHED } from './support/random-hand.ts';
import { settled, shownBy, type Shown } from './support/shown.ts';

const EDITS = FULL ? 500 : 12;

// Room for every card at a size that shows its numbers; fitting does not glide.
test.use({ viewport: { width: 2200, height: 1400 }, contextOptions: { reducedMotion: 'reduce' } });
test.setTimeout(FULL ? 60 * 60_000 : 180_000);

const at = (x: number, y: number) => ({ position: [x, y] as [number, number] });

/** A random tensor through two linears, and one beside them. */
const START = formatDocument(
  documentOf([
    module('Model', {
      hyperparameters: [int('width', 12, { minimum: 1 })],
      nodes: [
        node(UNTOUCHED, 'random_tensor', { shape: '2, 6' }, at(0, 400)),
        node('x', 'random_tensor', { shape: '2, 8' }, at(0, 0)),
        node('up', 'linear', { in_features: 8, out_features: 'width' }, at(320, 0)),
        node('act', 'gelu', undefined, at(640, 0)),
        node('down', 'linear', { in_features: 'width', out_features: 4 }, at(960, 0)),
        node('y', 'output', undefined, at(1280, 0)),
      ],
      edges: [
        wire('x.output', 'up.input'),
        wire('up.output', 'act.input'),
        wire('act.output', 'down.input'),
        wire('down.output', 'y.input'),
      ],
    }),
  ]),
);

interface Step {
  readonly bytes: string;
  readonly shown: Shown;
}

/** Says now and then how far a long run has come. */
function tell(doing: string, step: number): void {
  if (step % 50 === 0 && EDITS > 50) process.stdout.write(`  ${doing} ${step} of ${EDITS}\n`);
}

/** How many steps lie behind, as the list of steps says it. */
async function position(page: Page): Promise<number> {
  const step = await page.getByRole('listbox', { name: 'Steps' }).getAttribute('aria-activedescendant');
  return Number(step!.replace('history-step-', ''));
}

/** What the file holds once what is unsaved is saved with Ctrl+S. */
async function bytesOf(page: Page): Promise<string> {
  const saved = page.locator('.status-right');
  if (!/\bsaved\b/.test((await saved.textContent())!)) await page.keyboard.press('Control+s');
  await expect(saved).toContainText(/\bsaved\b/);
  return readStored(page, 'undo.patchbay');
}

async function look(editor: Editor): Promise<Step> {
  await editor.page.keyboard.press('f');
  await settled(editor);
  return { shown: await shownBy(editor.page), bytes: await bytesOf(editor.page) };
}

async function compare(editor: Editor, step: Step, what: string): Promise<void> {
  await editor.page.keyboard.press('f');
  await settled(editor);
  await expect.poll(() => shownBy(editor.page), { message: what }).toEqual(step.shown);
  expect(await bytesOf(editor.page), what).toBe(step.bytes);
}

test(`${EDITS} random edits, undone and redone`, { tag: '@endurance' }, async ({ page }) => {
  // A full run looks for what nobody has seen; a usual one is the same for everybody.
  const seed = Number(process.env['PATCHBAY_SEED'] ?? (FULL ? Date.now() % 2 ** 31 : 1));
  test.info().annotations.push({ type: 'PATCHBAY_SEED', description: String(seed) });
  const [pick] = fc.sample(picks, { seed, numRuns: 1 });
  const editor = new Editor(page);
  const hand = new RandomHand(editor, pick!);
  await answerPickers(page, 'undo.patchbay');
  await page.goto('/');
  await editor.dropDocument('undo.patchbay', START);
  await expect(editor.node(UNTOUCHED)).toBeVisible();
  await page.keyboard.press('Shift+H');
  let steps = [await look(editor)];

  while (steps.length <= EDITS) {
    const what = `${await hand.act()} after ${steps.length - 1} steps (PATCHBAY_SEED=${seed})`;
    const here = await look(editor);
    const reached = await position(page);
    expect(Math.abs(reached - steps.length + 1), `${what}: an edit is one step`).toBeLessThanOrEqual(1);
    if (reached === steps.length) expect(here.bytes, `${what}: a step changes something`).not.toBe(steps.at(-1)!.bytes);
    if (reached === steps.length) tell('edited', reached);
    steps = [...steps.slice(0, reached), here];
  }

  for (let step = steps.length - 2; step >= 0; step--) {
    await page.keyboard.press('Control+z');
    tell('undone to', step);
    await compare(editor, steps[step]!, `undone to step ${step} (PATCHBAY_SEED=${seed})`);
  }
  expect(await position(page)).toBe(0);
  expect(steps[0]!.bytes).toBe(START);
  for (let step = 1; step < steps.length; step++) {
    await page.keyboard.press('Control+Shift+Z');
    tell('redone to', step);
    await compare(editor, steps[step]!, `redone to step ${step} (PATCHBAY_SEED=${seed})`);
  }
});

test('a slider, a burst of arrow keys and a name are one step each, and so is each that follows', async ({ page }) => {
  const editor = new Editor(page);
  await page.goto('/');
  await editor.dropDocument('undo.patchbay', START);
  await editor.select('up');
  await page.keyboard.press('Shift+H');
  const label = page.locator('.inspector label[data-scrub]', { hasText: 'in_features' });
  const scrub = async (): Promise<void> => {
    // What is wrong with a value is said above and below, so that fields move.
    const { x, y } = (await label.boundingBox())!;
    await page.mouse.move(x + 10, y + 5);
    await page.mouse.down();
    await page.mouse.move(x + 130, y + 5, { steps: 10 });
    await page.mouse.up();
  };
  await scrub();
  await expect(editor.field('in_features')).toHaveValue('28');
  expect(await position(page)).toBe(1);
  await scrub();
  await expect(editor.field('in_features')).toHaveValue('48');
  expect(await position(page)).toBe(2);

  // What comes within a second is one step: the keys do not wait for each other.
  const nudge = async (): Promise<void> => {
    await editor.select('act');
    await page.keyboard.down('Alt');
    await Promise.all([1, 2, 3].map(() => page.keyboard.press('ArrowRight')));
    await page.keyboard.up('Alt');
  };
  await nudge();
  expect(await position(page)).toBe(3);
  await nudge();
  expect(await position(page)).toBe(4);

  await page.keyboard.press('F2');
  await page.keyboard.type('gate');
  await page.keyboard.press('Enter');
  expect(await position(page)).toBe(5);
  await page.keyboard.press('F2');
  await page.keyboard.type('door');
  await page.keyboard.press('Enter');
  expect(await position(page)).toBe(6);

  for (const [steps, name] of [
    [5, 'gate'],
    [4, 'act'],
  ] as const) {
    await page.keyboard.press('Control+z');
    await expect(editor.node('act').locator('.node-header b')).toHaveText(name);
    expect(await position(page)).toBe(steps);
  }
  await page.getByRole('listbox', { name: 'Steps' }).press('Home');
  expect(await position(page)).toBe(0);
});
