import { expect, test } from 'vitest';
import { createViewStore } from './view.ts';

test('opening a module selects in it and forgets what was hovered', () => {
  const view = createViewStore();
  view.getState().setHovered('a');
  view.getState().open('blocks.0', ['b']);
  expect(view.getState()).toMatchObject({ openPath: 'blocks.0', hovered: null });
  expect([...view.getState().selection]).toEqual(['b']);
});

test('an equal selection keeps its identity', () => {
  const view = createViewStore();
  view.getState().select(['a', 'b']);
  const before = view.getState().selection;
  view.getState().select(['b', 'a']);
  expect(view.getState().selection).toBe(before);
});

test('another document resets where one looks, not how', () => {
  const view = createViewStore();
  view.getState().setTheme('light');
  view.getState().open('blocks.0', ['b']);
  view.getState().setLayer('blocks', 3);
  view.getState().reset();
  expect(view.getState()).toMatchObject({ openPath: '', layerOf: {}, theme: 'light' });
});
