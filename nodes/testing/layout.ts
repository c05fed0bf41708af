/** For tests: whether a module's canvas can be read. */
import type { GraphModule } from '../../graph/schema.ts';

/** A card at its largest in the shipped modules, as renderer/canvas/geometry.ts has it, and the least gap between two. */
const CARD = { width: 240, height: 280, gap: 80 };

/** Pairs of nodes that stand too close, and notes that cover a node. */
export function layoutFaults({ nodes, notes = [] }: GraphModule): string[] {
  const faults: string[] = [];
  for (const [index, { id, position }] of nodes.entries()) {
    for (const other of nodes.slice(index + 1)) {
      const [dx, dy] = [Math.abs(position[0] - other.position[0]), Math.abs(position[1] - other.position[1])];
      if (dx < CARD.width + CARD.gap && dy < CARD.height + CARD.gap) faults.push(`${id} and ${other.id}`);
    }
    for (const note of notes) {
      const across = note.position[0] < position[0] + CARD.width && position[0] < note.position[0] + note.size[0];
      const down = note.position[1] < position[1] + CARD.height && position[1] < note.position[1] + note.size[1];
      if (across && down) faults.push(`${id} and the note ${note.id}`);
    }
  }
  return faults;
}
