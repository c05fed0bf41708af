/** What a page must let somebody do before it counts as usable: looked for in the page itself, once in every frame. */

export interface Step {
  /** Of the mark that is made once a click in the middle of the element would reach it. */
  readonly mark: string;
  readonly selector: string;
  /** Whether it is clicked then. */
  readonly click?: true;
}

/** The mark of the last step of each page. */
export const USABLE = 'bench:usable';
export const CARD = 'bench:card';
export const NODE = 'bench:node';

/** The empty page: its first effect has run, and its frame is on its way. */
export const EMPTY: readonly Step[] = [{ mark: USABLE, selector: 'h1[data-ready]' }];

/** A node of the canvas is there, and is selected once it is clicked. */
export const CANVAS: readonly Step[] = [
  { mark: NODE, selector: 'article[data-node="attention"] .node-header', click: true },
  { mark: USABLE, selector: 'article[data-node="attention"][aria-current="true"]' },
];

/** The gallery: a card can be clicked, and is at once. */
export const GALLERY: readonly Step[] = [
  { mark: CARD, selector: '.gallery-cards > li:nth-child(3) > .gallery-card', click: true },
  ...CANVAS,
];

/** A script for the page, to run before any of its own. */
export function following(steps: readonly Step[]): string {
  return `(${follow.toString()})(${JSON.stringify(steps)})`;
}

/** In the page: it knows nothing but itself. */
function follow([step, ...rest]: readonly Step[]): void {
  if (!step) return;
  const look = (): void => {
    const element = document.querySelector(step.selector);
    const box = element?.getBoundingClientRect();
    const at = { clientX: (box?.x ?? 0) + (box?.width ?? 0) / 2, clientY: (box?.y ?? 0) + (box?.height ?? 0) / 2 };
    const reached = element && document.elementFromPoint(at.clientX, at.clientY);
    if (!reached || !element.contains(reached)) {
      requestAnimationFrame(look);
      return;
    }
    performance.mark(step.mark);
    const event = { ...at, bubbles: true, cancelable: true, view: window };
    for (const kind of step.click ? ['mousedown', 'mouseup', 'click'] : []) {
      reached.dispatchEvent(new MouseEvent(kind, event));
    }
    follow(rest);
  };
  requestAnimationFrame(look);
}
