import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PortType } from '../../graph/signature.ts';
import type { PreviewKind } from '../../nodes/definition.ts';
import { runs } from '../../scripts/effort.ts';
import { previewOf } from '../session/host-preview.ts';
import type { LookAt } from '../stores/view.ts';
import { describePreview, middleHalf } from './describe.ts';
import { planPreview } from './plan.ts';

interface Value {
  readonly kind?: PreviewKind;
  readonly flow?: PortType['flow'];
  readonly names?: readonly string[];
  readonly lookAt?: LookAt;
}

/** The sentence for a tensor, from the preview that the application makes of it. */
function said(shape: readonly number[], values: ArrayLike<number>, value: Value = {}): string {
  const { kind = 'heatmap', flow = 'tensor', names = [], lookAt } = value;
  const dims = shape.map((size, axis) => (names[axis] === undefined ? { size } : { size, name: names[axis] }));
  const plan = planPreview(kind, { dims, dtype: 'f32', flow }, lookAt);
  return describePreview('x', plan, previewOf('key', shape, values, plan.spec));
}

const upTo = (count: number) => Array.from({ length: count }, (_, at) => at);

test('a heat map: its range, its mean, and where it is greatest', () => {
  expect(said([2, 3], [0, 1, 2, 9, 4, 5])).toBe('x: from 0 to 9, mean 3.500. 2 × 3, greatest at row 1, column 0, 9.');
  expect(said([4], [1, 8, 2, 3])).toBe('x: from 1 to 8, mean 3.500. 1 × 4, greatest at [1], 8.');
});

test('of a batch it is told which part is seen', () => {
  const text = said([2, 1, 2], [0, 1, 2, 3], { lookAt: { index: [1] } });
  expect(text).toBe('x: from 0 to 3, mean 1.500. Of [1], 1 × 2, greatest at [1], 3.');
});

test('a matrix larger than its picture: the block that is brightest', () => {
  const values = Float32Array.from({ length: 128 * 128 }, (_, at) => (Math.floor(at / 128) === 127 ? 6 : 0));
  expect(said([128, 128], values)).toMatch(/128 × 128, greatest around row 126–127, column 0–1, mean 3\.$/);
});

test('attention: which patch of which head looks at which', () => {
  const weights = Float32Array.from({ length: 2 * 81 }, (_, at) => (at % 9 === 5 ? 0.6 : 0.05));
  const attention = { kind: 'attention', flow: 'attention', names: ['heads', 'patches', 'patches'] } as const;
  expect(said([2, 9, 9], weights, { ...attention, lookAt: { head: 1, patch: 3 } })).toMatch(
    /\. Head 1 of 2, patch \(1, 0\) looks most at patch \(1, 2\), with 0\.6000\.$/,
  );
  const words = { kind: 'attention', flow: 'attention', names: ['heads', 'tokens', 'tokens'] } as const;
  expect(said([2, 2, 2], [0, 1, 1, 0, 0, 0, 0, 1], { ...words, lookAt: { head: 1 } })).toMatch(
    /\. Head 1 of 2: 2 × 2, greatest at row 1, column 1, 1\.$/,
  );
});

test('patches: the mean of each, and the greatest of them', () => {
  const text = said([1, 4, 2], [0, 0, 1, 1, 6, 8, 2, 2], { kind: 'patch-grid' });
  expect(text).toBe('x: from 0 to 8, mean 2.500. 2 × 2 patches, the greatest mean at patch (1, 0), 7.');
});

test('a histogram: what half of the values lie between', () => {
  const text = said([64], upTo(64), { kind: 'statistics' });
  expect(text).toBe('x: from 0 to 63, mean 31.50. Half of the values lie between 15.75 and 47.25.');
});

test('a picture: its colours, and where its light is', () => {
  const red = [1, 0, 1, 0];
  const text = said([3, 2, 2], [...red, ...red.map((light) => light / 2), 0, 0, 0, 0], {
    kind: 'image',
    flow: 'image',
  });
  expect(text).toMatch(/\. A picture, red 0\.5000, green 0\.25\d+, blue 0 on average, brighter in its left half\.$/);
  expect(said([1, 2, 2], [1, 0, 0, 0], { kind: 'image', flow: 'image' })).toMatch(
    /A picture, brightest at its upper left\.$/,
  );
});

test('single numbers, constants, no values, and values that are none', () => {
  expect(said([], [2.5])).toBe('x: 2.500.');
  expect(said([1, 1], [3])).toBe('x: 3.');
  expect(said([2, 2], [7, 7, 7, 7])).toBe('x: everywhere 7.');
  expect(said([0, 4], [])).toBe('x: no values.');
  expect(said([1], [NaN])).toBe('x: not a finite value.');
  expect(said([3], [NaN, Infinity, -Infinity])).toBe('x: none of 3 values is finite.');
  expect(said([2, 2], [NaN, 1, 2, Infinity])).toMatch(/^x: from 1 to 2, mean 1\.500; 2 of 4 values are not finite\. /);
});

test('whatever the tensor, the sentence is whole', () => {
  const value = fc.oneof(fc.float({ noNaN: true }), fc.constantFrom(NaN, Infinity, -Infinity, 0));
  const kinds = fc.constantFrom<PreviewKind>('heatmap', 'attention', 'patch-grid', 'image', 'statistics');
  const flows = fc.constantFrom<PortType['flow']>('tensor', 'attention', 'image');
  const tensors = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 }).chain((shape) => {
    const count = shape.reduce((product, size) => product * size, 1);
    return fc.tuple(fc.constant(shape), fc.array(value, { minLength: count, maxLength: count }), kinds, flows);
  });
  fc.assert(
    fc.property(tensors, ([shape, values, kind, flow]) => {
      expect(said(shape, values, { kind, flow })).toMatch(/^x: (?!.*(undefined|null|NaN)).+\.$/);
    }),
    { numRuns: runs(200) },
  );
});

test('the middle half of a lone spike is its bin', () => {
  const bins = new Uint32Array(4);
  bins[2] = 10;
  expect(middleHalf(bins, { min: 0, max: 4 })).toEqual([2, 3]);
});
