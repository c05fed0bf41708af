import { expect, test } from 'vitest';
import { colourTable, cssGradient } from './colour-maps.ts';

const at = (table: Uint8Array, code: number) => [...table.subarray(3 * code, 3 * code + 3)];

function luminance([red, green, blue]: number[]): number {
  const linear = [red!, green!, blue!].map((byte) =>
    byte / 255 <= 0.04045 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * linear[0]! + 0.7152 * linear[1]! + 0.0722 * linear[2]!;
}

test.each(['inferno', 'viridis'] as const)('%s rises in luminance from end to end', (name) => {
  const table = colourTable(name, 'dark');
  const values = Array.from({ length: 256 }, (_, code) => luminance(at(table, code)));
  for (let code = 1; code < 256; code++) expect(values[code]).toBeGreaterThanOrEqual(values[code - 1]! - 1e-3);
});

test('the sequential maps begin and end as matplotlib has them', () => {
  expect(at(colourTable('inferno', 'dark'), 255)).toEqual([252, 255, 164]);
  expect(at(colourTable('viridis', 'light'), 0)).toEqual([68, 1, 84]);
});

test.each(['dark', 'light'] as const)(
  'the diverging map of the %s theme is grey in the middle, blue below, red above',
  (theme) => {
    const table = colourTable('diverging', theme);
    const [red, green, blue] = at(table, 128) as [number, number, number];
    expect(Math.max(red, green, blue) - Math.min(red, green, blue)).toBeLessThan(24);
    expect(at(table, 60)[2]).toBeGreaterThan(at(table, 60)[0]! + 40);
    expect(at(table, 195)[0]).toBeGreaterThan(at(table, 195)[2]! + 40);
  },
);

test('a legend runs from low to high', () => {
  expect(cssGradient(colourTable('viridis', 'dark'), 2)).toBe('linear-gradient(90deg, rgb(68 1 84), rgb(253 231 37))');
});
