/**
 * Text is written on a card as it is computed: it can be stopped and stepped, its tokens are the command line's, and
 * nothing else on the canvas is drawn anew with each of them.
 */
import { expect, test, type Locator, type Page } from '@playwright/test';
import { patchbay } from '../cli/testing/patchbay.ts';
import { Editor } from './support/editor.ts';

const TOKENS = 20;

// Its snapshots of the page are long tasks on the main thread, which is measured here.
test.use({ trace: 'off' });

/** The generate node's card. */
class GenerateCard {
  readonly card: Locator;

  constructor(editor: Editor) {
    this.card = editor.node('generate');
  }

  button(name: 'Run' | 'Go on' | 'Stop' | 'Step'): Locator {
    return this.card.getByRole('button', { name, exact: true });
  }

  get progress(): Locator {
    return this.card.locator('.caption .note').first();
  }

  /** What was written of each sequence, without its prompt. */
  async texts(): Promise<readonly string[]> {
    const texts = await this.card.getByRole('log').locator('b').allTextContents();
    return texts.map((text) => text.trim());
  }

  async done(): Promise<void> {
    await expect(this.progress).toContainText(`${TOKENS} of ${TOKENS} tokens`, { timeout: 60_000 });
    await expect(this.button('Run')).toBeEnabled();
  }
}

async function open(page: Page): Promise<{ editor: Editor; card: GenerateCard }> {
  // Large enough that every card is in view.
  await page.setViewportSize({ width: 2560, height: 1600 });
  const editor = new Editor(page);
  await editor.openTemplate('Vision-language model');
  await editor.settled();
  await page.getByRole('button', { name: 'Fit', exact: true }).click();
  return { editor, card: new GenerateCard(editor) };
}

/** Texts that the command line writes with the template as it ships. */
async function written(...flags: readonly string[]): Promise<readonly string[]> {
  const { code, stdout, stderr } = await patchbay(['generate', 'template:vlm', ...flags]);
  // Drivers may say something there.
  expect(code, stderr).toBe(0);
  return stdout.split('\n').flatMap((line) => /^text[ \d]*: (.*)$/.exec(line)?.[1]?.trim() ?? []);
}

test('text streams, stops and steps, and is what the command line writes', async ({ page }) => {
  const expected = written();
  const { card } = await open(page);
  await expect(card.card.getByText('Run writes token after token')).toBeVisible();

  await card.button('Step').click();
  await expect(card.progress).toContainText(`1 of ${TOKENS} tokens`);
  await card.button('Step').click();
  await expect(card.progress).toContainText(`2 of ${TOKENS} tokens`);
  const stepped = await card.texts();

  // Within the page: there are not many tokens left.
  await card.card.evaluate(async (card) => {
    const button = (label: string) => [...card.querySelectorAll('button')].find((one) => one.textContent === label);
    const { promise, resolve } = Promise.withResolvers<HTMLElement>();
    const observer = new MutationObserver(() => {
      const stop = button('Stop');
      if (stop) resolve(stop);
    });
    observer.observe(card, { childList: true, subtree: true, characterData: true });
    button('Go on')!.click();
    (await promise).click();
    observer.disconnect();
  });
  await expect(card.button('Go on')).toBeVisible();
  const stopped = await card.texts();
  expect(stopped.join('\n').length).toBeGreaterThan(stepped.join('\n').length);
  await expect(card.progress).not.toContainText(`${TOKENS} of`);

  await card.button('Go on').click();
  await card.done();
  const texts = await card.texts();
  expect(texts).toEqual(await expected);
  for (const [row, text] of texts.entries()) {
    expect(text.startsWith(stopped[row]!), `${text} goes on from ${stopped[row]}`).toBe(true);
    expect(stopped[row]!.startsWith(stepped[row]!), `${stopped[row]} goes on from ${stepped[row]}`).toBe(true);
  }

  // What repeats the graph is no part of one pass: an export says so before anything is written, and leads there.
  await page.keyboard.press('Control+e');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: /^ONNX/ }).check();
  const note = dialog.getByRole('note');
  await expect(note).toContainText('This is left out; the rest is written.');
  await note
    .getByRole('button', { name: /^generate: left out, because an ONNX model computes the logits once/ })
    .click();
  await expect(dialog).toBeHidden();
  await expect(card.card).toHaveAttribute('aria-current', 'true');
});

