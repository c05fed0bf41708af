/** Lines that boxes share: what is dragged snaps to edges and middles of what lies still. */
import type { Box, Point } from './geometry.ts';

/** A line to be shown: across `axis` at `at`, from one box to the other. */
export interface Guide {
  readonly axis: 'x' | 'y';
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

export interface Snap {
  /** What the dragged box moves by, beyond where the hand has it. */
  readonly shift: Point;
  readonly guides: readonly Guide[];
}

const NO_SNAP: Snap = { shift: { x: 0, y: 0 }, guides: [] };

/** Both at once: nothing is near enough on an axis, or the nearest line of it. */
export function snap(dragged: Box, still: readonly Box[], reach: number): Snap {
  const x = nearestLine(dragged, still, 'x', reach);
  const y = nearestLine(dragged, still, 'y', reach);
  if (!x && !y) return NO_SNAP;
  return { shift: { x: x?.shift ?? 0, y: y?.shift ?? 0 }, guides: [...(x ? [x.guide] : []), ...(y ? [y.guide] : [])] };
}

const LENGTH = { x: 'width', y: 'height' } as const;
const ACROSS = { x: 'y', y: 'x' } as const;

function nearestLine(
  dragged: Box,
  still: readonly Box[],
  axis: 'x' | 'y',
  reach: number,
): { readonly shift: number; readonly guide: Guide } | null {
  let best: { readonly shift: number; readonly at: number; readonly box: Box } | null = null;
  const own = lines(dragged, axis);
  for (const box of still) {
    lines(box, axis).forEach((at, index) => {
      // Edges meet edges of their side, middles meet middles.
      const shift = at - own[index]!;
      if (Math.abs(shift) <= reach && (best === null || Math.abs(shift) < Math.abs(best.shift)))
        best = { shift, at, box };
    });
  }
  const found = best as { readonly shift: number; readonly at: number; readonly box: Box } | null;
  if (!found) return null;
  const across = ACROSS[axis];
  const ends = [dragged, found.box].flatMap((box) => [box[across], box[across] + box[LENGTH[across]]]);
  return {
    shift: found.shift,
    guide: { axis, at: found.at, from: Math.min(...ends), to: Math.max(...ends) },
  };
}

function lines(box: Box, axis: 'x' | 'y'): readonly [start: number, middle: number, end: number] {
  const length = box[LENGTH[axis]];
  return [box[axis], box[axis] + length / 2, box[axis] + length];
}
