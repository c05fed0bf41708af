/** Looking around by wheel, touchpad and touch screen, and by dragging the canvas. */
import { expect, test, type CDPSession, type Page } from '@playwright/test';
import { Editor } from './support/editor.ts';

interface View {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

/** Where the canvas is looked at, and how large. */
async function viewOf(page: Page): Promise<View> {
  return page.locator('.react-flow__viewport').evaluate((element) => {
    const { a, e, f } = new DOMMatrix(getComputedStyle(element).transform);
    return { x: e, y: f, zoom: a };
  });
}

async function open(page: Page): Promise<Editor> {
  const editor = new Editor(page);
  await editor.openTemplate('Blank');
  await expect(page.locator('.react-flow__pane')).toBeVisible();
  return editor;
}

/** What tells one wheel from another. */
type Turn = Pick<WheelEventInit, 'deltaX' | 'deltaY' | 'deltaMode' | 'ctrlKey' | 'shiftKey' | 'clientX' | 'clientY'>;

/** Wheel events as a browser gives them, over a place of the canvas. */
async function wheel(page: Page, ...events: readonly Turn[]): Promise<void> {
  await page.locator('.react-flow__pane').evaluate((pane, events) => {
    for (const event of events)
      pane.dispatchEvent(new WheelEvent('wheel', { bubbles: true, cancelable: true, ...event }));
  }, events);
}

/** The middle of the canvas, in pixels of the window. */
async function middleOf(page: Page): Promise<{ x: number; y: number }> {
  const { x, y, width, height } = (await page.locator('.react-flow__pane').boundingBox())!;
  return { x: x + width / 2, y: y + height / 2 };
}

/** What lies at a place of the window, in units of the canvas. */
async function underneath(page: Page, at: { x: number; y: number }): Promise<{ x: number; y: number }> {
  const box = (await page.locator('.react-flow').boundingBox())!;
  const { x, y, zoom } = await viewOf(page);
  return { x: (at.x - box.x - x) / zoom, y: (at.y - box.y - y) / zoom };
}

test('two fingers pan, a pinch zooms about the pointer, a notch of a wheel zooms, with Shift it pans sideways', async ({
  page,
}) => {
  await open(page);
  const before = await viewOf(page);
  await wheel(page, { deltaX: 3, deltaY: -12.5 }, { deltaX: 7, deltaY: -2 });
  const panned = await viewOf(page);
  expect(panned).toEqual({ x: before.x - 10, y: before.y + 14.5, zoom: before.zoom });

  const middle = await middleOf(page);
  const at = { x: middle.x + 120, y: middle.y - 80 };
  const place = await underneath(page, at);
  const pinch = { deltaY: -3, ctrlKey: true, clientX: at.x, clientY: at.y };
  await wheel(page, pinch, pinch, pinch, pinch);
  expect((await viewOf(page)).zoom / panned.zoom).toBeCloseTo(Math.exp(0.12), 4);
  const after = await underneath(page, at);
  expect(after.x).toBeCloseTo(place.x, 1);
  expect(after.y).toBeCloseTo(place.y, 1);

  // A while after, for what follows a touchpad at once is the touchpad's.
  const { zoom } = await viewOf(page);
  await expect
    .poll(async () => {
      await wheel(page, { deltaY: -100, clientX: at.x, clientY: at.y });
      return (await viewOf(page)).zoom / zoom;
    })
    .toBeCloseTo(2 ** 0.2, 4);
  const large = await viewOf(page);
  await wheel(page, { deltaY: 100, shiftKey: true });
  const sideways = await viewOf(page);
  expect(sideways.x).toBeCloseTo(large.x - 100, 2);
  expect(sideways).toEqual({ ...large, x: sideways.x });
  await wheel(page, { deltaY: 3, deltaMode: 1, clientX: at.x, clientY: at.y });
  expect((await viewOf(page)).zoom).toBeLessThan(large.zoom);
});

test('zooming ends at its limits, and keeps what is under the pointer', async ({ page }) => {
  await open(page);
  const at = await middleOf(page);
  const turns = (deltaY: number) => Array.from({ length: 60 }, () => ({ deltaY, clientX: at.x, clientY: at.y }));
  const place = await underneath(page, at);
  await wheel(page, ...turns(-100));
  expect((await viewOf(page)).zoom).toBe(3);
  await wheel(page, ...turns(100));
  expect((await viewOf(page)).zoom).toBe(0.08);
  const after = await underneath(page, at);
  expect(after.x).toBeCloseTo(place.x, 0);
  expect(after.y).toBeCloseTo(place.y, 0);
});

test('the middle button and Space pan by dragging, the left button selects', async ({ page }) => {
  await open(page);
  const { x, y } = await middleOf(page);
  const drag = async (button: 'left' | 'middle') => {
    await page.mouse.move(x, y);
    await page.mouse.down({ button });
    await page.mouse.move(x + 30, y + 10, { steps: 3 });
    await page.mouse.move(x + 60, y + 20, { steps: 3 });
    await page.mouse.up({ button });
  };
  const before = await viewOf(page);
  await drag('middle');
  expect(await viewOf(page)).toEqual({ ...before, x: before.x + 60, y: before.y + 20 });
  await drag('left');
  expect(await viewOf(page)).toEqual({ ...before, x: before.x + 60, y: before.y + 20 });
  await page.locator('.react-flow').focus();
  await page.keyboard.down('Space');
  await drag('left');
  await page.keyboard.up('Space');
  expect(await viewOf(page)).toEqual({ ...before, x: before.x + 120, y: before.y + 40 });
});

test.describe('on a touch screen', () => {
  test.use({ hasTouch: true });

  type Finger = readonly [x: number, y: number];

  async function touch(cdp: CDPSession, type: 'touchStart' | 'touchMove' | 'touchEnd', ...fingers: readonly Finger[]) {
    const touchPoints = fingers.map(([x, y], id) => ({ x, y, id }));
    await cdp.send('Input.dispatchTouchEvent', { type, touchPoints });
  }

  test('one finger pans, two zoom between them, and one that rests opens the menu', async ({ page }) => {
    await open(page);
    const cdp = await page.context().newCDPSession(page);
    const { x, y } = await middleOf(page);
    const before = await viewOf(page);
    // Not one after the other: a finger that rests for half a second opens the menu.
    const moves = Array.from({ length: 8 }, (_, index): Finger => [x + 10 * (index + 1), y + 5 * (index + 1)]);
    await Promise.all([touch(cdp, 'touchStart', [x, y]), ...moves.map((at) => touch(cdp, 'touchMove', at))]);
    await touch(cdp, 'touchEnd');
    const panned = await viewOf(page);
    expect(panned.zoom).toBe(before.zoom);
    expect(panned.x - before.x).toBeGreaterThan(60);
    expect(panned.y - before.y).toBeGreaterThan(30);
    await expect(page.locator('.react-flow__selection')).toHaveCount(0);

    await touch(cdp, 'touchStart', [x - 40, y], [x + 40, y]);
    for (let step = 1; step <= 8; step++) await touch(cdp, 'touchMove', [x - 40 - 5 * step, y], [x + 40 + 5 * step, y]);
    await touch(cdp, 'touchEnd');
    expect((await viewOf(page)).zoom / panned.zoom).toBeCloseTo(2, 1);

    await touch(cdp, 'touchStart', [x, y]);
    await expect(page.getByRole('menu', { name: 'Actions' })).toBeVisible();
    await touch(cdp, 'touchEnd');
    await expect(page.getByRole('menu', { name: 'Actions' })).toBeVisible();
  });
});
