import { expect, test } from 'vitest';
import { ariaChord, chordOf, showChord, type KeyPress } from './keys.ts';

const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code: '',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
});

test('Mod is Ctrl elsewhere and ⌘ on macOS', () => {
  expect(chordOf(press('z', { ctrlKey: true }), false)).toBe('Mod+Z');
  expect(chordOf(press('z', { metaKey: true }), true)).toBe('Mod+Z');
  expect(chordOf(press('z', { ctrlKey: true }), true)).toBeNull();
  expect(chordOf(press('z', { metaKey: true }), false)).toBeNull();
});

test('shift and caps lock do not change a letter', () => {
  expect(chordOf(press('Z', { ctrlKey: true, shiftKey: true }), false)).toBe('Mod+Shift+Z');
  expect(chordOf(press('A', { shiftKey: true }), false)).toBe('Shift+A');
  expect(chordOf(press('F'), false)).toBe('F');
});

test('shift belongs to a sign, not to the chord', () => {
  expect(chordOf(press('+', { ctrlKey: true, shiftKey: true }), false)).toBe('Mod++');
  expect(chordOf(press('+', { ctrlKey: true }), false)).toBe('Mod++');
});

test('a modifier alone is no chord', () => {
  expect(chordOf(press('Shift', { shiftKey: true }), false)).toBeNull();
});

test('with Alt held on macOS the physical key says the letter', () => {
  expect(chordOf(press('˜', { metaKey: true, altKey: true, code: 'KeyN' }), true)).toBe('Mod+Alt+N');
});

test('chords are shown as each platform writes them', () => {
  expect(showChord('Mod+Shift+Z', false)).toBe('Ctrl+Shift+Z');
  expect(showChord('Mod+Shift+Z', true)).toBe('⌘⇧Z');
  expect(showChord('Mod++', false)).toBe('Ctrl++');
  expect(ariaChord('Mod+Shift+Z', false)).toBe('Control+Shift+Z');
});
