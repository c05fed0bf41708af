/** Draws a preview on one 2D canvas: the picture, the map over it, patches, bars. Knows nothing of React or the session. */
import type { Preview } from '../../gpu/runtime/types.ts';
import type { Box } from '../canvas/geometry.ts';
import type { ColourMapName } from './colour-maps.ts';
import { formatNumber } from './format.ts';
import { strokeGrid } from './grid.ts';
import { bars, chooseMap, colourPixels, contain, recode, rgbPixels, type Range } from './paint.ts';
import { IN_MEMORY, type Palette } from './palette.ts';
import type { Scene } from './plan.ts';

/** A picture, the part of it that the model is given, and where in the model's frame (0 … 1) that part lies. */
export interface Picture {
  readonly bitmap: ImageBitmap;
  readonly crop: Box;
  readonly place: Box;
  /** Width by height of the model's frame. */
  readonly aspect: number;
}

export interface Painting {
  readonly scene: Scene;
  readonly preview: Preview | null;
  /** Behind patches and attention; absent where the value does not come from a picture. */
  readonly picture: Picture | null;
  readonly palette: Palette;
}

/** What a map's colours stand for. */
export interface Legend {
  readonly map: ColourMapName;
  readonly range: Range;
}

/** Where on a canvas of this size a scene is drawn; patches stay square, matrices fill the room. */
export function sceneBox({ scene, preview, picture }: Omit<Painting, 'palette'>, width: number, height: number): Box {
  switch (scene.kind) {
    case 'image': {
      const { thumbnail } = preview ?? {};
      const aspect = picture?.aspect ?? (thumbnail ? thumbnail.width / thumbnail.height : 1);
      return contain(aspect, width, height);
    }
    case 'patches':
      return contain(scene.columns / scene.rows, width, height);
    case 'attention':
      return contain(1, width, height);
    case 'heatmap':
    case 'histogram':
    case 'number':
      return { x: 0, y: 0, width, height };
    default:
      return scene satisfies never;
  }
}

/** The map and range of a scene's colours; null where there are none. */
export function legendOf({ scene, preview }: Pick<Painting, 'scene' | 'preview'>): Legend | null {
  if (!preview || scene.kind === 'histogram' || scene.kind === 'number' || preview.thumbnail.channels !== 1)
    return null;
  const { min, max } = preview.thumbnail;
  return chooseMap({ min, max }, scene.kind === 'attention' ? 'attention' : 'values');
}

/** Draws on a canvas. */
export class Painter {
  readonly #context: CanvasRenderingContext2D;

  /** @throws {Error} if the browser gives no 2D context. */
  constructor(canvas: HTMLCanvasElement) {
    const context = canvas.getContext('2d', IN_MEMORY);
    if (!context) throw new Error('this browser gives no 2D canvas');
    this.#context = context;
  }

  /** Draws the whole canvas anew; `width` and `height` are CSS pixels, of which each is `density` wide in the picture. */
  paint(painting: Painting, width: number, height: number, density: number): void {
    const context = this.#context;
    resize(context.canvas, Math.round(width * density), Math.round(height * density));
    context.setTransform(density, 0, 0, density, 0, 0);
    context.clearRect(0, 0, width, height);
    const box = sceneBox(painting, width, height);
    const { scene } = painting;
    switch (scene.kind) {
      case 'image':
        if (painting.picture) this.#picture(painting, box, 'none');
        else this.#thumbnail(painting, box, 1);
        return;
      case 'heatmap':
        this.#thumbnail(painting, box, 1);
        return;
      case 'patches':
        this.#picture(painting, box, 'none');
        this.#thumbnail(painting, box, painting.picture ? 0.55 : 1);
        strokeGrid(context, box, scene.rows, scene.columns, 'rgb(255 255 255 / 0.35)');
        return;
      case 'attention':
        this.#picture(painting, box, 'grayscale(0.55) brightness(0.8)');
        this.#thumbnail(painting, box, painting.picture ? 0.7 : 1);
        strokeGrid(context, box, scene.side, scene.side, 'rgb(0 0 0 / 0.25)');
        mark(context, box, scene.side, scene.patch);
        return;
      case 'histogram':
        histogram(context, painting, width, height);
        return;
      case 'number':
        number(context, painting, width, height);
        return;
      default:
        scene satisfies never;
    }
  }

  #picture({ picture }: Painting, box: Box, filter: string): void {
    if (!picture) return;
    const context = this.#context;
    const { bitmap, crop, place } = picture;
    const [left, top] = [box.x + place.x * box.width, box.y + place.y * box.height];
    context.filter = filter;
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = 'medium';
    context.drawImage(
      bitmap,
      crop.x,
      crop.y,
      crop.width,
      crop.height,
      left,
      top,
      place.width * box.width,
      place.height * box.height,
    );
    context.filter = 'none';
  }

  #thumbnail(painting: Painting, box: Box, opacity: number): void {
    if (!painting.preview) return;
    const { width, height, channels, codes } = painting.preview.thumbnail;
    if (width === 0 || height === 0) return;
    const legend = legendOf(painting);
    const pixels =
      legend === null || channels === 3
        ? rgbPixels(codes)
        : colourPixels(codes, painting.palette.table(legend.map), recode(painting.preview.thumbnail, legend.range));
    const image = painting.palette.image(pixels, width, height);
    const context = this.#context;
    context.globalAlpha = opacity;
    // Enlarged, every code is to be seen as it is; a picture of many pixels is smoothed when it shrinks.
    context.imageSmoothingEnabled = width > box.width * 1.5;
    context.drawImage(image, box.x, box.y, box.width, box.height);
    context.globalAlpha = 1;
  }
}

function resize(canvas: { width: number; height: number }, width: number, height: number): void {
  // Setting a size clears the canvas even where it is the same.
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}

/** The chosen patch: white with a dark rim, to be seen on any picture. */
function mark(context: CanvasRenderingContext2D, box: Box, side: number, patch: number): void {
  const cell = box.width / side;
  const x = box.x + (patch % side) * cell;
  const y = box.y + Math.floor(patch / side) * cell;
  context.lineWidth = 3.5;
  context.strokeStyle = 'rgb(0 0 0 / 0.55)';
  context.strokeRect(x, y, cell, cell);
  context.lineWidth = 1.75;
  context.strokeStyle = '#ffffff';
  context.strokeRect(x, y, cell, cell);
}

function histogram(context: CanvasRenderingContext2D, painting: Painting, width: number, height: number): void {
  const { preview, palette } = painting;
  if (!preview) return;
  const columns = Math.min(64, Math.floor(width / 3));
  const step = width / columns;
  context.fillStyle = palette.token('--tensor');
  bars(preview.histogram, columns).forEach((bar, column) => {
    if (bar === 0) return;
    // A bin that holds anything is seen.
    const tall = Math.max(1, bar * (height - 2));
    context.fillRect(column * step, height - tall, Math.max(1, step - 1), tall);
  });
  const { min, max } = preview.statistics;
  if (min >= 0 || max <= 0) return;
  const zero = (-min / (max - min)) * width;
  context.fillStyle = palette.token('--muted');
  context.fillRect(zero - 0.5, 0, 1, height);
}

function number(context: CanvasRenderingContext2D, painting: Painting, width: number, height: number): void {
  const { preview, palette } = painting;
  if (!preview) return;
  context.fillStyle = palette.token('--text');
  context.font = `500 24px 'JetBrains Mono Variable', ui-monospace, monospace`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(formatNumber(preview.statistics.mean), width / 2, height / 2);
}
