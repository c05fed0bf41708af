/** Keys: from a keyboard event to a chord (`Mod+Shift+Z`), and from a chord to what a menu shows (`Ctrl+Shift+Z`, `⇧⌘Z`). */

/** `Mod+Shift+Z`: modifiers in the order Mod, Alt, Shift, then the key. */
export type Chord = string;

export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/** The chord of a key press; null for a modifier alone. Mod is ⌘ on macOS and Ctrl elsewhere. */
export function chordOf(press: KeyPress, mac: boolean): Chord | null {
  if (['Control', 'Meta', 'Alt', 'Shift', 'AltGraph', 'Dead'].includes(press.key)) return null;
  // The other of Ctrl and ⌘ is nobody's modifier here: such a chord must not act as if it were not held.
  if (mac ? press.ctrlKey : press.metaKey) return null;
  const parts: string[] = [];
  if (mac ? press.metaKey : press.ctrlKey) parts.push('Mod');
  if (press.altKey) parts.push('Alt');
  const key = keyName(press);
  if (press.shiftKey && !isShiftedSign(key)) parts.push('Shift');
  return [...parts, key].join('+');
}

/** The chord as the platform writes it. */
export function showChord(chord: Chord, mac: boolean): string {
  const parts = chord.split(/\+(?=.)/);
  const shown = parts.map((part) => (mac ? MAC_NAMES[part] : NAMES[part]) ?? part);
  return mac ? shown.join('') : shown.join('+');
}

/** Chords that browsers keep for their own tabs and windows, whatever a page does. */
const KEPT_BY_BROWSERS: ReadonlySet<Chord> = new Set([
  ...['N', 'T', 'W', 'Tab', 'PageUp', 'PageDown'].map((key) => `Mod+${key}`),
  ...['N', 'T', 'W', 'Tab'].map((key) => `Mod+Shift+${key}`),
]);

/** The chords that reach a page. */
export function keysInBrowser(keys: readonly Chord[]): readonly Chord[] {
  return keys.filter((chord) => !KEPT_BY_BROWSERS.has(chord));
}

/** As `aria-keyshortcuts` wants it. */
export function ariaChord(chord: Chord, mac: boolean): string {
  return chord.replace('Mod', mac ? 'Meta' : 'Control');
}

const NAMES: Readonly<Record<string, string>> = {
  Mod: 'Ctrl',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  PageUp: 'Page Up',
  PageDown: 'Page Down',
  Escape: 'Esc',
  ' ': 'Space',
};
const MAC_NAMES: Readonly<Record<string, string>> = {
  Mod: '⌘',
  Alt: '⌥',
  Shift: '⇧',
  Backspace: '⌫',
  Delete: '⌦',
  Enter: '↵',
  Escape: 'Esc',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  PageUp: '⇞',
  PageDown: '⇟',
  ' ': 'Space',
};

/** Letters and digits by their label in upper case, so that Shift and Caps Lock do not change them. */
function keyName({ key, code }: KeyPress): string {
  // With Alt held macOS types signs (⌥N is a dead key); the physical key still says which letter it is.
  if (key.length === 1 && key.charCodeAt(0) > 127 && /^Key[A-Z]$/.test(code)) return code.slice(3);
  return key.length === 1 ? key.toUpperCase() : key;
}

/** `+` or `?`: Shift is part of how the sign is typed, on some keyboards and not on others. */
function isShiftedSign(key: string): boolean {
  return key.length === 1 && !/[A-Z0-9 ]/.test(key);
}
