/**
 * One view on screen: watches what it needs while it is visible, reads the numbers when they change, paints, and says
 * what lies under the pointer or the cursor. Lives outside React, as the previews do.
 */
import type { Density } from '../previews/density.ts';
import type { Picture } from '../previews/painter.ts';
import type { Palette } from '../previews/palette.ts';
import type { WantedPicture } from '../previews/use-picture.ts';
import type { SessionApi } from '../session/session-api.ts';
import { keepValue } from '../stores/identity.ts';
import type { LookAt } from '../stores/view.ts';
import { Fetcher, wishesOf, type PortWish } from './fetcher.ts';
import { VIEWS } from './registry.ts';
import type { Frame, Pointed, Shown, TokenizerOf, ViewSubject } from './view.ts';

export interface ViewElements {
  readonly canvas: HTMLCanvasElement;
  /** Where the value under the pointer or the cursor is written. */
  readonly tip: HTMLElement;
  /** Writes legend and note; null for no value. */
  readonly caption: (shown: Shown | null, pointed: Pointed | null, palette: Palette) => void;
  /** The picture or the token that was clicked is looked at. */
  readonly onChoose: (look: LookAt) => void;
  /** What has to be decoded to paint it. */
  readonly onPictures: (wanted: readonly WantedPicture[]) => void;
  /** Another token of the sequence is pointed at, by its position. */
  readonly onToken: (position: number | null) => void;
}

/** What a view is painted with beside its subject. */
export interface ViewSetting {
  readonly palette: Palette;
  readonly pictureOf: (wanted: WantedPicture) => Picture | null;
  readonly tokenizerOf: TokenizerOf;
}

export class ViewController {
  readonly #elements: ViewElements;
  readonly #context: CanvasRenderingContext2D;
  readonly #fetcher: Fetcher;
  readonly #observer: IntersectionObserver;
  readonly #resized: ResizeObserver;
  readonly #density: Density;
  readonly #unfollow: () => void;
  #subject: ViewSubject | null = null;
  /** False while the subject is only the last one that was known. */
  #known = false;
  #setting: ViewSetting | null = null;
  #shown: Shown | null = null;
  #pointed: Pointed | null = null;
  #wanted: readonly WantedPicture[] = [];
  #visible = false;
  #frame = 0;

