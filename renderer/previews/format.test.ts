import { expect, test } from 'vitest';
import {
  fitDims,
  formatDims,
  formatExact,
  formatMilliseconds,
  formatNumber,
  formatShapeTuple,
  formatSi,
  formatTabular,
  NUMBER_WIDTH,
  speakDims,
} from './format.ts';

const DIMS = [
  { size: 2, name: 'batch' },
  { size: 196, name: 'patches' },
  { size: 768, name: 'embed_dim' },
];

test('numbers have at most four significant figures and a real minus', () => {
  expect([1.15432, -9.3117, 0.00214, 123.456, 1234.5, 768, 0, -0.0021].map(formatNumber)).toEqual([
    '1.154',
    '−9.312',
    '0.0021',
    '123.5',
    '1235',
    '768',
    '0',
    '−0.0021',
  ]);
  expect([1e-7, -2.345e20, 12345.6, 123456, Infinity, -Infinity, NaN].map(formatNumber)).toEqual([
    '1.0e−7',
    '−2.3e20',
    '1.2e4',
    '1.2e5',
    '∞',
    '−∞',
    'NaN',
  ]);
});

test('no number is wider than the width they are padded to', () => {
  for (let exponent = -38; exponent <= 38; exponent++) {
    for (const mantissa of [1, 1.5, 9.9996, Math.PI]) {
      for (const sign of [1, -1]) {
        const text = formatTabular(sign * mantissa * 10 ** exponent);
        expect(text).toHaveLength(NUMBER_WIDTH);
      }
    }
  }
});

test('an exact number reads back as the same float32', () => {
  for (const value of [0.1, 1 / 3, -2.5e-9, 16_777_216, 0.30000001192092896]) {
    const single = Math.fround(value);
    expect(Math.fround(Number(formatExact(single).replaceAll('−', '-')))).toBe(single);
  }
  expect(formatExact(Math.fround(0.1))).toBe('0.1');
});

test('counts, work and times', () => {
  expect([768, 7_087_872, 2.9e9, 999.6, 1536].map((value) => formatSi(value))).toEqual([
    '768',
    '7.09 M',
    '2.90 G',
    '1.00 k',
    '1.54 k',
  ]);
  expect(formatSi(2.9e9, 'FLOP')).toBe('2.90 GFLOP');
  expect([24.61, 1920, 0.412, 345.2].map(formatMilliseconds)).toEqual(['24.6 ms', '1.92 s', '0.41 ms', '345 ms']);
});

test('shapes with their names, aloud, and as a tuple', () => {
  expect(formatDims(DIMS)).toBe('batch 2 · patches 196 · embed_dim 768');
  expect(speakDims(DIMS)).toBe('batch 2, patches 196, embed_dim 768');
  expect(formatShapeTuple(DIMS)).toBe('(2, 196, 768)');
  expect(formatShapeTuple([{ size: 5 }])).toBe('(5,)');
  expect(formatDims([])).toBe('scalar');
});

test('names are dropped from the right where a chip is short of room', () => {
  expect(formatDims(fitDims(DIMS, 40))).toBe('batch 2 · patches 196 · embed_dim 768');
  expect(formatDims(fitDims(DIMS, 28))).toBe('batch 2 · patches 196 · 768');
  expect(formatDims(fitDims(DIMS, 3))).toBe('2 · 196 · 768');
});
