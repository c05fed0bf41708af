/** Where the keyboard is on the canvas: cards, marks and ports are found by their ids, and take the focus. */
import type { PortRef } from './canvas-store.ts';
import { portKey } from './canvas-store.ts';

/** What has the focus on the canvas, or the control of it that has. */
export type Focused =
  /** `itself`: not one of its controls. */
  | { readonly kind: 'node'; readonly id: string; readonly itself: boolean }
  | { readonly kind: 'port'; readonly ref: PortRef }
  /** A note, frame or reroute point; `id` is React Flow's. */
  | { readonly kind: 'mark'; readonly id: string };

/** Null for the canvas itself, and for what is not on it. */
export function focusedAt(target: EventTarget | null): Focused | null {
  if (!(target instanceof HTMLElement)) return null;
  const port = target.dataset['port'];
  if (port !== undefined) return { kind: 'port', ref: refOfKey(port) };
  const mark = target.closest<HTMLElement>('[data-mark]')?.dataset['mark'];
  if (mark !== undefined) return { kind: 'mark', id: mark };
  const card = target.closest<HTMLElement>('[data-node]');
  const id = card?.dataset['node'];
  return id === undefined ? null : { kind: 'node', id, itself: card === target };
}

/** The id that what has the focus lies in, as React Flow knows it. */
export function itemOf(focused: Focused): string {
  return focused.kind === 'port' ? focused.ref.nodeId : focused.id;
}

/** Gives the focus to a card, note, frame or reroute point; one that was out of sight is there with the next frame. */
export function focusItem(id: string): void {
  focusSoon(`[data-node="${CSS.escape(id)}"], [data-mark="${CSS.escape(id)}"]`);
}

export function focusPort(ref: PortRef): void {
  focusSoon(`[data-port="${CSS.escape(portKey(ref))}"]`);
}

/** The card of the one node that is selected; null if none or several are, or it is not rendered. */
export function selectedCard(selection: ReadonlySet<string>): HTMLElement | null {
  const [id] = selection;
  return selection.size === 1 ? document.querySelector(`.canvas [data-node="${CSS.escape(id!)}"]`) : null;
}

/** To the node that is selected, or to the canvas. */
export function focusResumed(selection: ReadonlySet<string>): void {
  const card = selectedCard(selection);
  if (card) card.focus({ preventScroll: true });
  else focusCanvas();
}

/** The canvas as a whole: it says what it holds. */
export function focusCanvas(): void {
  document.querySelector<HTMLElement>('.react-flow')?.focus({ preventScroll: true });
}

function focusSoon(selector: string): void {
  const focus = (): boolean => {
    const element = document.querySelector<HTMLElement>(`.canvas :is(${selector})`);
    element?.focus({ preventScroll: true });
    return element !== null;
  };
  if (!focus()) requestAnimationFrame(() => void (focus() || requestAnimationFrame(focus)));
}

/** Of `portKey`: ids may hold a stroke, names of sides do not. */
function refOfKey(key: string): PortRef {
  const found = /^(.*)\/(input|output)\/(.*)$/s.exec(key)!;
  return { nodeId: found[1]!, side: found[2] as PortRef['side'], port: found[3]! };
}