  /** @throws {Error} if the browser gives no 2D context. */
  constructor(elements: ViewElements, session: SessionApi, density: Density) {
    const context = elements.canvas.getContext('2d');
    if (!context) throw new Error('this browser gives no 2D canvas');
    this.#elements = elements;
    this.#context = context;
    this.#fetcher = new Fetcher(session, () => this.#compose());
    this.#observer = new IntersectionObserver((entries) => {
      this.#visible = entries.at(-1)!.isIntersecting;
      this.#follow();
    });
    this.#observer.observe(elements.canvas);
    this.#resized = new ResizeObserver(() => this.#repaint());
    this.#resized.observe(elements.canvas);
    this.#density = density;
    this.#unfollow = density.subscribe(() => this.#repaint());
  }

  /** Null where there is nothing to show for now: what was shown stays, for the node to dim. */
  show(subject: ViewSubject | null, setting: ViewSetting): void {
    const other = subject !== null && subject !== this.#subject;
    this.#setting = setting;
    if (subject) this.#subject = subject;
    this.#known = subject !== null;
    this.#follow();
    if (other) this.#compose();
    else this.#repaint();
  }

  /** What is shown, to be exported. */
  get shown(): Shown | null {
    return this.#shown;
  }

  /** @param place 0 … 1 from left and top of the canvas; null when the pointer leaves. */
  point(place: { readonly x: number; readonly y: number } | null): void {
    const frame = this.#room();
    const at = place && { x: place.x * frame.width, y: place.y * frame.height };
    // Not over what is pointed at.
    this.#elements.tip.toggleAttribute('data-above', at !== null && at.y > frame.height * 0.6);
    this.#moveTo((at && this.#shown?.pointAt(at, frame)) ?? null);
  }

  /** Looks from what the pointer or the cursor is on, if the view can. */
  choose(): void {
    if (this.#shown?.choose && this.#pointed) this.#elements.onChoose(this.#shown.choose(this.#pointed));
  }

  /** Moves the cursor by one cell, or to an end of its row. @returns true if the key did something. */
  press(key: string): boolean {
    const shown = this.#shown;
    if (!shown) return false;
    // Escape lets go of the cursor, and is still the card's or the dialog's.
    if (key === 'Escape') this.#moveTo(null);
    const next = moved(this.#pointed, key, shown.extent);
    if (next) this.#moveTo(next);
    return next !== null;
  }

  dispose(): void {
    cancelAnimationFrame(this.#frame);
    this.#observer.disconnect();
    this.#resized.disconnect();
    this.#unfollow();
    this.#fetcher.dispose();
  }

  #follow(): void {
    if (this.#visible && this.#known && this.#subject) this.#fetcher.follow(wishesFor(this.#subject));
    else this.#fetcher.pause();
  }

  /** Makes anew what is shown, once every wish is answered. */
  #compose(): void {
    const subject = this.#subject;
    if (!subject || !this.#setting) return;
    const wishes = wishesFor(subject);
    const answers = this.#fetcher.answers(wishes);
    if (answers && wishes.length > 0) {
      this.#shown = VIEWS[subject.kind].show(subject, answers, this.#setting.tokenizerOf);
      if (this.#pointed && this.#pointed.column >= (this.#shown.extent[this.#pointed.row] ?? 0)) this.#moveTo(null);
      const wanted = keepValue(this.#wanted, this.#shown.pictures);
      if (wanted !== this.#wanted) this.#elements.onPictures(wanted);
      this.#wanted = wanted;
      if (this.#pointed) this.#writeTip();
    }
    this.#repaint();
  }

  #moveTo(pointed: Pointed | null): void {
    const before = this.#pointed;
    if (before?.row === pointed?.row && before?.column === pointed?.column) return;
    this.#pointed = pointed;
    this.#writeTip();
    this.#elements.onToken((pointed && this.#shown?.tokenAt?.(pointed)) ?? null);
    this.#repaint();
  }

  #writeTip(): void {
    const { tip } = this.#elements;
    tip.hidden = this.#pointed === null;
    if (this.#pointed && this.#shown) tip.textContent = this.#shown.describe(this.#pointed);
  }

  #repaint(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#paint());
  }

  #paint(): void {
    const { canvas, caption } = this.#elements;
    const { width, height } = this.#room();
    if (!this.#setting || width === 0 || height === 0) return;
    const { palette, pictureOf } = this.#setting;
    caption(this.#shown, this.#pointed, palette);
    canvas.setAttribute('aria-label', this.#shown?.sentence ?? `${this.#subject?.name ?? 'View'}: no value yet.`);
    const context = this.#context;
    const density = this.#density.current;
    const [pixelWidth, pixelHeight] = [Math.round(width * density), Math.round(height * density)];
    if (canvas.width !== pixelWidth) canvas.width = pixelWidth;
    if (canvas.height !== pixelHeight) canvas.height = pixelHeight;
    context.setTransform(density, 0, 0, density, 0, 0);
    context.clearRect(0, 0, width, height);
    this.#shown?.paint({ context, width, height, palette, pictureOf }, this.#pointed);
  }

  #room(): Frame {
    // Offset sizes are in canvas units, whatever the zoom.
    const { offsetWidth: width, offsetHeight: height } = this.#elements.canvas;
    return { width, height, context: this.#context };
  }
}

function wishesFor(subject: ViewSubject): readonly PortWish[] {
  return wishesOf(subject, VIEWS[subject.kind].wishes(subject));
}

/** The cell that a key leads to; the first press goes to the first cell. */
function moved(from: Pointed | null, key: string, extent: Shown['extent']): Pointed | null {
  const steps: Readonly<Record<string, readonly [number, number]>> = {
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
    ArrowLeft: [0, -1],
    ArrowRight: [0, 1],
    Home: [0, -Infinity],
    End: [0, Infinity],
  };
  const step = steps[key];
  if (!step) return null;
  const within = (place: number, count: number): number => Math.max(0, Math.min(place, count - 1));
  const row = from ? within(from.row + step[0], extent.length) : 0;
  const columns = extent[row] ?? 0;
  return columns === 0 ? null : { row, column: from ? within(from.column + step[1], columns) : 0 };
}
