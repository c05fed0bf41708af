/** A person at the keyboard alone, with a screen reader: keys go in, names, focus and announcements come out. */
import { expect, type Locator, type Page } from '@playwright/test';

/** What only a pointer causes. A key that presses a button makes a click, too, but one without a place. */
const POINTER_EVENTS = [
  'pointerdown',
  'pointermove',
  'pointerup',
  'mousedown',
  'mouseup',
  'wheel',
  'click',
  'dblclick',
];

/** Further than this nobody goes. */
const MOST_PRESSES = 60;

export class Keyboard {
  readonly #page: Page;

  private constructor(page: Page) {
    this.#page = page;
  }

  /** From now on every pointer event is remembered, for `expectNoPointer`. */
  static async at(page: Page): Promise<Keyboard> {
    await page.addInitScript((types) => {
      const seen: string[] = [];
      Object.assign(window, { pointerEvents: seen });
      for (const type of types) {
        const remember = (event: Event): void => {
          if (event instanceof MouseEvent && event.type === 'click' && event.detail === 0) return;
          seen.push(event.type);
        };
        window.addEventListener(type, remember, { capture: true });
      }
    }, POINTER_EVENTS);
    return new Keyboard(page);
  }

  async expectNoPointer(): Promise<void> {
    const seen = await this.#page.evaluate(() => (window as unknown as { pointerEvents: string[] }).pointerEvents);
    expect(seen).toEqual([]);
  }

  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.#page.keyboard.press(key);
  }

  /** Types into what has the focus, and confirms. */
  async enter(text: string): Promise<void> {
    await this.#page.keyboard.type(text);
    await this.#page.keyboard.press('Enter');
  }

  async tabTo(wanted: Locator): Promise<void> {
    await this.pressTo(wanted, 'Tab');
  }

  /** Presses a key until this has the focus. */
  async pressTo(wanted: Locator, key: string): Promise<void> {
    await wanted.waitFor();
    for (let pressed = 0; pressed < MOST_PRESSES; pressed++) {
      await this.#page.keyboard.press(key);
      if (await wanted.evaluate((element) => element === document.activeElement)) return;
    }
    throw new Error(`${key} does not come to ${String(wanted)}`);
  }

  /** What has the focus. */
  get focused(): Locator {
    return this.#page.locator(':focus');
  }

  /** Waits until what was said last to screen readers is this. */
  async hears(words: string | RegExp): Promise<void> {
    await expect(this.#page.getByRole('status', { name: 'Announcements' })).toHaveText(words);
  }
}
