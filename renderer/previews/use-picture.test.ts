import { expect, test } from 'vitest';
import { fitted } from './use-picture.ts';

const PHOTO = { width: 400, height: 300 };
const FRAME = { x: 0, y: 0, width: 1, height: 1 };

test('cropping takes the middle of the wanted proportions', () => {
  expect(fitted(PHOTO, 1, 'crop')).toEqual({ crop: { x: 50, y: 0, width: 300, height: 300 }, place: FRAME });
  expect(fitted(PHOTO, 2, 'crop').crop).toEqual({ x: 0, y: 50, width: 400, height: 200 });
});

test('stretching takes all of it', () => {
  expect(fitted(PHOTO, 1, 'stretch')).toEqual({ crop: { x: 0, y: 0, ...PHOTO }, place: FRAME });
});

test('containing leaves bars', () => {
  expect(fitted(PHOTO, 1, 'contain').place).toEqual({ x: 0, y: 0.125, width: 1, height: 0.75 });
  expect(fitted({ width: 300, height: 300 }, 2, 'contain').place).toEqual({ x: 0.25, y: 0, width: 0.5, height: 1 });
});
