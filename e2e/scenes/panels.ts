/** Panels beside the canvas, and what is said in passing or when something broke. */
import { expect } from '@playwright/test';
import { answerPickers, Editor, rememberDevice } from '../support/editor.ts';
import { FILE, openAttention, openTemplate, type Scene } from './scene.ts';

export const PANELS: readonly Scene[] = [
  {
    name: 'inspector of a node',
    quick: true,
    open: async (page) => {
      const editor = await openAttention(page);
      await editor.select('q_proj');
    },
  },
  {
    name: 'inspector of a selection',
    open: async (page) => {
      const editor = await openAttention(page);
      await editor.select('q_proj');
      await editor
        .node('k_proj')
        .locator('.node-header')
        .click({ modifiers: ['Shift'] });
      await expect(page.getByRole('complementary', { name: 'Inspector' })).toContainText('2 ');
    },
  },
  {
    name: 'outline',
    quick: true,
    open: async (page) => {
      const editor = await openAttention(page);
      await editor.select('scores');
      await page.keyboard.press('o');
      await expect(page.getByRole('tree')).toBeFocused();
      await page.keyboard.press('ArrowRight');
    },
  },
  {
    name: 'history',
    open: async (page) => {
      const editor = await openTemplate(page, 'Attention');
      await editor.set('num_heads', '6');
      await editor.set('num_heads', '4');
      await page.keyboard.press('Control+z');
      await editor.command('History');
      await expect(page.getByRole('region', { name: 'History' })).toBeVisible();
    },
  },
  {
    name: 'library, searched',
    open: async (page) => {
      await openTemplate(page, 'Attention');
      const library = page.getByRole('complementary', { name: 'Library' });
      await library.getByRole('combobox').fill('lin');
    },
  },
  {
    name: 'comparison with values',
    open: async (page) => {
      const editor = await openTemplate(page, 'Attention');
      await editor.command('Compare what follows');
      await editor.set('num_heads', '6');
      await editor.settled();
      await editor.command('Compare the values');
      await expect(page.getByRole('region', { name: 'Values' }).getByRole('listitem').first()).toBeVisible();
    },
  },
  {
    name: 'pinned previews',
    open: async (page) => {
      const editor = await openAttention(page);
      for (const node of ['softmax', 'scores']) {
        await editor.select(node);
        await editor.command('Pin the preview');
      }
      await expect(page.getByRole('region', { name: 'Pinned previews' })).toBeVisible();
    },
  },
  {
    name: 'profile',
    open: async (page) => {
      await rememberDevice(page, 'gpu');
      const editor = await openTemplate(page, 'Vision Transformer');
      await editor.command('Run with profile');
      await expect(page.getByRole('region', { name: 'Profile' }).getByRole('tree')).toBeVisible({ timeout: 90_000 });
    },
  },
  {
    name: 'profile, not measured yet',
    quick: true,
    open: async (page) => {
      const editor = await openTemplate(page, 'Attention');
      await editor.command('Show or fold the profile');
      await expect(page.getByRole('region', { name: 'Profile' })).toContainText('Not measured yet');
    },
  },
  {
    name: 'time per node',
    open: async (page) => {
      const editor = await openTemplate(page, 'Vision Transformer');
      await editor.command('time per node');
      await expect(page.getByRole('region', { name: 'Time per node' })).toContainText('ms');
    },
  },
];

export const MESSAGES: readonly Scene[] = [
  {
    name: 'tour',
    quick: true,
    open: async (page) => {
      await page.goto('/');
      await page.getByRole('button', { name: /tour/ }).click();
      await expect(page.getByRole('region', { name: 'Tour' })).toBeVisible();
      await new Editor(page).settled();
    },
  },
  {
    name: 'tour, a later step',
    open: async (page) => {
      await page.goto('/');
      const editor = new Editor(page);
      await page.getByRole('button', { name: /tour/ }).click();
      await editor.settled();
      await editor.select('attention');
      await expect(page.getByRole('region', { name: 'Tour' })).toContainText('Change a number');
    },
  },
  {
    name: 'notices',
    open: async (page) => {
      const editor = await openTemplate(page, 'Attention');
      await editor.dropDocument('notes.png', 'this is text');
      await expect(page.getByRole('alert')).toContainText('notes.png is not a picture');
    },
  },
  {
    name: 'something broke',
    open: async (page) => {
      await answerPickers(page, FILE);
      await openTemplate(page, 'Attention');
      await page.keyboard.press('Control+s');
      await expect(page.getByText(`Saved ${FILE}`)).toBeVisible();
      // The gallery writes the time of every recent file.
      await page.addInitScript(() => {
        const value = () => {
          throw new Error('times cannot be written');
        };
        // oxlint-disable-next-line no-extend-native -- It is meant to break.
        Object.defineProperty(Date.prototype, 'toLocaleTimeString', { value });
      });
      await page.reload();
      await expect(page.getByRole('heading', { name: 'Something in Patchbay broke' })).toBeVisible();
    },
  },
];
