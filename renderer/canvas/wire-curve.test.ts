import { expect, test } from 'vitest';
import { nearestOnWire, pointOnWire, wireCurve, wirePath } from './wire-curve.ts';

test('wires leave rightwards and enter from the left', () => {
  expect(wirePath({ x: 0, y: 0 }, { x: 200, y: 50 })).toBe('M0 0C100 0 100 50 200 50');
  expect(wirePath({ x: 200, y: 0 }, { x: 0, y: 50 })).toBe('M200 0C270 0 -70 50 0 50');
  expect(pointOnWire({ x: 0, y: 0 }, { x: 200, y: 50 }, 0.5)).toEqual({ x: 100, y: 25 });
  expect(pointOnWire({ x: 3, y: 4 }, { x: 200, y: 50 }, 0)).toEqual({ x: 3, y: 4 });
});

test('a wire goes through its points without a kink, in their order', () => {
  const through = [
    { x: 100, y: 80 },
    { x: 220, y: 80 },
    { x: 220, y: 300 },
    { x: -50, y: 300 },
  ];
  const [from, to] = [
    { x: 0, y: 0 },
    { x: 400, y: 60 },
  ];
  const curve = wireCurve(from, to, through);
  expect(curve.map(([start]) => start)).toEqual([from, ...through]);
  expect(curve.at(-1)![3]).toEqual(to);
  curve.slice(1).forEach(([start, near], index) => {
    const far = curve[index]![2];
    const [before, after] = [
      Math.atan2(start.y - far.y, start.x - far.x),
      Math.atan2(near.y - start.y, near.x - start.x),
    ];
    expect(after).toBeCloseTo(before);
  });
  const numbers = wirePath(from, to, through).match(/-?[\d.]+/g)!;
  expect(numbers).toHaveLength(2 + 6 * curve.length);
});

test('points side by side make a straight wire', () => {
  for (const t of [0.1, 0.3, 0.5, 0.9])
    expect(pointOnWire({ x: 0, y: 5 }, { x: 300, y: 5 }, t, [{ x: 120, y: 5 }]).y).toBeCloseTo(5);
});

test('points that lie on each other, or on an end, are drawn all the same', () => {
  const at = { x: 10, y: 10 };
  for (const cubic of wireCurve(at, at, [at, at]))
    for (const { x, y } of cubic) expect([x, y].every(Number.isFinite)).toBe(true);
});

test('the nearest place of a wire says which piece it is in', () => {
  const [from, to, through] = [{ x: 0, y: 0 }, { x: 300, y: 0 }, [{ x: 150, y: 100 }]];
  expect(nearestOnWire(from, to, through, { x: 20, y: -30 }).piece).toBe(0);
  const late = nearestOnWire(from, to, through, { x: 260, y: 10 });
  expect(late.piece).toBe(1);
  expect(Math.hypot(late.at.x - 260, late.at.y - 10)).toBeLessThan(12);
  expect(nearestOnWire(from, to, [], { x: 290, y: 0 }).piece).toBe(0);
});
