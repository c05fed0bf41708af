/** A hand at mouse and keyboard that counts what it does: a click, a drag, a scroll, a chord, a confirmed text are one each. */
import type { Locator, Page } from '@playwright/test';

export interface Place {
  readonly x: number;
  readonly y: number;
}

/** Turns of a wheel come in pieces of this. */
const NOTCH = 100;

export class Gestures {
  readonly #page: Page;
  #count = 0;

  constructor(page: Page) {
    this.#page = page;
  }

  get count(): number {
    return this.#count;
  }

  /** Counts for what it is to the hand: two clicks at once are one gesture, as a drag is. */
  async doubleClick(place: Place): Promise<void> {
    this.#count++;
    await this.#page.mouse.dblclick(place.x, place.y);
  }

  /** Types into what has the focus, and confirms. */
  async type(text: string): Promise<void> {
    this.#count++;
    await this.#page.keyboard.type(text);
    await this.#page.keyboard.press('Enter');
  }

  async chord(keys: string): Promise<void> {
    this.#count++;
    await this.#page.keyboard.press(keys);
  }

  /** From one element to another. */
  async drag(from: Locator, to: Locator): Promise<void> {
    await this.dragTo(from, await centre(to));
  }

  /** From an element to a place of the window. */
  async dragTo(from: Locator, place: Place): Promise<void> {
    await this.#dragBetween(await centre(from), place);
  }

  /** Draws a box around two elements, from the empty canvas at the corner of the first. */
  async selectBox(first: Locator, last: Locator): Promise<void> {
    const start = await boxOf(first);
    const end = await boxOf(last);
    await this.#dragBetween(
      { x: start.x - 10, y: start.y - 10 },
      { x: end.x + end.width + 10, y: end.y + end.height + 10 },
    );
  }

  /** What was copied comes to where the pointer is; moving it there presses nothing. */
  async pasteAt(place: Place): Promise<void> {
    await this.#page.mouse.move(place.x, place.y);
    await this.chord('Control+v');
  }

  /** One turn of the wheel, with Ctrl, over a place. */
  async zoomOut(place: Place, notches: number): Promise<void> {
    this.#count++;
    await this.#page.mouse.move(place.x, place.y);
    await this.#page.keyboard.down('Control');
    for (let turned = 0; turned < notches; turned++) await this.#page.mouse.wheel(0, NOTCH);
    await this.#page.keyboard.up('Control');
  }

  async #dragBetween(from: Place, to: Place): Promise<void> {
    this.#count++;
    const { mouse } = this.#page;
    await mouse.move(from.x, from.y);
    await mouse.down();
    await mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 4 });
    await mouse.move(to.x, to.y, { steps: 4 });
    await mouse.up();
  }
}

async function boxOf(locator: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await locator.boundingBox();
  if (!box) throw new Error(`${String(locator)} is not on screen`);
  return box;
}

async function centre(locator: Locator): Promise<Place> {
  const { x, y, width, height } = await boxOf(locator);
  return { x: x + width / 2, y: y + height / 2 };
}
