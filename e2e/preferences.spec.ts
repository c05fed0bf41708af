/** What the person's system asks for: no motion, a palette of its own, more contrast, larger pages, denser screens, a theme. */
import { expect, test, type Page } from '@playwright/test';
import { FULL } from '../scripts/effort.ts';
import { openAttention, openDocument, openTemplate } from './scenes/scene.ts';
import { Editor } from './support/editor.ts';
import { viewsDocument } from './support/views-document.ts';

/** Remembers every animation and transition that starts and lasts, by its element. */
async function watchMotion(page: Page): Promise<() => Promise<readonly string[]>> {
  await page.evaluate(() => {
    const moved: string[] = [];
    const record = (event: Event): void => {
      const running = document.getAnimations().filter(({ effect }) => Number(effect?.getComputedTiming().duration) > 1);
      if (running.length > 0) moved.push(`${event.type} ${(event.target as Element).className}`);
    };
    for (const type of ['transitionrun', 'animationstart']) document.addEventListener(type, record, true);
    Object.assign(window, { moved });
  });
  return () => page.evaluate(() => (window as unknown as { moved: string[] }).moved);
}

/** Opens and closes what could move: menus, dialogs, panels; hovers over cards and ports. */
async function moveAround(page: Page, editor: Editor): Promise<void> {
  await editor.select('blocks');
  await editor.port('blocks', 'input', 'hidden_states').hover();
  await page.locator('.switch').first().check();
  await page.getByRole('button', { name: 'Theme' }).click();
  await expect(page.getByRole('menu')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menu')).toHaveCount(0);
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.getByRole('button', { name: 'Export' }).hover();
}

// That there is motion to be reduced is looked at in a full run.
for (const reducedMotion of FULL ? (['reduce', 'no-preference'] as const) : (['reduce'] as const)) {
  const moves = reducedMotion === 'no-preference';
  test(`with reduced motion nothing moves; else there is something to see (${reducedMotion})`, async ({ page }) => {
    await page.emulateMedia({ reducedMotion });
    // Where the CPU draws, nothing moves at all: this is to be a page that a GPU draws.
    await page.addInitScript(() => {
      const drop = new MutationObserver(() => document.documentElement.removeAttribute('data-software'));
      drop.observe(document, { attributes: true, subtree: true, attributeFilter: ['data-software'] });
    });
    const editor = await openTemplate(page, 'Vision Transformer');
    const motions = await watchMotion(page);
    await moveAround(page, editor);
    if (moves) expect(await motions()).not.toEqual([]);
    else expect(await motions()).toEqual([]);
  });
}

test('forced colours: what is selected, wrong or pressed first is told by more than colours that are gone', async ({
  page,
}) => {
  await page.emulateMedia({ forcedColors: 'active', colorScheme: 'dark' });
  const editor = await openTemplate(page, 'Attention');
  const outlineOf = (node: string) =>
    editor.node(node).evaluate((element) => {
      const { outlineStyle, outlineColor } = getComputedStyle(element);
      return `${outlineStyle} ${outlineColor}`;
    });
  const plain = await outlineOf('attention');
  await editor.select('attention');
  const selected = await outlineOf('attention');
  expect(selected).not.toBe(plain);
  await editor.node('sequence').locator('.node-header').click();
  await editor.select('sequence');
  expect(await outlineOf('attention')).toBe(plain);
  await page.keyboard.press('Escape');
  await editor.set('num_heads', '5');
  await expect.poll(() => outlineOf('attention')).toMatch(/^double/);
  // Text on a surface of its own colour would be gone.
  const [text, surface] = await page.getByRole('button', { name: 'Export' }).evaluate((button) => {
    const { color, backgroundColor } = getComputedStyle(button);
    return [color, backgroundColor];
  });
  expect(text).not.toBe(surface);
  // What flows keeps its colour.
  const dot = editor.node('attention').locator('.kind').first();
  expect(await dot.evaluate((mark) => getComputedStyle(mark).forcedColorAdjust)).toBe('none');
});

test('more contrast: what is muted comes nearer to text', async ({ page }) => {
  const muted = () => page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--muted'));
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto('/');
  const usual = await muted();
  await page.emulateMedia({ colorScheme: 'dark', contrast: 'more' });
  expect(await muted()).not.toBe(usual);
});

/** Controls of the page that are cut off without a way to scroll to them, and texts that do not fit their button. */
async function cutOff(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const scrolls = (element: Element): boolean => {
      for (let at: Element | null = element; at; at = at.parentElement) {
        const { overflowX, overflowY } = getComputedStyle(at);
        if ([overflowX, overflowY].some((value) => value === 'auto' || value === 'scroll')) return true;
      }
      return false;
    };
    const faults: string[] = [];
    for (const control of document.querySelectorAll('button, input, select, textarea, a')) {
      // The canvas is moved, not scrolled; guards have no size.
      if (control.closest('.react-flow, [data-base-ui-focus-guard], [aria-hidden="true"], .visually-hidden')) continue;
      const { left, top, right, bottom, width } = control.getBoundingClientRect();
      if (width === 0 || scrolls(control)) continue;
      const name = control.getAttribute('aria-label') ?? control.textContent;
      if (left < -1 || top < -1 || right > innerWidth + 1 || bottom > innerHeight + 1) faults.push(name);
    }
    return faults;
  });
}

