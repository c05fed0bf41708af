/**
 * Every screen in both themes as assistive technology finds it: axe-core finds nothing wrong, and what it cannot decide
 * is measured or explained (axe-explained.ts). A usual run looks at a dozen screens in one theme each, in turn.
 */
import { expect, test } from '@playwright/test';
import { FULL } from '../scripts/effort.ts';
import { EXPLAINED } from './axe-explained.ts';
import { SCENES } from './scenes/list.ts';
import { scan } from './support/axe.ts';

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
