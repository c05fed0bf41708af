/** Keys that the canvas and its controls need for themselves: no command can have them. */
import type { Chord } from '../commands/keys.ts';

export interface FixedKey {
  readonly chords: readonly Chord[];
  readonly title: string;
}

export const FIXED_KEYS: readonly FixedKey[] = [
  { chords: ['Tab', 'Shift+Tab'], title: 'Go to the next control or node, or to the one before' },
  { chords: ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'], title: 'Walk the graph, along wires' },
  { chords: ['Alt+ArrowLeft', 'Alt+ArrowRight', 'Alt+ArrowUp', 'Alt+ArrowDown'], title: 'Move the selected nodes' },
  {
    chords: ['Alt+Shift+ArrowLeft', 'Alt+Shift+ArrowRight', 'Alt+Shift+ArrowUp', 'Alt+Shift+ArrowDown'],
    title: 'Move them further',
  },
  { chords: ['W'], title: 'Wire the selected node' },
  { chords: ['F2'], title: 'Rename the selected node' },
  { chords: [' '], title: 'Press a button; held, a drag moves the canvas' },
];

/** What the key is needed for; undefined: a command may have it. */
export function neededFor(chord: Chord): string | undefined {
  return FIXED_KEYS.find(({ chords }) => chords.includes(chord))?.title;
}
