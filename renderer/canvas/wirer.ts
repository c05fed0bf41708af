/**
 * A wire in hand, from the press on a port to its drop: which ports fit, which one is near, and what the drop does.
 * React Flow's own connecting knows neither why a port does not fit nor how to pick a wire up by its end.
 */
import type { Edge } from '../../graph/schema.ts';
import type { CanvasActions } from './actions.ts';
import { portKey, type CanvasStore, type Fit, type PortRef } from './canvas-store.ts';
import type { Point } from './geometry.ts';
import { nearestPort, oppositePorts, portOfBody, wireBetween, type PlacedNode } from './ports.ts';

/** On screen, in CSS pixels: how near a port the pointer has to come, and how far it has to go to mean a drag. */
const SNAP = 26;
const SLOP = 4;

export interface WirerOptions {
  readonly store: CanvasStore;
  readonly actions: CanvasActions;
  readonly placed: () => readonly PlacedNode[];
  readonly toCanvas: (point: Point) => Point;
  readonly zoom: () => number;
  /** A wire was dropped on the empty canvas: what could it go to? */
  readonly onDropOnEmpty: (from: PortRef, at: Point) => void;
}

export class Wirer {
  readonly #options: WirerOptions;
  #end: (() => void) | null = null;

  constructor(options: WirerOptions) {
    this.#options = options;
  }

  /** Begins at a press on a port. On an input that is wired, the wire is picked up by this end. */
  start(
    port: PortRef,
    press: { readonly clientX: number; readonly clientY: number; readonly pointerId: number },
  ): void {
    this.cancel();
    const { store, actions, toCanvas } = this.#options;
    const detached = port.side === 'input' ? actions.wireInto(port) : null;
    const from: PortRef = detached ? { nodeId: detached.from[0], side: 'output', port: detached.from[1] } : port;
    const pressed = { x: press.clientX, y: press.clientY };
    let dragging = false;

    const move = (event: PointerEvent): void => {
      if (event.pointerId !== press.pointerId) return;
      const at = { x: event.clientX, y: event.clientY };
      if (!dragging && Math.hypot(at.x - pressed.x, at.y - pressed.y) < SLOP) return;
      dragging = true;
      this.#move(from, detached, toCanvas(at));
    };
    const up = (event: PointerEvent): void => {
      if (event.pointerId !== press.pointerId) return;
      const { wiring } = store.getState();
      this.cancel();
      if (wiring) this.#drop(from, detached, wiring.over, { x: event.clientX, y: event.clientY });
    };
    const escape = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      event.stopPropagation();
      this.cancel();
    };
    const cancel = (): void => this.cancel();
    window.addEventListener('pointermove', move);
    window.addEventListener('pointerup', up);
    window.addEventListener('pointercancel', cancel);
    window.addEventListener('keydown', escape, { capture: true });
    this.#end = () => {
      window.removeEventListener('pointermove', move);
      window.removeEventListener('pointerup', up);
      window.removeEventListener('pointercancel', cancel);
      window.removeEventListener('keydown', escape, { capture: true });
    };
  }

  /** Every port at which a wire from `from` could end, with the reason where it could not. */
  fits(from: PortRef): ReadonlyMap<string, Fit> {
    const { actions, placed } = this.#options;
    const check = actions.check();
    return new Map(oppositePorts(placed(), from).map((port) => [portKey(port), check(wireBetween(from, port))]));
  }

  /** Lets the wire go: a picked up one is back in its place. */
  cancel(): void {
    this.#end?.();
    this.#end = null;
    this.#options.store.setState({ wiring: null });
  }

  #move(from: PortRef, detached: Edge | null, pointer: Point): void {
    const { store, placed, zoom } = this.#options;
    const fits = store.getState().wiring?.fits ?? this.fits(from);
    const side = from.side === 'input' ? 'output' : 'input';
    const near = nearestPort(placed(), side, pointer, SNAP / zoom());
    const over =
      near && fits.has(portKey(near))
        ? near
        : portOfBody(placed(), side, pointer, (port) => fits.get(portKey(port)) === true);
    store.setState({ wiring: { from, detached, pointer, fits, over } });
  }

  #drop(from: PortRef, detached: Edge | null, over: PortRef | null, at: Point): void {
    const { actions, onDropOnEmpty } = this.#options;
    if (over === null) {
      if (detached) actions.disconnect(detached);
      else onDropOnEmpty(from, at);
      return;
    }
    actions.rewire(detached, wireBetween(from, over));
  }
}
