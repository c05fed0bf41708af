/** The curve of a wire: from an output to an input, through the points that it is led through. */
import type { Point } from './geometry.ts';

/** A cubic Bézier curve: start, two control points, end. */
export type Cubic = readonly [start: Point, near: Point, far: Point, end: Point];

/** One piece between each two of its ends and points: it leaves an output to the right and enters an input from the left. */
export function wireCurve(from: Point, to: Point, through: readonly Point[] = []): readonly Cubic[] {
  if (through.length === 0) {
    const bend = reach(from, to);
    return [[from, { x: from.x + bend, y: from.y }, { x: to.x - bend, y: to.y }, to]];
  }
  const stops = [from, ...through, to];
  const directions = stops.map((at, index) => {
    const [before, after] = [stops[index - 1], stops[index + 1]];
    return before && after ? directionAt(before, at, after) : RIGHT;
  });
  return stops.slice(1).map((end, index): Cubic => {
    const start = stops[index]!;
    const [leaves, enters] = [directions[index]!, directions[index + 1]!];
    const [out, back] = [reachAlong(start, end, leaves), reachAlong(start, end, enters)];
    return [
      start,
      { x: start.x + leaves.x * out, y: start.y + leaves.y * out },
      { x: end.x - enters.x * back, y: end.y - enters.y * back },
      end,
    ];
  });
}

/** For SVG. */
export function wirePath(from: Point, to: Point, through: readonly Point[] = []): string {
  const pieces = wireCurve(from, to, through).map(
    ([, near, far, end]) => `C${near.x} ${near.y} ${far.x} ${far.y} ${end.x} ${end.y}`,
  );
  return `M${from.x} ${from.y}${pieces.join('')}`;
}

/** The point at `t` in 0 … 1 along the wire: where its label stands. Each piece takes an equal share. */
export function pointOnWire(from: Point, to: Point, t: number, through: readonly Point[] = []): Point {
  const curve = wireCurve(from, to, through);
  const piece = Math.min(curve.length - 1, Math.floor(t * curve.length));
  return pointOn(curve[piece]!, t * curve.length - piece);
}

/** Of the wire: the point nearest to another, and in which piece it lies. */
export function nearestOnWire(
  from: Point,
  to: Point,
  through: readonly Point[],
  near: Point,
): { readonly piece: number; readonly at: Point } {
  const points = wireCurve(from, to, through).flatMap((cubic, piece) =>
    Array.from({ length: SAMPLES + 1 }, (_, index) => ({ piece, at: pointOn(cubic, index / SAMPLES) })),
  );
  const distance = ({ at }: { readonly at: Point }): number => Math.hypot(at.x - near.x, at.y - near.y);
  return points.reduce((best, one) => (distance(one) < distance(best) ? one : best));
}

const RIGHT: Point = { x: 1, y: 0 };
const SAMPLES = 64;

/** Control points' reach: half the distance forwards, more where little is left to turn in; a fixed loop backwards. */
function reach(from: Point, to: Point): number {
  const along = to.x - from.x;
  if (along <= 0) return LOOP;
  return Math.max(along / 2, Math.min(44, Math.hypot(along, to.y - from.y) / 2));
}

const LOOP = 70;
/** Where a piece runs across the direction in which it begins or ends, it turns within this. */
const TURN = 24;

/** The same for a piece that begins or ends in a direction of its own; never so far that near points make knots. */
function reachAlong(start: Point, end: Point, direction: Point): number {
  const distance = Math.hypot(end.x - start.x, end.y - start.y);
  const along = (end.x - start.x) * direction.x + (end.y - start.y) * direction.y;
  return along > 0 ? Math.max(along / 2, Math.min(TURN, distance / 3)) : Math.min(LOOP, distance / 2);
}

/** Half-way between how the wire comes and how it goes on: along an axis where it nearly is, so that wires run straight. */
function directionAt(before: Point, at: Point, after: Point): Point {
  const [comes, goes] = [unit(before, at), unit(at, after)];
  const [x, y] = [comes.x + goes.x, comes.y + goes.y];
  if (Math.hypot(x, y) < 1e-6) return { x: -comes.y, y: comes.x };
  if (Math.abs(x) >= 2 * Math.abs(y)) return { x: Math.sign(x), y: 0 };
  if (Math.abs(y) >= 2 * Math.abs(x)) return { x: 0, y: Math.sign(y) };
  return unit({ x: 0, y: 0 }, { x, y });
}

function unit(from: Point, to: Point): Point {
  const [x, y] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(x, y);
  return length === 0 ? RIGHT : { x: x / length, y: y / length };
}

function pointOn([start, near, far, end]: Cubic, t: number): Point {
  const [u, v] = [1 - t, t];
  const weights = [u * u * u, 3 * u * u * v, 3 * u * v * v, v * v * v] as const;
  return {
    x: weights[0] * start.x + weights[1] * near.x + weights[2] * far.x + weights[3] * end.x,
    y: weights[0] * start.y + weights[1] * near.y + weights[2] * far.y + weights[3] * end.y,
  };
}
