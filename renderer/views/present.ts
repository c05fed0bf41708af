/** A view without a card: its answers are fetched once, its pictures decoded, and it is painted on a canvas of its own. */
import { createTokenizers } from '../../nodes/text/tokenizers.ts';
import type { App } from '../app-context.ts';
import { formatNumber } from '../previews/format.ts';
import type { Picture } from '../previews/painter.ts';
import { PictureCache } from '../previews/pictures.ts';
import type { Palette } from '../previews/palette.ts';
import { fitted, type WantedPicture } from '../previews/use-picture.ts';
import { Fetcher, wishesOf } from './fetcher.ts';
import { VIEWS } from './registry.ts';
import { fitText, MONO, SANS } from './text.ts';
import type { Shown, Size, ViewSubject } from './view.ts';

/** A view that has nothing to show. */
export class ViewError extends Error {
  override readonly name = 'ViewError';
}

const PATIENCE = 5_000;

/** @throws {ViewError} if nothing is wired, or no run has computed it. */
export async function present(app: App, subject: ViewSubject): Promise<Shown> {
  const record = VIEWS[subject.kind];
  const wishes = wishesOf(subject, record.wishes(subject));
  if (wishes.length === 0) throw new ViewError(`nothing is wired to ${subject.name}`);
  const { promise, resolve, reject } = Promise.withResolvers<Shown>();
  const tokenizers = createTokenizers();
  const { assets } = app.document.getState().document;
  const fetcher = new Fetcher(app.session, () => {
    const answers = fetcher.answers(wishes);
    if (!answers) return;
    const shown = record.show(subject, answers, (spec) => {
      const found = tokenizers.find(spec, assets);
      return 'fault' in found ? null : found;
    });
    resolve(shown);
  });
  const timer = setTimeout(
    () => reject(new ViewError(`${subject.name} has no value yet; run the graph first`)),
    PATIENCE,
  );
  fetcher.follow(wishes);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    fetcher.dispose();
  }
}

const MARGIN = 24;
const TITLE = 30;
const FOOT = 46;
const DENSITY = 2;

/** The view with its title, legend and note, so that it stands for itself; `size` is that of the painting alone. */
export async function drawPicture(
  app: App,
  subject: ViewSubject,
  shown: Shown,
  palette: Palette,
  size: Size,
): Promise<HTMLCanvasElement> {
  const canvas = document.createElement('canvas');
  const [width, height] = [size.width + 2 * MARGIN, size.height + 2 * MARGIN + TITLE + FOOT];
  canvas.width = width * DENSITY;
  canvas.height = height * DENSITY;
  const context = canvas.getContext('2d');
  if (!context) throw new ViewError('this browser gives no 2D canvas');
  const pictures = await decode(app, shown.pictures);
  context.scale(DENSITY, DENSITY);
  context.fillStyle = palette.token('--node');
  context.fillRect(0, 0, width, height);
  context.fillStyle = palette.token('--text');
  context.font = `600 15px ${SANS}`;
  context.textBaseline = 'middle';
  const measure = (text: string) => context.measureText(text).width;
  context.fillText(fitText(measure, subject.name, size.width), MARGIN, MARGIN + TITLE / 2 - 5);
  context.translate(MARGIN, MARGIN + TITLE);
  shown.paint({ context, palette, ...size, pictureOf: ({ assetId }) => pictures.get(assetId) ?? null }, null);
  drawFoot(context, palette, shown, size);
  return canvas;
}

function drawFoot(context: CanvasRenderingContext2D, palette: Palette, shown: Shown, { width, height }: Size): void {
  const legend = shown.legend(null);
  context.font = `11px ${MONO}`;
  context.textBaseline = 'middle';
  context.fillStyle = palette.token('--muted');
  if (legend) {
    const [from, to] = [80, width - 80];
    const table = palette.table(legend.map);
    for (let x = from; x < to; x++) {
      const code = 3 * Math.round(((x - from) / (to - from - 1)) * 255);
      context.fillStyle = `rgb(${table[code]} ${table[code + 1]} ${table[code + 2]})`;
      context.fillRect(x, height + 16, 1.5, 8);
    }
    context.fillStyle = palette.token('--muted');
    context.textAlign = 'left';
    context.fillText(formatNumber(legend.range.min), 0, height + 20);
    context.textAlign = 'right';
    context.fillText(formatNumber(legend.range.max), width, height + 20);
  }
  context.textAlign = 'left';
  context.fillText(
    fitText((text) => context.measureText(text).width, shown.note(null), width),
    0,
    height + FOOT - 8,
  );
}

async function decode(app: App, wanted: readonly WantedPicture[]): Promise<ReadonlyMap<string, Picture>> {
  const { document: graph, file } = app.document.getState();
  const cache = new PictureCache((...asset) => app.platform.readAsset(...asset));
  const decoded = await Promise.all(
    wanted.map(async ({ assetId, fit, aspect }) => {
      const asset = graph.assets.find(({ id }) => id === assetId);
      const bitmap = asset ? await cache.get(asset, file) : null;
      return bitmap ? ([assetId, { bitmap, ...fitted(bitmap, aspect, fit), aspect }] as const) : null;
    }),
  );
  return new Map(decoded.filter((entry) => entry !== null));
}
