/** Keys that the canvas and its controls need for themselves: no command can have them. */
import type { Chord } from '../commands/keys.ts';

export interface FixedKey {
  readonly chords: readonly Chord[];
  readonly title: string;
}

export const FIXED_KEYS: readonly FixedKey[] = [
  { chords: ['Tab', 'Shift+Tab'], title: 'Go to the next control, or to the one before; from a node to its ports' },
  {
    chords: ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'],
    title: 'Walk the graph, along wires; on a port, from port to port',
  },
  {
    chords: ['Shift+ArrowLeft', 'Shift+ArrowRight', 'Shift+ArrowUp', 'Shift+ArrowDown'],
    title: 'Walk, and select on the way',
  },
  {
    chords: ['Mod+ArrowLeft', 'Mod+ArrowRight', 'Mod+ArrowUp', 'Mod+ArrowDown'],
    title: 'Walk, and leave the selection as it is',
  },
  { chords: ['Mod+ ', 'Shift+ '], title: 'Select the node that has the focus beside the others, or no longer' },
  {
    chords: ['PageDown', 'PageUp'],
    title: 'Go to the node that runs next or before; then to notes, frames and points',
  },
  { chords: ['Home', 'End'], title: 'Go to the node that runs first or last' },
  { chords: ['Alt+ArrowLeft', 'Alt+ArrowRight', 'Alt+ArrowUp', 'Alt+ArrowDown'], title: 'Move the selected nodes' },
  {
    chords: ['Alt+Shift+ArrowLeft', 'Alt+Shift+ArrowRight', 'Alt+Shift+ArrowUp', 'Alt+Shift+ArrowDown'],
    title: 'Move them further',
  },
  { chords: ['W'], title: 'Wire the selected node, or the port that has the focus' },
  { chords: ['I'], title: 'Insert a node into the wire of the input that has the focus' },
  { chords: ['R'], title: 'Lead the wire of the input that has the focus through a point' },
  { chords: ['F2'], title: 'Rename the selected node' },
  { chords: [' '], title: 'Press a button; held, a drag moves the canvas' },
];

/** What the key is needed for; undefined: a command may have it. */
export function neededFor(chord: Chord): string | undefined {
  return FIXED_KEYS.find(({ chords }) => chords.includes(chord))?.title;
}
