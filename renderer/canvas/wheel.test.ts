import { expect, test } from 'vitest';
import { WheelReader, type WheelFacts } from './wheel.ts';

/** Events as browsers make them, each 16 ms after the one before. */
function read(...events: readonly Partial<WheelFacts>[]) {
  const reader = new WheelReader();
  const none = { deltaX: 0, deltaY: 0, deltaMode: 0, ctrlKey: false, metaKey: false, shiftKey: false };
  return events.map((event, index) => reader.read({ ...none, timeStamp: 1000 + 16 * index, ...event }));
}

test('a notch of a mouse zooms: as pixels, on a scaled screen, in lines and in pages', () => {
  const [pixels, scaled, lines, pages] = read(
    { deltaY: 100, wheelDeltaY: -120 },
    { deltaY: 66.67, wheelDeltaY: -120 },
    { deltaY: -3, deltaMode: 1 },
    { deltaY: 1, deltaMode: 2 },
  );
  expect(pixels).toEqual({ kind: 'zoom', factor: expect.closeTo(2 ** -0.2, 6) as number });
  expect(scaled).toMatchObject({ kind: 'zoom' });
  expect(lines).toEqual({ kind: 'zoom', factor: expect.closeTo(2 ** 0.12, 6) as number });
  expect(pages).toMatchObject({ kind: 'zoom' });
});

test('two fingers pan by as much as they move, also where they glide on fast or along one axis', () => {
  expect(read({ deltaX: 1.5, deltaY: -4, wheelDeltaY: 12 }, { deltaY: 3 }, { deltaY: 120, wheelDeltaY: -360 })).toEqual(
    [
      { kind: 'pan', by: { x: -1.5, y: 4 } },
      { kind: 'pan', by: { x: -0, y: -3 } },
      { kind: 'pan', by: { x: -0, y: -120 } },
    ],
  );
});

test('a mouse that follows a touchpad zooms again', () => {
  const [, after] = read({ deltaX: 1, deltaY: 2 }, { deltaY: 100, wheelDeltaY: -120, timeStamp: 2000 });
  expect(after).toMatchObject({ kind: 'zoom' });
});

test('a pinch zooms as far as the fingers part; a notch with Ctrl as without', () => {
  const [pinch] = read({ deltaY: -4.9, ctrlKey: true, wheelDeltaY: 15 });
  expect(pinch).toEqual({ kind: 'zoom', factor: expect.closeTo(1.05, 3) as number });
  const [notch] = read({ deltaY: 120, ctrlKey: true, wheelDeltaY: -120 });
  expect(notch).toEqual({ kind: 'zoom', factor: expect.closeTo(2 ** -0.24, 6) as number });
  const [meta] = read({ deltaY: -100, metaKey: true, wheelDeltaY: 120 });
  expect(meta).toEqual({ kind: 'zoom', factor: expect.closeTo(2 ** 0.2, 6) as number });
});

test('with Shift a wheel pans sideways, whichever axis the system gives; so does a wheel that is tilted', () => {
  const sideways = { kind: 'pan', by: { x: -100, y: 0 } };
  expect(
    read(
      { deltaY: 100, wheelDeltaY: -120, shiftKey: true },
      { deltaX: 100, wheelDeltaX: -120, shiftKey: true },
      { deltaX: 100, wheelDeltaX: -120 },
    ),
  ).toEqual([sideways, sideways, sideways]);
});
