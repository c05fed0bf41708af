import { expect, test } from 'vitest';
import { colourTable } from './colour-maps.ts';
import { bars, chooseMap, colourPixels, contain, patchGrid, recode, rgbPixels } from './paint.ts';

test('signed values diverge around zero; attention begins at zero', () => {
  expect(chooseMap({ min: -1, max: 4 }, 'values')).toEqual({ map: 'diverging', range: { min: -4, max: 4 } });
  expect(chooseMap({ min: 2, max: 4 }, 'values')).toEqual({ map: 'viridis', range: { min: 2, max: 4 } });
  expect(chooseMap({ min: 0.01, max: 0.08 }, 'attention')).toEqual({ map: 'inferno', range: { min: 0, max: 0.08 } });
});

test('zero lands in the middle of the diverging map, whatever the slice spans', () => {
  const codes = recode({ min: -1, max: 3 }, { min: -3, max: 3 });
  expect(codes[64]).toBeCloseTo(128, -0.5);
  expect(codes[255]).toBe(255);
  expect(codes[0]).toBe(85);
});

test('a constant slice has one colour and divides by nothing', () => {
  expect(new Set(recode({ min: 2, max: 2 }, { min: 2, max: 2 }))).toEqual(new Set([128]));
});

test('codes become opaque pixels of the table', () => {
  const table = colourTable('viridis', 'dark');
  const pixels = colourPixels(Uint8Array.of(0, 255), table, recode({ min: 0, max: 1 }, { min: 0, max: 1 }));
  expect([...pixels]).toEqual([68, 1, 84, 255, 253, 231, 37, 255]);
  expect([...rgbPixels(Uint8Array.of(1, 2, 3, 4, 5, 6))]).toEqual([1, 2, 3, 255, 4, 5, 6, 255]);
});

test('bars are relative to the highest, and a lone spike is cut', () => {
  expect([...bars(Uint32Array.of(1, 1, 2, 2), 2)]).toEqual([0.5, 1]);
  expect([...bars(Uint32Array.of(1000, 10, 5, 0), 4)]).toEqual([1, 0.25, 0.125, 0]);
  expect([...bars(new Uint32Array(4), 2)]).toEqual([0, 0]);
});

test('patches form a square, with or without a class token', () => {
  expect(patchGrid(196)).toEqual({ side: 14, leading: 0 });
  expect(patchGrid(197)).toEqual({ side: 14, leading: 1 });
  expect(patchGrid(195)).toBeNull();
});

test('a picture is fitted whole and centred', () => {
  expect(contain(2, 100, 100)).toEqual({ x: 0, y: 25, width: 100, height: 50 });
  expect(contain(0.5, 100, 100)).toEqual({ x: 25, y: 0, width: 50, height: 100 });
});
