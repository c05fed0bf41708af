/** A screen of the application and a short way to get there; and the ways that several share. */
import { expect, type Page } from '@playwright/test';
import { Editor } from '../support/editor.ts';
import { COMPUTED } from '../support/shown.ts';

export interface Scene {
  readonly name: string;
  /** From a fresh page to the screen. @returns the page that shows it, if that is another one. */
  readonly open: (page: Page) => Promise<Page | void>;
  /** One of those that a usual run looks at. */
  readonly quick?: true;
}

/** What the pickers give. */
export const FILE = 'scene.patchbay';

/** Waits until all that can be seen has its value: of what has come into view, values come one by one. Out of sight none is told. */
export async function settledInView(editor: Editor): Promise<void> {
  await editor.settled();
  const waiting = () =>
    editor.page.evaluate(async (computed) => {
      // What was sent elsewhere is there after a frame, and knows after another that it is seen.
      for (let frames = 0; frames < 4; frames++) await new Promise((resolve) => requestAnimationFrame(resolve));
      const pictures = document.querySelectorAll(`${computed} .preview canvas`);
      if (pictures.length === 0) return 0;
      const looked = Promise.withResolvers<readonly IntersectionObserverEntry[]>();
      const observer = new IntersectionObserver(looked.resolve);
      for (const picture of pictures) observer.observe(picture);
      const places = await looked.promise;
      observer.disconnect();
      const seen = places.filter(({ isIntersecting }) => isIntersecting);
      return seen.filter(({ target }) => target.closest('article')!.querySelector('.caption .mean:empty')).length;
    }, COMPUTED);
  await expect.poll(waiting, 'previews in view without a value').toBe(0);
}

/** A template of the gallery, computed. */
export async function openTemplate(page: Page, title: string): Promise<Editor> {
  const editor = new Editor(page);
  await editor.openTemplate(title);
  await settledInView(editor);
  return editor;
}

/** A document, dropped on the gallery. */
export async function openDocument(page: Page, text: string): Promise<Editor> {
  await page.goto('/');
  const editor = new Editor(page);
  await expect(editor.template('Blank')).toBeVisible();
  await editor.dropDocument('scene.patchbay', text);
  await expect(page.getByRole('contentinfo', { name: 'Status' })).toBeVisible();
  return editor;
}

export async function openAttention(page: Page): Promise<Editor> {
  const editor = await openTemplate(page, 'Attention');
  await editor.select('attention');
  await page.keyboard.press('Enter');
  await expect(editor.node('scores')).toBeVisible();
  await settledInView(editor);
  return editor;
}

export async function enlarge(page: Page, editor: Editor, node: string): Promise<void> {
  await editor.select(node);
  await page.keyboard.press('l');
  // Until its value has come, the picture says that there is none.
  const pictures = page.getByRole('dialog').locator('canvas[role="img"]');
  await expect(pictures).not.toHaveCount(0);
  await expect(page.getByRole('dialog').locator('canvas[aria-label*="o value"]')).toHaveCount(0);
}
