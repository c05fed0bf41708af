/** A screen of the application and a short way to get there; and the ways that several share. */
import { expect, type Page } from '@playwright/test';
import { Editor } from '../support/editor.ts';

export interface Scene {
  readonly name: string;
  /** From a fresh page to the screen. @returns the page that shows it, if that is another one. */
  readonly open: (page: Page) => Promise<Page | void>;
  /** One of those that a usual run looks at. */
  readonly quick?: true;
}

/** What the pickers give. */
export const FILE = 'scene.patchbay';

/** A template of the gallery, computed. */
export async function openTemplate(page: Page, title: string): Promise<Editor> {
  const editor = new Editor(page);
  await editor.openTemplate(title);
  await editor.settled();
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
  await editor.settled();
  return editor;
}

export async function enlarge(page: Page, editor: Editor, node: string): Promise<void> {
  await editor.select(node);
  await page.keyboard.press('l');
  await expect(page.getByRole('dialog')).toBeVisible();
}
