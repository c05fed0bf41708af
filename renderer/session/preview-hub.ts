/** Previews on the main thread: who watches what, the latest frame of each, and at most ten deliveries a second. */
import type { PortPath } from '../../graph/instance.ts';
import type { Preview, PreviewSpec } from '../../gpu/runtime/types.ts';
import type { FromGpu, WatchId } from './protocol.ts';
import type { PreviewListener } from './session-api.ts';

/** Ten a second: repainting a hundred canvases more often would take the main thread for itself. */
export const DELIVERY_MILLISECONDS = 100;

interface Watch {
  readonly id: WatchId;
  readonly port: PortPath;
  readonly spec: PreviewSpec;
  readonly listeners: Set<PreviewListener>;
  latest: Preview | undefined;
}

export interface WatchSink {
  watch(id: WatchId, port: PortPath, spec: PreviewSpec): void;
  unwatch(id: WatchId): void;
}

export class PreviewHub {
  readonly #sink: WatchSink;
  readonly #byKey = new Map<string, Watch>();
  readonly #byId = new Map<WatchId, Watch>();
  readonly #fresh = new Set<Watch>();
  #afterDelivery: (() => void)[] = [];
  #nextId: WatchId = 1;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #deliveredAt = Number.NEGATIVE_INFINITY;

  constructor(sink: WatchSink) {
    this.#sink = sink;
  }

  /** Every port that somebody watches. */
  get ports(): ReadonlySet<PortPath> {
    return new Set(this.#byId.values().map(({ port }) => port));
  }

  /** Several listeners of one port and spec share one watch. What is known already is delivered in the next frame. */
  add(port: PortPath, spec: PreviewSpec, listener: PreviewListener): () => void {
    const key = keyOf(port, spec);
    let watch = this.#byKey.get(key);
    if (!watch) {
      watch = { id: this.#nextId++, port, spec, listeners: new Set(), latest: undefined };
      this.#byKey.set(key, watch);
      this.#byId.set(watch.id, watch);
      this.#sink.watch(watch.id, port, spec);
    }
    watch.listeners.add(listener);
    if (watch.latest) this.#deliverSoon(watch);
    return () => this.#remove(key, watch, listener);
  }

  /** Watches everything anew: the thread that knew what is watched has ended. */
  watchAgain(): void {
    for (const { id, port, spec } of this.#byId.values()) this.#sink.watch(id, port, spec);
  }

  /** @returns whether the message was of a preview. */
  take(message: FromGpu): message is Extract<FromGpu, { kind: 'preview' | 'preview-failed' }> {
    switch (message.kind) {
      case 'preview':
        this.receive(message.watch, message.preview);
        return true;
      case 'preview-failed':
        // A fault of ours, not of the graph: values go on.
        console.error(`Preview: ${message.message}`);
        return true;
      default:
        return false;
    }
  }

  /** A frame from the GPU worker. One for a watch that is gone is dropped; of several before a delivery, the last counts. */
  receive(id: WatchId, preview: Preview): void {
    const watch = this.#byId.get(id);
    if (!watch) return;
    watch.latest = preview;
    this.#deliverSoon(watch);
  }

  /** Calls back once everything that has come is delivered, and drawn: who is delivered to draws in the next frame. */
  whenDelivered(callback: () => void): void {
    const drawn = (): void => void requestAnimationFrame(callback);
    if (this.#timer === undefined) drawn();
    else this.#afterDelivery.push(drawn);
  }

  /** Another document: what was seen of the one before must not appear on it. */
  forget(): void {
    for (const watch of this.#byId.values()) watch.latest = undefined;
    this.#fresh.clear();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#byKey.clear();
    this.#byId.clear();
    this.#fresh.clear();
    this.#afterDelivery = [];
  }

  #remove(key: string, watch: Watch, listener: PreviewListener): void {
    watch.listeners.delete(listener);
    if (watch.listeners.size > 0 || this.#byId.get(watch.id) !== watch) return;
    this.#byKey.delete(key);
    this.#byId.delete(watch.id);
    this.#fresh.delete(watch);
    this.#sink.unwatch(watch.id);
  }

  #deliverSoon(watch: Watch): void {
    this.#fresh.add(watch);
    if (this.#timer !== undefined) return;
    const wait = Math.max(0, this.#deliveredAt + DELIVERY_MILLISECONDS - performance.now());
    this.#timer = setTimeout(() => this.#deliver(), wait);
  }

  #deliver(): void {
    this.#timer = undefined;
    this.#deliveredAt = performance.now();
    const watches = [...this.#fresh];
    this.#fresh.clear();
    for (const { latest, listeners } of watches) {
      if (latest) for (const listener of listeners) listener(latest);
    }
    const callbacks = this.#afterDelivery;
    this.#afterDelivery = [];
    for (const callback of callbacks) callback();
  }
}

function keyOf(port: PortPath, { index, maxSide, view }: PreviewSpec): string {
  return `${port} ${view} ${maxSide} ${index.join(',')}`;
}
