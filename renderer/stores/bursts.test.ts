import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { setParam, setSeed } from '../../graph/edits.ts';
import { stackDocument } from '../../graph/testing/documents.ts';
import { BURST_PAUSE_MILLISECONDS, endBursts } from './bursts.ts';
import { createDocumentStore, type DocumentStore } from './document.ts';

let store: DocumentStore;
let events: EventTarget;
let letGo: () => void;
beforeEach(() => {
  vi.useFakeTimers();
  store = createDocumentStore(stackDocument(), 'Untitled');
  events = new EventTarget();
  letGo = endBursts(store, events);
});
afterEach(() => {
  letGo();
  vi.useRealTimers();
});

const seed = (value: number): void => {
  const { document, dispatch } = store.getState();
  dispatch(setSeed(document, value));
};
const steps = (): number => store.getState().history.past.length;
const happens = (name: string): void => void events.dispatchEvent(new Event(name));

test('edits of one value in a row are one step; after a pause they are another', () => {
  seed(1);
  vi.advanceTimersByTime(BURST_PAUSE_MILLISECONDS - 1);
  seed(2);
  vi.advanceTimersByTime(BURST_PAUSE_MILLISECONDS - 1);
  seed(3);
  expect(steps()).toBe(1);
  vi.advanceTimersByTime(BURST_PAUSE_MILLISECONDS);
  seed(4);
  expect(steps()).toBe(2);
  store.getState().undo();
  expect(store.getState().document.seed).toBe(3);
});

test('a slider is one step however long the hand rests on it, and the next press begins another', () => {
  happens('pointerdown');
  seed(1);
  vi.advanceTimersByTime(3 * BURST_PAUSE_MILLISECONDS);
  seed(2);
  happens('pointerup');
  expect(steps()).toBe(1);
  happens('pointerdown');
  seed(3);
  happens('pointercancel');
  expect(steps()).toBe(2);
  seed(4);
  expect(steps()).toBe(3);
});

test('what is written after a field was left is a step of its own', () => {
  seed(1);
  happens('focusout');
  seed(2);
  expect(steps()).toBe(2);
});

test('what was sealed stays as it is: nobody is told of a press that ends nothing', () => {
  const { document, dispatch } = store.getState();
  dispatch(setParam(document, 'Model', 'norm', 'eps', 1));
  happens('pointerup');
  const told = vi.fn();
  store.subscribe(told);
  happens('pointerdown');
  happens('pointerup');
  vi.advanceTimersByTime(BURST_PAUSE_MILLISECONDS);
  expect(told).not.toHaveBeenCalled();
});

test('once let go, nothing is ended', () => {
  letGo();
  seed(1);
  vi.advanceTimersByTime(BURST_PAUSE_MILLISECONDS);
  happens('pointerdown');
  seed(2);
  expect(steps()).toBe(1);
});
