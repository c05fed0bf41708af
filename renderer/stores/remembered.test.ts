import { expect, test } from 'vitest';
import { recallView, rememberView } from './remembered.ts';
import { recallCeilings, rememberCeilings } from './remembered-ceilings.ts';
import { recallTuning, rememberTuning } from './remembered-tuning.ts';
import { createViewStore, DEFAULT_VIEW } from './view.ts';

function memory(initial: Record<string, string> = {}) {
  const items = new Map(Object.entries(initial));
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
  };
}

test('theme and panels come back', () => {
  const storage = memory();
  const view = createViewStore();
  rememberView(view, storage);
  view.getState().setTheme('light');
  view.getState().setPanel('library', { open: false });
  view.getState().setPanel('inspector', { size: 400 });
  const recalled = recallView(storage);
  expect(recalled.theme).toBe('light');
  expect(recalled.panels.library).toEqual({ open: false, size: DEFAULT_VIEW.panels.library.size });
  expect(recalled.panels.inspector).toEqual({ open: true, size: 400 });
});

test.each(['not JSON', '{}', '{"theme":"pink"}', 'null'])('unreadable memory gives the defaults: %s', (text) => {
  expect(recallView(memory({ 'patchbay:view': text }))).toEqual(DEFAULT_VIEW);
});

test('storage that refuses does not disturb', () => {
  const view = createViewStore();
  rememberView(view, {
    setItem: () => {
      throw new Error('quota');
    },
  });
  view.getState().setTheme('dark');
  expect(view.getState().theme).toBe('dark');
});

test('what was measured of an adapter comes back, and nothing else', () => {
  const storage = memory();
  expect(recallTuning(storage)).toBeNull();
  const tuning = { adapter: 'google|swiftshader', matmul: { large: 'register 14x8' } };
  rememberTuning(storage, tuning);
  expect(recallTuning(storage)).toEqual(tuning);
  rememberTuning(storage, { ...tuning, clocks: { large: 'timestamps' } });
  expect(recallTuning(storage)).toEqual({ ...tuning, clocks: { large: 'timestamps' } });
  expect(recallTuning(memory({ 'patchbay:tuning': '{"adapter":""}' }))).toBeNull();
});

test('what an adapter can do at most comes back; what cannot be is measured again', () => {
  const storage = memory();
  expect(recallCeilings(storage)).toBeNull();
  const ceilings = { adapter: 'google|swiftshader', flopsPerSecond: 4e9, bytesPerSecond: 6e8 };
  rememberCeilings(storage, ceilings);
  expect(recallCeilings(storage)).toEqual(ceilings);
  const none = JSON.stringify({ ...ceilings, bytesPerSecond: 0 });
  expect(recallCeilings(memory({ 'patchbay:ceilings': none }))).toBeNull();
});
