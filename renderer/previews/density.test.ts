import { expect, test, vi } from 'vitest';
import { ScreenDensity, stepOf, ZoomedDensity } from './density.ts';

/** A window that can be moved to another screen. */
function fakeScreen(ratio: number) {
  const listeners = new Set<() => void>();
  const asked: string[] = [];
  const screen = {
    devicePixelRatio: ratio,
    matchMedia: (query: string) => {
      asked.push(query);
      const query_ = {
        addEventListener: (_: string, listener: () => void) => listeners.add(listener),
        removeEventListener: (_: string, listener: () => void) => listeners.delete(listener),
      };
      return query_ as unknown as MediaQueryList;
    },
  };
  const move = (to: number): void => {
    screen.devicePixelRatio = to;
    const told = [...listeners];
    listeners.clear();
    for (const listener of told) listener();
  };
  return { screen, asked, listeners, move };
}

test('a window that moves to a denser screen, and on to another, is followed until nobody listens', () => {
  const { screen, asked, listeners, move } = fakeScreen(1);
  const density = new ScreenDensity(screen);
  const seen: number[] = [];
  const stop = density.subscribe(() => seen.push(density.current));
  move(2);
  move(1.5);
  expect(seen).toEqual([2, 1.5]);
  expect(asked).toEqual(['(resolution: 1dppx)', '(resolution: 2dppx)', '(resolution: 1.5dppx)']);
  stop();
  expect(listeners.size).toBe(0);
});

test('a zoom counts once it rests, by steps of √2 from above, and to a limit', () => {
  vi.useFakeTimers();
  try {
    const { screen, move } = fakeScreen(2);
    const density = new ZoomedDensity(new ScreenDensity(screen));
    const seen: number[] = [];
    const stop = density.subscribe(() => seen.push(density.current));
    density.setZoom(0.4);
    density.setZoom(0.5);
    expect(density.current).toBe(2);
    vi.runAllTimers();
    expect(density.current).toBe(1);
    density.setZoom(0.45);
    vi.runAllTimers();
    move(1);
    density.setZoom(3);
    vi.runAllTimers();
    move(3);
    expect(seen).toEqual([1, 0.5, 4, 6]);
    density.setZoom(1);
    stop();
    vi.runAllTimers();
    expect(seen).toHaveLength(4);
  } finally {
    vi.useRealTimers();
  }
});

test('steps are never below the zoom, nor a whole √2 above it', () => {
  expect([0.5, 1, 2].map(stepOf)).toEqual([0.5, 1, 2]);
  for (let zoom = 0.08; zoom < 3; zoom *= 1.03) {
    expect(stepOf(zoom)).toBeGreaterThanOrEqual(zoom * 0.999);
    expect(stepOf(zoom)).toBeLessThan(zoom * Math.SQRT2 * 1.001);
  }
});
