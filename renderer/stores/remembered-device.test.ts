import { expect, test } from 'vitest';
import { recallDevice, rememberDevice } from './remembered-device.ts';

function storageWith(text: string | null = null) {
  let stored = text;
  return { getItem: () => stored, setItem: (_: string, value: string) => void (stored = value) };
}

test('the choice and what was measured are kept, each without the other', () => {
  const storage = storageWith();
  expect(recallDevice(storage)).toEqual({ choice: 'automatic', storage: 'f32', verdict: null });
  const verdict = { adapter: 'google|swiftshader||', faster: 'cpu' } as const;
  rememberDevice(storage, { verdict });
  rememberDevice(storage, { choice: 'gpu' });
  expect(recallDevice(storage)).toEqual({ choice: 'gpu', storage: 'f32', verdict });
  rememberDevice(storage, { storage: 'f16' });
  expect(recallDevice(storage)).toEqual({ choice: 'gpu', storage: 'f16', verdict });
});

test('what an earlier version kept, which had no choice of storage', () => {
  const before = storageWith('{"choice":"cpu","verdict":null}');
  expect(recallDevice(before)).toEqual({ choice: 'cpu', storage: 'f32', verdict: null });
});

test.each(['', 'null', '{}', '{"choice":"abacus","verdict":null}', '{"choice":"cpu","verdict":{"adapter":""}}'])(
  'what cannot be read is nothing: %s',
  (text) => {
    expect(recallDevice(storageWith(text))).toEqual({ choice: 'automatic', storage: 'f32', verdict: null });
  },
);

test('storage that is denied is no storage', () => {
  const denied = (): never => {
    throw new Error('denied');
  };
  expect(recallDevice({ getItem: denied })).toEqual({ choice: 'automatic', storage: 'f32', verdict: null });
  expect(() => rememberDevice({ getItem: denied, setItem: denied }, { choice: 'cpu' })).not.toThrow();
});
