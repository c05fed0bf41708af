/**
 * One preview on screen: watches its value while it is visible, paints it, writes its legend and says it aloud. Lives
 * outside React, because a run repaints every visible node ten times a second.
 */
import type { Preview } from '../../gpu/runtime/types.ts';
import type { PortPath } from '../../graph/instance.ts';
import type { PortType } from '../../graph/signature.ts';
import type { SessionApi } from '../session/session-api.ts';
import type { Density } from './density.ts';
import { describePreview } from './describe.ts';
import { formatExact, formatNumber } from './format.ts';
import { legendOf, Painter, sceneBox, type Legend, type Picture } from './painter.ts';
import type { Palette } from './palette.ts';
import { pointAt, type PreviewPlan } from './plan.ts';

/** What a preview writes to. */
export interface PreviewElements {
  readonly canvas: HTMLCanvasElement;
  /** Where the value under the pointer is written; null where it is not shown. */
  readonly tip: HTMLElement | null;
  /** Writes the numbers beside the picture; null for no value. */
  readonly caption: (
    shown: { readonly preview: Preview; readonly legend: Legend | null; readonly palette: Palette } | null,
  ) => void;
}

export interface PreviewSubject {
  readonly path: PortPath;
  readonly plan: PreviewPlan;
  readonly type: PortType;
  readonly palette: Palette;
  readonly picture: Picture | null;
  /** `q_proj output, batch 1, patches 196`: begins the sentence that is read aloud. */
  readonly what: string;
}

/** The pointer rests this long before an element is read from the device. */
const REST = 60;

