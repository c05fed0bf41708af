/** Which wires a stroke of the pointer crosses. */
import { boundsOf, type Point } from './geometry.ts';
import { pointOnWire } from './wire-curve.ts';

/** A wire as it is drawn. */
export interface DrawnWire {
  readonly key: string;
  readonly from: Point;
  readonly to: Point;
  readonly through?: readonly Point[];
}

/** A wire as straight pieces, with the box that holds them. */
export interface CutWire {
  readonly key: string;
  readonly points: readonly Point[];
  readonly bounds: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };
}

/** Straight pieces per curve: at most a few pixels beside the curve. */
const PIECES = 20;

/** Makes wires ready to be asked for every piece of a stroke. */
export function cutWires(wires: readonly DrawnWire[]): readonly CutWire[] {
  return wires.map(({ key, from, to, through = [] }) => {
    const pieces = PIECES * (through.length + 1);
    const points = Array.from({ length: pieces + 1 }, (_, index) => pointOnWire(from, to, index / pieces, through));
    const { x, y, width, height } = boundsOf(points.map((point) => ({ ...point, width: 0, height: 0 })))!;
    return { key, points, bounds: { left: x, top: y, right: x + width, bottom: y + height } };
  });
}

/** Keys of the wires that the straight line from `a` to `b` crosses. */
export function crossed(wires: readonly CutWire[], a: Point, b: Point): readonly string[] {
  const [left, right] = [Math.min(a.x, b.x), Math.max(a.x, b.x)];
  const [top, bottom] = [Math.min(a.y, b.y), Math.max(a.y, b.y)];
  return wires
    .filter(
      ({ bounds }) => bounds.left <= right && left <= bounds.right && bounds.top <= bottom && top <= bounds.bottom,
    )
    .filter(({ points }) => points.some((point, index) => index > 0 && cross(points[index - 1]!, point, a, b)))
    .map(({ key }) => key);
}

/** Whether two straight lines have a point in common. */
function cross(a: Point, b: Point, c: Point, d: Point): boolean {
  const side = (p: Point, q: Point, r: Point): number =>
    Math.sign((q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x));
  return side(a, b, c) !== side(a, b, d) && side(c, d, a) !== side(c, d, b);
}