test('sampled text is reproducible from its seed, here and on the command line', async ({ page }) => {
  const sampling = ['--temperature', '1.5', '--top-k', '30', '--top-p', '0.95'];
  const expected = written(...sampling, '--sample-seed', '7');
  const { editor, card } = await open(page);
  await editor.select('generate');
  for (const [name, value] of [
    ['temperature', '1.5'],
    ['top_k', '30'],
    ['top_p', '0.95'],
    ['seed', '7'],
  ] as const)
    await editor.set(name, value);
  await editor.settled();
  const write = async (): Promise<readonly string[]> => {
    await card.button('Run').click();
    await card.done();
    return card.texts();
  };
  const first = await write();
  expect(first).toEqual(await expected);
  await editor.set('seed', '8');
  await editor.settled();
  expect(await write()).not.toEqual(first);
  await editor.set('seed', '7');
  await editor.settled();
  expect(await write()).toEqual(first);
});

test('while text streams, nothing else on the canvas is drawn anew with it', async ({ page }, info) => {
  const { card } = await open(page);
  await observe(page);
  await card.button('Run').click();
  const { elsewhere, texts, longTasks, milliseconds } = await page.evaluate(() => window.streamed!);
  // A preview of the run before may still come, once.
  expect(elsewhere.filter(([, tokens]) => tokens > 2)).toEqual([]);
  // Token by token, not all at once.
  expect(texts).toBeGreaterThanOrEqual(TOKENS / 2);
  // A measurement, no condition: it depends on what else the machine does.
  const description = `${longTasks.length} tasks over 50 ms in ${Math.round(milliseconds)} ms (${longTasks.join(', ')})`;
  info.annotations.push({ type: 'main thread while streaming', description });
});

/** What a page saw of itself between the first token and the last. */
interface Streamed {
  readonly milliseconds: number;
  /** Nodes other than the generate node, or other elements of the canvas, that changed, and with how many tokens. */
  readonly elsewhere: readonly (readonly [what: string, tokens: number])[];
  /** How many different texts were shown. */
  readonly texts: number;
  /** Durations in milliseconds. */
  readonly longTasks: readonly number[];
}

declare global {
  interface Window {
    streamed?: Promise<Streamed>;
  }
}

/** The page watches itself, because questions from outside would be work on its main thread. */
async function observe(page: Page): Promise<void> {
  await page.evaluate((tokens) => {
    const card = document.querySelector('article[data-node="generate"]')!;
    const tasks: PerformanceEntry[] = [];
    new PerformanceObserver((list) => tasks.push(...list.getEntries())).observe({ type: 'longtask' });
    window.streamed = new Promise((resolve) => {
      const [elsewhere, texts] = [new Map<string, Set<string>>(), new Set<string>()];
      let start: number | null = null;
      const changes = new MutationObserver((records) => {
        const progress = card.querySelector('.caption')!.textContent;
        if (start === null && progress.startsWith('1 of')) start = performance.now();
        if (start === null) return;
        texts.add(card.querySelector('[role="log"]')!.textContent);
        for (const { target } of records) {
          const element = target instanceof Element ? target : target.parentElement!;
          if (card.contains(element)) continue;
          const what = element.closest('article')?.dataset['node'] ?? element.className;
          elsewhere.set(what, (elsewhere.get(what) ?? new Set()).add(progress));
        }
        if (!progress.startsWith(`${tokens} of`)) return;
        changes.disconnect();
        const [from, end] = [start, performance.now()];
        // The observer of tasks is told a moment later.
        setTimeout(() => {
          const during = tasks.filter(({ startTime }) => startTime >= from && startTime < end);
          const longTasks = during.map(({ duration }) => Math.round(duration));
          const changed = Array.from(elsewhere, ([what, { size }]) => [what, size] as const);
          resolve({ milliseconds: end - from, elsewhere: changed, texts: texts.size, longTasks });
        }, 500);
      });
      const canvas = document.querySelector('.react-flow')!;
      changes.observe(canvas, { subtree: true, childList: true, characterData: true, attributes: true });
    });
  }, TOKENS);
}