export class PreviewView {
  readonly #elements: PreviewElements;
  readonly #painter: Painter;
  readonly #session: SessionApi;
  readonly #observer: IntersectionObserver;
  readonly #resized: ResizeObserver;
  readonly #density: Density;
  readonly #unfollow: () => void;
  #subject: PreviewSubject | null = null;
  #preview: Preview | null = null;
  /** What the session said its values were of when the preview came. */
  #previewOf: number | null = null;
  #size = { width: 0, height: 0 };
  #visible = false;
  /** False while the value is not known: the subject is the last one that was. */
  #watched = false;
  #unwatch: (() => void) | null = null;
  /** What is watched, so that a render which changes nothing does not ask again. */
  #watching: string | null = null;
  #described: { readonly subject: PreviewSubject | null; readonly preview: Preview | null } | null = null;
  #frame = 0;
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor(elements: PreviewElements, session: SessionApi, density: Density) {
    this.#elements = elements;
    this.#painter = new Painter(elements.canvas);
    this.#session = session;
    this.#observer = new IntersectionObserver((entries) => {
      const visible = entries.at(-1)!.isIntersecting;
      if (visible && !this.#visible) this.#dropOld();
      this.#visible = visible;
      this.#follow();
    });
    this.#observer.observe(elements.canvas);
    this.#resized = new ResizeObserver((entries) => {
      // In canvas units, whatever the zoom; to ask the element would have the page laid out for each preview.
      const { inlineSize, blockSize } = entries.at(-1)!.borderBoxSize[0]!;
      this.#size = { width: Math.round(inlineSize), height: Math.round(blockSize) };
      this.#repaint();
    });
    this.#resized.observe(elements.canvas);
    this.#density = density;
    this.#unfollow = density.subscribe(() => this.#repaint());
  }

  /**
   * Shows another value, or the same in another way. Null where none is known for now: what was shown stays, for the
   * node to dim, and is no longer followed.
   */
  show(subject: PreviewSubject | null): void {
    if (subject === null) {
      this.#watched = false;
      this.#follow();
      return;
    }
    const same = subject.path === this.#subject?.path && subject.plan.scene.kind === this.#subject.plan.scene.kind;
    if (!same) this.#preview = null;
    this.#subject = subject;
    this.#watched = true;
    this.#follow();
    this.#repaint();
  }

  /** The latest preview, as it is copied or described elsewhere. */
  get preview(): Preview | null {
    return this.#preview;
  }

  /** Writes the value at a place of the canvas (0 … 1 from left and top) beside the pointer; null takes it away. */
  point(place: { readonly x: number; readonly y: number } | null): void {
    clearTimeout(this.#rest);
    const { tip } = this.#elements;
    if (!tip) return;
    if (place === null || !this.#subject || !this.#preview) {
      tip.hidden = true;
      return;
    }
    const { u, v } = this.#within(place);
    const pointed = pointAt(this.#subject.plan, this.#subject.type, u, v);
    if (pointed === null) {
      tip.hidden = true;
      return;
    }
    if (pointed.kind === 'cell') {
      this.#writeTip(
        `(${pointed.row}, ${pointed.column})  mean ${formatNumber(this.#cell(pointed.row, pointed.column))}`,
      );
      return;
    }
    const { path } = this.#subject;
    const where = `[${pointed.index.join(', ')}]`;
    this.#rest = setTimeout(() => {
      this.#session.valueAt(path, pointed.index).then(
        (value) => this.#writeTip(`${where}  ${formatExact(value)}`),
        () => this.#writeTip(`${where}  not computed`),
      );
    }, REST);
  }

  /** Row-major patch at a place of the canvas; null outside, or where no patches are shown. */
  patchAt(place: { readonly x: number; readonly y: number }): number | null {
    const scene = this.#subject?.plan.scene;
    if (scene?.kind !== 'attention') return null;
    const { u, v } = this.#within(place);
    if (u < 0 || v < 0 || u >= 1 || v >= 1) return null;
    return Math.floor(v * scene.side) * scene.side + Math.floor(u * scene.side);
  }

  dispose(): void {
    clearTimeout(this.#rest);
    cancelAnimationFrame(this.#frame);
    this.#observer.disconnect();
    this.#resized.disconnect();
    this.#unfollow();
    this.#unwatch?.();
    this.#unwatch = null;
  }

  /** Out of sight nothing was followed: a number of before is not shown until that of now has come. */
  #dropOld(): void {
    if (this.#preview === null || this.#previewOf === this.#session.valuesOf) return;
    this.#preview = null;
    this.#repaint();
  }

  #follow(): void {
    const subject = this.#visible && this.#watched ? this.#subject : null;
    const watching = subject && JSON.stringify([subject.path, subject.plan.spec]);
    if (watching === this.#watching) return;
    this.#unwatch?.();
    this.#unwatch = null;
    this.#watching = watching;
    if (!subject) return;
    this.#unwatch = this.#session.watch(subject.path, subject.plan.spec, (preview) => {
      this.#preview = preview;
      this.#previewOf = this.#session.valuesOf;
      this.#repaint();
    });
  }

  #repaint(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => {
      this.#paint();
      this.#caption();
    });
  }

  #paint(): void {
    const { width, height } = this.#size;
    if (!this.#subject || width === 0 || height === 0) return;
    const { plan, picture, palette } = this.#subject;
    this.#painter.paint(
      { scene: plan.scene, preview: this.#preview, picture, palette },
      width,
      height,
      this.#density.current,
    );
  }

  #caption(): void {
    const { caption } = this.#elements;
    const [subject, preview] = [this.#subject, this.#preview];
    this.#describe(subject, preview);
    if (!subject || !preview) {
      caption(null);
      return;
    }
    const legend = legendOf({ scene: subject.plan.scene, preview });
    caption({ preview, legend, palette: subject.palette });
  }

  /** The canvas has no text of its own. A picture that is painted anew with the same value is not described anew. */
  #describe(subject: PreviewSubject | null, preview: Preview | null): void {
    if (this.#described && this.#described.subject === subject && this.#described.preview === preview) return;
    this.#described = { subject, preview };
    const none = subject ? `${subject.what}: no value yet.` : 'No value.';
    const text = subject && preview ? describePreview(subject.what, subject.plan, preview) : none;
    this.#elements.canvas.setAttribute('aria-label', text);
  }

  #within({ x, y }: { readonly x: number; readonly y: number }): { u: number; v: number } {
    const { width, height } = this.#size;
    const { plan, picture } = this.#subject!;
    const box = sceneBox({ scene: plan.scene, preview: this.#preview, picture }, width, height);
    return { u: (x * width - box.x) / box.width, v: (y * height - box.y) / box.height };
  }

  #cell(row: number, column: number): number {
    const { thumbnail } = this.#preview!;
    const code = thumbnail.codes[row * thumbnail.width + column] ?? 0;
    return thumbnail.min + (code / 255) * (thumbnail.max - thumbnail.min);
  }

  #writeTip(text: string): void {
    const { tip } = this.#elements;
    if (!tip) return;
    tip.textContent = text;
    tip.hidden = false;
  }
}
