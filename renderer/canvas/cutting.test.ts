import { expect, test } from 'vitest';
import { crossed, cutWires } from './cutting.ts';

const wires = cutWires([
  { key: 'upper', from: { x: 0, y: 0 }, to: { x: 200, y: 0 } },
  { key: 'lower', from: { x: 0, y: 50 }, to: { x: 200, y: 150 } },
]);

test('a stroke crosses the wires that lie between its ends', () => {
  expect(crossed(wires, { x: 100, y: -20 }, { x: 100, y: 20 })).toEqual(['upper']);
  expect(crossed(wires, { x: 100, y: -20 }, { x: 90, y: 180 })).toEqual(['upper', 'lower']);
  expect(crossed(wires, { x: 10, y: 20 }, { x: 190, y: 20 })).toEqual([]);
  // Inside the box of the lower one, beside its curve.
  expect(crossed(wires, { x: 20, y: 130 }, { x: 60, y: 140 })).toEqual([]);
});

test('a wire that is led elsewhere is crossed there', () => {
  const led = cutWires([{ key: 'led', from: { x: 0, y: 0 }, to: { x: 200, y: 0 }, through: [{ x: 100, y: 300 }] }]);
  expect(crossed(led, { x: 90, y: 250 }, { x: 110, y: 320 })).toEqual(['led']);
  expect(crossed(led, { x: 100, y: -20 }, { x: 100, y: 20 })).toEqual([]);
});
