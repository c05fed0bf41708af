/** From the renderer's spelling of keys (`Mod+Shift+Z`) to Electron's accelerators (`CmdOrCtrl+Shift+Z`). */

const MODIFIERS: ReadonlyMap<string, string> = new Map([
  ['Mod', 'CmdOrCtrl'],
  ['Alt', 'Alt'],
  ['Shift', 'Shift'],
]);

const KEYS: ReadonlyMap<string, string> = new Map([
  ['ArrowUp', 'Up'],
  ['ArrowDown', 'Down'],
  ['ArrowLeft', 'Left'],
  ['ArrowRight', 'Right'],
  [' ', 'Space'],
  ['+', 'Plus'],
]);

const NAMED =
  /^(?:[A-Z0-9]|F(?:[1-9]|1[0-9]|2[0-4])|[-=,./;'[\]\\`?]|Escape|Enter|Tab|Delete|Backspace|Home|End|PageUp|PageDown)$/;

/**
 * The accelerator that a menu item shows; null if the keys have no such spelling. macOS cannot show keys without taking
 * them, also from a text field: there, keys that are typed as text have none.
 */
export function acceleratorOf(keys: string, mac: boolean): string | null {
  const parts = keys.split(/\+(?=.)/);
  const key = parts.pop()!;
  const modifiers = parts.map((part) => MODIFIERS.get(part));
  const named = KEYS.get(key) ?? (NAMED.test(key) ? key : undefined);
  if (named === undefined || modifiers.includes(undefined)) return null;
  const typesText = !parts.includes('Mod') && !/^F\d/.test(named);
  return mac && typesText ? null : [...modifiers, named].join('+');
}
