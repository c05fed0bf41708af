import { expect, test } from 'vitest';
import {
  blockLabelSize,
  boundsOf,
  chipCharacters,
  detailAt,
  nameParts,
  neighbour,
  nodeGeometry,
  PART,
} from './geometry.ts';

const PARTS = {
  name: 'q_proj',
  inputs: ['input'],
  outputs: ['output'],
  preview: 'heatmap',
  shows: null,
  stack: false,
} as const;

test('the parts of a node stand one below the other and fill its height', () => {
  const { width, height, inputs, outputs, preview } = nodeGeometry(PARTS);
  expect(width).toBe(208);
  expect(inputs).toEqual([PART.header + PART.input / 2]);
  expect(preview!.y).toBe(PART.header + PART.input + PART.previewGap);
  expect(outputs[0]).toBe(preview!.y + preview!.height + PART.previewGap + PART.output / 2);
  expect(height).toBe(outputs[0]! + PART.output / 2 + PART.caption + PART.bottom);
});

test('a stack has room for its layers above the preview', () => {
  const plain = nodeGeometry(PARTS);
  const stack = nodeGeometry({ ...PARTS, stack: true });
  expect(stack.layers).toBe(PART.header + PART.input);
  expect(stack.height).toBe(plain.height + PART.layers);
});

test('a chosen size changes the preview and never hides a port', () => {
  const large = nodeGeometry({ ...PARTS, chosen: [400, 500] });
  expect([large.width, large.height]).toEqual([400, 500]);
  const tiny = nodeGeometry({ ...PARTS, chosen: [10, 10] });
  expect(tiny.width).toBe(208);
  expect(tiny.preview!.height).toBe(40);
  expect(tiny.outputs[0]).toBeLessThan(tiny.height);
});

test('a node without a preview has no caption either', () => {
  const { height, preview } = nodeGeometry({ ...PARTS, preview: null });
  expect(preview).toBeNull();
  expect(height).toBe(PART.header + PART.input + PART.output + PART.bottom);
});

test('a shape chip gives way to the name beside it', () => {
  expect(chipCharacters(208, null)).toBeGreaterThanOrEqual('batch 2 · patches 196 · 768'.length);
  expect(chipCharacters(208, 'attention_weights')).toBeLessThan(chipCharacters(208, null));
});

test('bounds of boxes; none for none', () => {
  expect(boundsOf([])).toBeNull();
  expect(
    boundsOf([
      { x: 1, y: 2, width: 3, height: 4 },
      { x: -1, y: 5, width: 1, height: 10 },
    ]),
  ).toEqual({ x: -1, y: 2, width: 5, height: 13 });
});

test('an arrow goes to what lies most straight ahead', () => {
  const box = (id: string, x: number, y: number) => ({ id, x, y, width: 10, height: 10 });
  const boxes = [box('here', 0, 0), box('ahead', 100, 10), box('near but aside', 50, 90), box('behind', -50, 0)];
  expect(neighbour(boxes, boxes[0]!, { x: 1, y: 0 })?.id).toBe('ahead');
  expect(neighbour(boxes, boxes[0]!, { x: -1, y: 0 })?.id).toBe('behind');
  expect(neighbour(boxes, boxes[0]!, { x: 0, y: -1 })).toBeNull();
});

test('less is drawn from afar', () => {
  expect([1, 0.5, 0.49, 0.25, 0.1].map(detailAt)).toEqual(['full', 'full', 'reduced', 'reduced', 'block']);
});

test('the label of a block leaves room for the longest part of its name', () => {
  expect(nameParts('first_patch_norm')).toEqual(['first_', 'patch_', 'norm']);
  expect(blockLabelSize('norm', 208)).toBe(40);
  const long = blockLabelSize('a_quite_unpronounceable', 208);
  expect(long).toBeLessThan(40);
  expect(long * 'unpronounceable'.length * 0.62).toBeLessThanOrEqual(190);
});
