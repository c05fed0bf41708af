/**
 * Every screen in both themes as assistive technology finds it: axe-core finds nothing wrong, and what it cannot decide
 * is measured or explained (axe-explained.ts). A usual run looks at some of the screens in one theme each, in turn.
 */
import { expect, test } from '@playwright/test';
import { FULL } from '../scripts/effort.ts';
import { EXPLAINED } from './axe-explained.ts';
import { SCENES } from './scenes/list.ts';
import { scan } from './support/axe.ts';
import { measureContrast } from './support/contrast.ts';
import { Editor } from './support/editor.ts';

const scenes = FULL ? SCENES : SCENES.filter(({ quick }) => quick);
/** Indices of explanations that were needed, over all tests of this file: they run one after the other in one process. */
const used = new Set<number>();

for (const [index, scene] of scenes.entries()) {
  const schemes = FULL ? (['dark', 'light'] as const) : ([index % 2 === 0 ? 'dark' : 'light'] as const);
  test(`axe-core: ${scene.name}, ${schemes.join(' and ')}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: schemes[0], reducedMotion: 'reduce' });
    const shown = (await scene.open(page)) ?? page;
    for (const colorScheme of schemes) {
      await shown.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await expect(shown.locator('html')).toHaveAttribute('data-theme', colorScheme);
      const result = await scan(shown);
      for (const explanation of result.used) used.add(explanation);
      expect(result.open, colorScheme).toEqual([]);
    }
  });
}

if (FULL) {
  test('every explanation is needed', () => {
    expect(EXPLAINED.filter((_, index) => !used.has(index)).map(({ rule, within }) => `${rule} ${within}`)).toEqual([]);
  });
}

test('contrast that is measured is what it is: over canvases, under opacity, and where nothing is to be seen', async ({
  page,
}) => {
  await page.setContent(`
    <style>body { margin: 0; font: 16px sans-serif; background: #fff } p { margin: 0; height: 30px; position: relative }
    canvas { position: absolute; inset: 0; width: 100%; height: 100% } span { position: relative }</style>
    <p><canvas data-colour="#000"></canvas><span style="color: #fff">white on black</span></p>
    <p><canvas data-colour="#999"></canvas><span style="color: #888">grey on grey</span></p>
    <p style="opacity: 0.3"><span style="color: #000">black, but faint</span></p>
    <p><span style="color: #fefefe">covered</span><canvas data-colour="#000"></canvas></p>`);
  await page.evaluate(() => {
    for (const canvas of document.querySelectorAll('canvas')) {
      const context = canvas.getContext('2d')!;
      context.fillStyle = canvas.dataset['colour']!;
      context.fillRect(0, 0, canvas.width, canvas.height);
    }
    Object.assign(window, { unmeasured: [...document.querySelectorAll('span')] });
  });
  const [clear, grey, faint, covered] = await measureContrast(page);
  expect(clear).toBeNull();
  expect(grey).toMatch(/^measured 1\.\d+ : 1/);
  expect(faint).toMatch(/^measured [12]\.\d+ : 1/);
  expect(covered).toBeNull();
});

test('ports are large enough to be hit once one zooms in, and a dialog keeps the focus', async ({ page }) => {
  const editor = new Editor(page);
  await editor.openTemplate('Attention');
  await page.getByRole('button', { name: /back to 100 %/ }).click();
  for (let step = 0; step < 2; step++) await page.getByRole('button', { name: 'Zoom in' }).click();
  for (const port of await page.locator('button.port').all()) {
    const { width, height } = (await port.boundingBox())!;
    expect(Math.min(width, height)).toBeGreaterThanOrEqual(24);
  }
  await page.keyboard.press('?');
  const dialog = page.getByRole('dialog');
  await expect(dialog).toBeVisible();
  const guards = page.locator('[data-base-ui-focus-guard]');
  await expect(guards).not.toHaveCount(0);
  for (const guard of await guards.all()) {
    await guard.evaluate((element: HTMLElement) => element.focus());
    await expect(guard).not.toBeFocused();
    await expect(dialog.locator(':focus')).toHaveCount(1);
  }
});
