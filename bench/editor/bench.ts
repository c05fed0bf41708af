/** What the measures of the editor share: a browser, the addresses of its pages, and how a document is opened. */
import type { Browser, Page } from '@playwright/test';
import { formatDocument } from '../../graph/file.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import { answerPickers, Editor, writeStored } from '../../e2e/support/editor.ts';

export interface Bench {
  readonly browser: Browser;
  /** Of the built application. */
  readonly app: string;
  /** Of React Flow's plain example. */
  readonly plain: string;
  /** How often what is timed is timed, turn by turn with what it is compared with. */
  readonly rounds: number;
}

/** One line of what was measured. */
export interface Row {
  readonly what: string;
  readonly value: string;
}

/** Shows so many nodes of `scene.ts` as it opens them. */
export const WINDOW = { width: 1920, height: 1170 };
const NODES_IN_VIEW = 35;

const FILE = 'bench.patchbay';

/** A page of its own, on the gallery, and the document behind its file picker. */
export async function newPage(
  { browser, app }: Bench,
  document: PatchbayDocument,
  prepare: (page: Page) => Promise<void> = async () => undefined,
): Promise<Page> {
  const context = await browser.newContext({ baseURL: app, viewport: WINDOW });
  const page = await context.newPage();
  await answerPickers(page, FILE);
  await prepare(page);
  await page.goto('/');
  await writeStored(page, FILE, Buffer.from(formatDocument(document)));
  return page;
}

/** The document, open and computed, with a value on each card in view. */
export async function openScene(...args: Parameters<typeof newPage>): Promise<Page> {
  const page = await newPage(...args);
  await page.getByRole('button', { name: 'Open file…' }).click();
  await new Editor(page).settled();
  // Previews follow the run by a moment.
  await page.waitForFunction((inView) => {
    const previews = [...document.querySelectorAll('.react-flow__node .caption .mean:not(:empty)')];
    return previews.length >= inView;
  }, NODES_IN_VIEW);
  return page;
}

export function quantile(values: readonly number[], at: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(at * sorted.length))] ?? NaN;
}
