/**
 * What a wheel event asks of the canvas. Browsers do not say which device made it: a mouse's wheel turns in notches on
 * one axis, two fingers on a touchpad give small steps on both, and a pinch comes as a wheel with Ctrl.
 */
import type { Point } from './geometry.ts';

export type WheelAct =
  /** The canvas moves by so many CSS pixels. */
  | { readonly kind: 'pan'; readonly by: Point }
  /** It grows about the pointer. */
  | { readonly kind: 'zoom'; readonly factor: number };

export type WheelFacts = Pick<WheelEvent, 'deltaX' | 'deltaY' | 'deltaMode' | 'ctrlKey' | 'metaKey' | 'shiftKey'> & {
  /** Older than the standard, but it tells notches: 120 each, whatever the scale of the screen. */
  readonly wheelDeltaX?: number;
  readonly wheelDeltaY?: number;
  readonly timeStamp: number;
};

/** Fingers that glide on give steps as large as a notch: what began as theirs stays so this long, in milliseconds. */
const SAME_GESTURE = 200;
const NOTCH = 120;
/** The least that a notch is in pixels where `wheelDelta` does not tell. */
const NOTCH_PIXELS = 100;
/** `deltaMode` 1 counts lines, 2 pages. */
const LINE_PIXELS = 20;
const PAGE_PIXELS = 400;
/** A notch of 100 pixels makes the canvas larger or smaller by a seventh. */
const ZOOM_PER_PIXEL = Math.LN2 * 0.002;
/** As browsers make a wheel of a pinch: fingers that part by a hundredth are one pixel. */
const PINCH_PER_PIXEL = 0.01;

/** Reads the events of one canvas in their order. */
export class WheelReader {
  #fingersUntil = Number.NEGATIVE_INFINITY;

  read(event: WheelFacts): WheelAct {
    const x = pixels(event.deltaX, event.deltaMode);
    const y = pixels(event.deltaY, event.deltaMode);
    const fingers = event.timeStamp < this.#fingersUntil || !isNotch(event);
    if (fingers) this.#fingersUntil = event.timeStamp + SAME_GESTURE;
    if (event.ctrlKey || event.metaKey) {
      return { kind: 'zoom', factor: Math.exp(-(y || x) * (fingers ? PINCH_PER_PIXEL : ZOOM_PER_PIXEL)) };
    }
    if (fingers) return { kind: 'pan', by: { x: -x, y: -y } };
    // Some systems turn a wheel with Shift into one along the other axis, some leave it to the page.
    if (event.shiftKey || y === 0) return { kind: 'pan', by: { x: -(x || y), y: 0 } };
    return { kind: 'zoom', factor: Math.exp(-y * ZOOM_PER_PIXEL) };
  }
}

function pixels(delta: number, mode: number): number {
  if (mode === 1) return delta * LINE_PIXELS;
  return mode === 2 ? delta * PAGE_PIXELS : delta;
}

/** Whether a wheel with notches may have made it. */
function isNotch({ deltaX, deltaY, deltaMode, wheelDeltaX = 0, wheelDeltaY = 0 }: WheelFacts): boolean {
  if (deltaX !== 0 && deltaY !== 0) return false;
  if (deltaMode !== 0) return true;
  const turned = wheelDeltaY || wheelDeltaX;
  if (turned !== 0 && turned % NOTCH === 0) return true;
  const delta = deltaY || deltaX;
  return Number.isInteger(delta) && Math.abs(delta) >= NOTCH_PIXELS;
}