test('at 200 % zoom every control can be reached, dialogs fit, and text may be spaced out', async ({ page }) => {
  await page.setViewportSize({ width: 720, height: 450 });
  await page.goto('/');
  await expect(new Editor(page).template('Blank')).toBeVisible();
  expect(await cutOff(page)).toEqual([]);
  const editor = await openAttention(page);
  await editor.node('softmax').focus();
  expect(await cutOff(page)).toEqual([]);
  await expect(page.getByRole('complementary')).toHaveCount(1);
  // One panel takes the place of the other.
  await page.keyboard.press('Control+b');
  await expect(page.getByRole('complementary', { name: 'Library' })).toBeVisible();
  await expect(page.getByRole('complementary')).toHaveCount(1);
  expect(await cutOff(page)).toEqual([]);

  for (const [keys, name] of [
    ['Control+e', 'Export'],
    ['?', 'Keys'],
    ['Control+k', 'Commands'],
  ] as const) {
    await page.keyboard.press(keys);
    const dialog = page.getByRole('dialog', { name });
    await expect(dialog).toBeVisible();
    const { x, y, width, height } = (await dialog.boundingBox())!;
    expect(x).toBeGreaterThanOrEqual(0);
    expect(y).toBeGreaterThanOrEqual(0);
    expect(x + width).toBeLessThanOrEqual(720);
    expect(y + height).toBeLessThanOrEqual(450);
    expect(await cutOff(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
  }

  // WCAG 1.4.12: lines, words and letters further apart.
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(
      '* { letter-spacing: 0.12em !important; word-spacing: 0.16em !important; line-height: 1.5 !important }',
    );
    document.adoptedStyleSheets.push(sheet);
  });
  await page.setViewportSize({ width: 1440, height: 900 });
  expect(await cutOff(page)).toEqual([]);
});

for (const deviceScaleFactor of FULL ? [1, 2, 3] : [2]) {
  test.describe(`a screen of ${deviceScaleFactor} pixels to the CSS pixel`, () => {
    test.use({ deviceScaleFactor });

    test('previews and views are as sharp as the screen, at any zoom', async ({ page }) => {
      const editor = await openDocument(page, viewsDocument());
      await editor.settled();
      const density = (node: string) =>
        editor
          .node(node)
          .locator('.preview canvas')
          .evaluate((canvas: HTMLCanvasElement) => {
            // Pixels of the canvas to those of the screen that show them.
            return canvas.width / (canvas.getBoundingClientRect().width * devicePixelRatio);
          });
      const sharp = async (): Promise<void> => {
        for (const node of ['scores', 'matrix']) {
          await expect.poll(() => density(node)).toBeGreaterThan(0.98);
          await expect.poll(() => density(node)).toBeLessThan(1.45);
        }
      };
      await page.getByRole('button', { name: /back to 100 %/ }).click();
      await sharp();
      for (let step = 0; step < 4; step++) await page.getByRole('button', { name: 'Zoom out' }).click();
      await sharp();
    });
  });
}

test('a window that comes to another screen is painted for it', async ({ page }) => {
  const editor = await openTemplate(page, 'Attention');
  await page.getByRole('button', { name: /back to 100 %/ }).click();
  const width = () =>
    editor
      .node('sequence')
      .locator('.preview canvas')
      .evaluate((canvas: HTMLCanvasElement) => canvas.width / canvas.offsetWidth);
  await expect.poll(width).toBe(1);
  const cdp = await page.context().newCDPSession(page);
  // A smaller window, as a window manager makes it; without that, an emulated screen tells the page nothing.
  const metrics = { width: 1400, height: 880, deviceScaleFactor: 2, mobile: false };
  await cdp.send('Emulation.setDeviceMetricsOverride', metrics);
  await expect.poll(width).toBe(2);
});

test('the theme of the system is followed as it changes, until another is chosen', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await openTemplate(page, 'Attention');
  const theme = page.locator('html');
  await expect(theme).toHaveAttribute('data-theme', 'dark');
  const pixel = () =>
    page.locator('article[data-node="sequence"] canvas').evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
  const dark = await pixel();
  await page.emulateMedia({ colorScheme: 'light' });
  await expect(theme).toHaveAttribute('data-theme', 'light');
  // Canvases have no style sheet: they are painted anew.
  await expect.poll(pixel).not.toBe(dark);
  await page.getByRole('button', { name: 'Theme' }).click();
  await page.getByRole('menuitemradio', { name: 'Dark' }).click();
  await expect(theme).toHaveAttribute('data-theme', 'dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await expect(theme).toHaveAttribute('data-theme', 'dark');
});
