import { expect, test } from 'vitest';
import { layOut } from './layout.ts';

const box = (id: string, x: number, y: number) => ({ id, x, y, width: 200, height: 80 });

test('sources stand left of what they feed, nothing overlaps, and the corner stays', () => {
  const boxes = [box('c', 50, 70), box('a', 400, 30), box('b', 400, 30)];
  const placed = new Map(
    layOut({
      boxes,
      wires: [
        ['a', 'c'],
        ['b', 'c'],
        ['c', 'outside'],
        ['c', 'c'],
      ],
    }).map((place) => [place.id, place]),
  );
  const [a, b, c] = ['a', 'b', 'c'].map((id) => placed.get(id)!) as [Place, Place, Place];
  expect(c.x).toBeGreaterThanOrEqual(a.x + 200);
  expect(Math.abs(a.y - b.y)).toBeGreaterThanOrEqual(80);
  expect(Math.min(a.x, b.x, c.x)).toBe(50);
  expect(Math.min(a.y, b.y, c.y)).toBe(30);
});

test('a cycle is laid out all the same', () => {
  expect(
    layOut({
      boxes: [box('a', 0, 0), box('b', 0, 0)],
      wires: [
        ['a', 'b'],
        ['b', 'a'],
      ],
    }),
  ).toHaveLength(2);
});

type Place = ReturnType<typeof layOut>[number];
