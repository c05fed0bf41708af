import { expect, test } from 'vitest';
import { createTestApp } from '../testing/test-app.ts';
import { keepRoom } from './use-narrow-window.ts';

/** A window whose width the test chooses, over the view of an application in which both panels are open. */
function windowOf(matches: boolean) {
  const { app } = createTestApp();
  const { view } = app;
  let told: (() => void) | null = null;
  const query = {
    matches,
    addEventListener: (_: string, listener: unknown) => {
      told = listener as () => void;
    },
    removeEventListener: () => {
      told = null;
    },
  };
  const stop = keepRoom(view, query);
  const open = (): string => {
    const { library, inspector } = view.getState().panels;
    return [library.open && 'library', inspector.open && 'inspector'].filter(Boolean).join(' and ');
  };
  const resize = (narrow: boolean): void => {
    query.matches = narrow;
    told?.();
  };
  return { view, open, resize, stop };
}

test('one panel folds when the window becomes narrow, and comes back with the room', () => {
  const { open, resize } = windowOf(false);
  expect(open()).toBe('library and inspector');
  resize(true);
  expect(open()).toBe('inspector');
  resize(false);
  expect(open()).toBe('library and inspector');
});

test('in a narrow window the panel that is opened takes the place of the other', () => {
  const { view, open, resize, stop } = windowOf(true);
  expect(open()).toBe('inspector');
  view.getState().setPanel('library', { open: true });
  expect(open()).toBe('library');
  view.getState().setPanel('inspector', { open: true });
  expect(open()).toBe('inspector');
  view.getState().setPanel('inspector', { open: false });
  expect(open()).toBe('');
  resize(false);
  expect(open()).toBe('');
  stop();
  view.getState().setPanel('inspector', { open: true });
  view.getState().setPanel('library', { open: true });
  expect(open()).toBe('library and inspector');
});
