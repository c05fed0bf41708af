/**
 * How many pixels a canvas has per CSS pixel, so that it is as sharp as the screen is: those of the screen, times how
 * large the canvas of the graph is drawn. Outside React, because what is painted follows it without a render.
 */
import { useState } from 'react';

export interface Density {
  readonly current: number;
  /** Calls when it is another one: what is painted has to be painted anew. @returns unsubscribes. */
  subscribe(listener: () => void): () => void;
}

type ScreenFacts = Pick<Window, 'devicePixelRatio' | 'matchMedia'>;

/** Beyond this nobody sees more, and a picture of the whole window would take hundreds of megabytes. */
const MOST = 6;
/** While the zoom moves, pictures are scaled as they are; so long after, in milliseconds, they are painted for it. */
const REST = 150;

/** Follows the window to another screen, and the zoom of the browser. */
export class ScreenDensity implements Density {
  readonly #screen: ScreenFacts;
  readonly #listeners = new Set<() => void>();
  #query: MediaQueryList | null = null;

  constructor(screen: ScreenFacts) {
    this.#screen = screen;
  }

  get current(): number {
    return this.#screen.devicePixelRatio;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    if (!this.#query) this.#watch();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#query?.removeEventListener('change', this.#changed);
      this.#query = null;
    };
  }

  /** A query tells that the density is no longer this one; for the next change another has to be asked. */
  #watch(): void {
    this.#query = this.#screen.matchMedia(`(resolution: ${this.#screen.devicePixelRatio}dppx)`);
    this.#query.addEventListener('change', this.#changed, { once: true });
  }

  readonly #changed = (): void => {
    this.#watch();
    this.#listeners.forEach((listener) => listener());
  };
}

/** That of a screen for what is drawn larger or smaller. */
export class ZoomedDensity implements Density {
  readonly #screen: Density;
  readonly #listeners = new Set<() => void>();
  #step = 1;
  #rest: ReturnType<typeof setTimeout> | undefined;
  #unfollow: (() => void) | null = null;

  constructor(screen: Density) {
    this.#screen = screen;
  }

  get current(): number {
    return Math.min(MOST, this.#screen.current * this.#step);
  }

  /** Takes effect once the zoom rests. */
  setZoom(zoom: number): void {
    clearTimeout(this.#rest);
    const step = stepOf(zoom);
    if (step === this.#step) return;
    this.#rest = setTimeout(() => {
      this.#step = step;
      this.#tell();
    }, REST);
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    this.#unfollow ??= this.#screen.subscribe(() => this.#tell());
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#unfollow?.();
      this.#unfollow = null;
    };
  }

  #tell(): void {
    this.#listeners.forEach((listener) => listener());
  }
}

/** The power of √2 at or above a zoom: a picture is drawn at most that much smaller than it is, which leaves no jags. */
export function stepOf(zoom: number): number {
  // Rounding must not lift a power to the next.
  return 2 ** (Math.ceil(2 * Math.log2(zoom) - 1e-6) / 2);
}

/** For what is not on the canvas of the graph. */
export function useScreenDensity(): Density {
  const [density] = useState(() => new ScreenDensity(window));
  return density;
}
