import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Preview, PreviewSpec } from '../../gpu/runtime/types.ts';
import { DELIVERY_MILLISECONDS, PreviewHub } from './preview-hub.ts';

const spec: PreviewSpec = { index: [], maxSide: 64, view: 'matrix' };

const frame = (key: string): Preview => ({
  key,
  shape: [1],
  statistics: { count: 1, mean: 0, standardDeviation: 0, min: 0, max: 0, nonFinite: 0 },
  histogram: new Uint32Array(64),
  thumbnail: { width: 1, height: 1, channels: 1, codes: new Uint8Array(1), min: 0, max: 0 },
});

const FRAME_MILLISECONDS = 16;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('requestAnimationFrame', (callback: () => void) => setTimeout(callback, FRAME_MILLISECONDS));
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function hub() {
  const sink = { watch: vi.fn(), unwatch: vi.fn() };
  return { hub: new PreviewHub(sink), sink };
}

test('listeners of one port and spec share a watch that ends with the last', () => {
  const { hub: previews, sink } = hub();
  const stopFirst = previews.add('a.output', spec, vi.fn());
  const stopSecond = previews.add('a.output', { ...spec }, vi.fn());
  previews.add('a.output', { ...spec, index: [1] }, vi.fn());
  expect(sink.watch).toHaveBeenCalledTimes(2);
  stopFirst();
  expect(sink.unwatch).not.toHaveBeenCalled();
  stopSecond();
  stopSecond();
  expect(sink.unwatch).toHaveBeenCalledTimes(1);
});

test('of several frames between two deliveries the last is delivered, ten times a second at most', () => {
  const { hub: previews, sink } = hub();
  const listener = vi.fn<(preview: Preview) => void>();
  previews.add('a.output', spec, listener);
  const id = sink.watch.mock.calls[0]![0] as number;
  previews.receive(id, frame('1'));
  vi.advanceTimersByTime(0);
  expect(listener.mock.calls.map(([preview]) => preview.key)).toEqual(['1']);
  previews.receive(id, frame('2'));
  previews.receive(id, frame('3'));
  vi.advanceTimersByTime(DELIVERY_MILLISECONDS - 10);
  expect(listener).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(20);
  expect(listener.mock.calls.map(([preview]) => preview.key)).toEqual(['1', '3']);
});

test('a late listener gets what is known; a frame for nobody is dropped', () => {
  const { hub: previews, sink } = hub();
  const stop = previews.add('a.output', spec, vi.fn());
  const id = sink.watch.mock.calls[0]![0] as number;
  previews.receive(id, frame('1'));
  vi.runAllTimers();
  const late = vi.fn();
  const stopLate = previews.add('a.output', spec, late);
  vi.runAllTimers();
  expect(late).toHaveBeenCalledTimes(1);
  stop();
  stopLate();
  previews.receive(id, frame('2'));
  vi.runAllTimers();
  expect(late).toHaveBeenCalledTimes(1);
});

test('another document forgets frames but keeps watches', () => {
  const { hub: previews, sink } = hub();
  previews.add('a.output', spec, vi.fn());
  previews.receive(sink.watch.mock.calls[0]![0] as number, frame('1'));
  previews.forget();
  const late = vi.fn();
  previews.add('a.output', spec, late);
  vi.runAllTimers();
  expect(late).not.toHaveBeenCalled();
  expect([...previews.ports]).toEqual(['a.output']);
});

test('it is told when what has come is delivered and drawn: with the next frame if nothing waits', () => {
  const { hub: previews, sink } = hub();
  const listener = vi.fn();
  previews.add('a.output', spec, listener);
  const told = vi.fn(() => expect(listener).toHaveBeenCalledTimes(1));
  previews.receive(sink.watch.mock.calls[0]![0] as number, frame('1'));
  previews.whenDelivered(told);
  expect(told).not.toHaveBeenCalled();
  vi.runAllTimers();
  expect(told).toHaveBeenCalledTimes(1);
  previews.whenDelivered(told);
  expect(told).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(FRAME_MILLISECONDS);
  expect(told).toHaveBeenCalledTimes(2);
});
