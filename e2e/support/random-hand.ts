/** A hand that edits at random through what is on screen: keys, fields of the inspector, the palette, drags of cards. */
import { expect, type Locator, type Page } from '@playwright/test';
import { some, type Pick } from '../../graph/testing/picks.ts';
import type { Editor } from './editor.ts';

/** The node that is left alone: its value is there whatever happens to the rest. */
export const UNTOUCHED = 'kept';

/** More would not fit into the window at a size that shows their numbers. */
const MOST_CARDS = 10;
const ADDED = ['GELU', 'Linear', 'ReLU', 'Softmax', 'Layer norm', 'Random tensor', 'Add', 'Transpose'];
const ARROWS = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'];

export class RandomHand {
  readonly #page: Page;
  readonly #editor: Editor;
  readonly #pick: Pick;

  constructor(editor: Editor, pick: Pick) {
    this.#page = editor.page;
    this.#editor = editor;
    this.#pick = pick;
  }

  /** Does one thing, which may turn out to change nothing. @returns what, for a failure to tell. */
  async act(): Promise<string> {
    const cards = await this.#cards();
    const acts = cards.length >= MOST_CARDS ? DELETING : ACTS;
    const name = some(acts, this.#pick)!;
    await this.#do(name, some(cards, this.#pick));
    return name;
  }

  async #do(act: Act, card: string | undefined): Promise<void> {
    const { keyboard } = this.#page;
    if (act === 'add') return this.#add();
    if (act === 'seed') return this.#seed();
    if (card === undefined || !(await this.#select(card))) return undefined;
    switch (act) {
      case 'delete':
        return keyboard.press('Delete');
      case 'duplicate':
        return keyboard.press('Control+d');
      case 'mute':
        return keyboard.press('m');
      case 'bypass':
        return keyboard.press('b');
      case 'nudge':
        for (let times = this.#pick(3); times >= 0; times--) await keyboard.press(`Alt+${some(ARROWS, this.#pick)!}`);
        return undefined;
      case 'align':
        await keyboard.press('Control+a');
        return keyboard.press('Alt+w');
      case 'layout':
        await keyboard.press('Escape');
        return this.#layOut();
      case 'group':
        return this.#group();
      case 'ungroup':
        return keyboard.press('Control+Shift+G');
      case 'rename':
        await keyboard.press('F2');
        await keyboard.type(some(['x', 'gate', 'h_1', '0'], this.#pick)!);
        await keyboard.press('Enter');
        // A name that is taken stays to be mended: it is given up.
        return keyboard.press('Escape');
      case 'wire':
        return this.#wire();
      case 'set':
        return this.#set();
      case 'drag':
        return this.#drag(card);
      default:
        return act satisfies never;
    }
  }

  /** Ids of the cards whose headers can be clicked. */
  #cards(): Promise<string[]> {
    return this.#page.evaluate(
      (untouched) =>
        [...document.querySelectorAll<HTMLElement>('article[data-node]')].flatMap((card) => {
          const { x, y, height } = card.querySelector('.node-header')!.getBoundingClientRect();
          const hit = document.elementFromPoint(x + 24, y + height / 2);
          const id = card.dataset['node']!;
          return id !== untouched && hit?.closest('article') === card ? [id] : [];
        }),
      UNTOUCHED,
    );
  }

  async #select(card: string): Promise<boolean> {
    // A click on one of several that are selected would leave them all selected, the untouched one among them.
    await this.#page.keyboard.press('Escape');
    const header = (await this.#editor.node(card).locator('.node-header').boundingBox())!;
    await this.#page.mouse.click(header.x + 24, header.y + header.height / 2);
    return (await this.#editor.node(card).getAttribute('aria-current')) === 'true';
  }

  /** From the list at the pointer. */
  async #add(): Promise<void> {
    const pane = (await this.#page.locator('.react-flow__pane').boundingBox())!;
    const [across, down] = [100 + this.#pick(pane.width - 700), 100 + this.#pick(pane.height - 400)];
    await this.#page.mouse.move(pane.x + across, pane.y + down);
    await this.#page.keyboard.press('Shift+A');
    await this.#page.getByRole('dialog', { name: 'Add a node' }).getByRole('combobox').fill(some(ADDED, this.#pick)!);
    await this.#page.keyboard.press('Enter');
  }

  async #seed(): Promise<void> {
    const field = this.#page.locator('.seed input');
    await field.fill(String(this.#pick(9)));
    await field.press('Enter');
    await field.blur();
  }

  /** In a worker, which ends when it has answered. */
  async #layOut(): Promise<void> {
    const ended = this.#page
      .waitForEvent('worker', (worker) => worker.url().includes('layout'))
      .then((worker) => new Promise<void>((resolve) => worker.once('close', () => resolve())));
    await this.#page.keyboard.press('Shift+L');
    await ended;
  }

  async #group(): Promise<void> {
    await this.#page.keyboard.press('Control+g');
    const dialog = this.#page.getByRole('alertdialog');
    if (!(await this.#appears(dialog))) return;
    await expect(dialog.getByRole('textbox')).toBeFocused();
    await this.#page.keyboard.press('Enter');
    await expect(dialog).toBeHidden();
  }

  /** Whether something is there once the page has drawn what the last key did. */
  async #appears(what: Locator): Promise<boolean> {
    await this.#page.evaluate(
      () => new Promise<void>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve()))),
    );
    return what.isVisible();
  }

  /** To a port of the list of those that fit. */
  async #wire(): Promise<void> {
    await this.#page.keyboard.press('w');
    const list = this.#page.locator('.connect-list');
    if (!(await this.#appears(list))) return;
    for (let down = this.#pick(4); down > 0; down--) await this.#page.keyboard.press('ArrowDown');
    await this.#page.keyboard.press('Enter');
    // A port that does not fit is not taken.
    if (await this.#appears(list)) await this.#page.keyboard.press('Escape');
  }

  async #set(): Promise<void> {
    const fields = this.#page.locator('.inspector .field-row input[type="text"]:not([readonly])');
    const count = await fields.count();
    if (count === 0) return;
    const field = fields.nth(this.#pick(count));
    await field.fill(String(1 + this.#pick(12)));
    await field.press('Enter');
    // Back to the canvas, where keys act on the node.
    await field.press('Escape');
  }

  async #drag(card: string): Promise<void> {
    const header = (await this.#editor.node(card).locator('.node-header').boundingBox())!;
    const { mouse } = this.#page;
    const [x, y] = [header.x + 24, header.y + header.height / 2];
    const [right, down] = [this.#pick(300) - 150, this.#pick(240) - 120];
    await mouse.move(x, y);
    await mouse.down();
    await mouse.move(x + right / 2, y + down / 2);
    await mouse.move(x + right, y + down);
    await mouse.up();
  }
}

/** As often as they stand here. */
const ACTS = [
  ...(['add', 'add', 'add', 'delete', 'delete', 'duplicate', 'mute', 'bypass', 'nudge', 'nudge', 'align'] as const),
  ...(['layout', 'group', 'ungroup', 'ungroup', 'rename', 'wire', 'wire', 'wire', 'set', 'set', 'set', 'set'] as const),
  ...(['seed', 'drag', 'drag', 'drag'] as const),
] as const;

type Act = (typeof ACTS)[number];

const DELETING = ['delete', 'ungroup', 'set', 'delete'] as const satisfies readonly Act[];
