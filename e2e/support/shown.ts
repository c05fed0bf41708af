/** What a person sees of a document: every node with its value in words, and what the bars say. */
import { expect, type Page } from '@playwright/test';
import type { Editor } from './editor.ts';

export interface Shown {
  /** Of every card: what it is called to those who hear it, and the numbers below its picture. */
  readonly cards: Readonly<Record<string, readonly string[]>>;
  readonly wires: number;
  readonly problems: string;
  readonly seed: string;
}

/** A card whose value is that of the graph as it is: what cannot be computed shows one of before, and says so. */
export const COMPUTED = 'article[data-node]:not([data-blocked], [data-idle])';

/** Waits until the values of the last edit are on screen, also of cards that have just come into view. */
export async function settled(editor: Editor): Promise<void> {
  await editor.settled();
  // The view is where it was sent, and what it shows knows that it is seen, after a frame; numbers of before go with the next.
  await editor.page.evaluate(async () => {
    for (let frames = 0; frames < 4; frames++) await new Promise((resolve) => requestAnimationFrame(resolve));
  });
  // Cards that came into view are told their values one by one.
  const waiting = editor.page.locator(`${COMPUTED} .caption .mean:empty`);
  await expect(waiting).toHaveCount(0);
}

/** What is on screen now; of nodes that cannot be computed without their values. */
export function shownBy(page: Page): Promise<Shown> {
  return page.evaluate(readShown, COMPUTED);
}

/** As `shownBy` has it, with cards of this selector told with their values. Runs in the page. */
export function readShown(computed: string): Shown {
  // What a screen reader calls it: name, kind, shape, what is wrong; it is there at every zoom.
  const nameOf = (card: HTMLElement): string => {
    const [name] = card.getAttribute('aria-labelledby')!.split(' ');
    return document.getElementById(name!)!.textContent;
  };
  const textsOf = (card: HTMLElement): string[] => {
    const parts = card.querySelectorAll<HTMLElement>(
      `.node-header .mode${card.matches(computed) ? ', .caption span' : ''}`,
    );
    return [nameOf(card), ...[...parts].map(({ textContent }) => textContent.trim())];
  };
  const cards = [...document.querySelectorAll<HTMLElement>('article[data-node]')];
  return {
    cards: Object.fromEntries(cards.map((card) => [card.dataset['node']!, textsOf(card)])),
    wires: document.querySelectorAll('.react-flow__edge').length,
    problems: document.querySelector('.status-bar .status-button')!.textContent,
    seed: document.querySelector<HTMLInputElement>('.seed input')!.value,
  };
}
