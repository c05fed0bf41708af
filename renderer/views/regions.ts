/** Regions of an attention matrix: where its positions are patches, words or padding, set apart and labelled. */
import type { Box } from '../canvas/geometry.ts';
import { attentionTokens, type AttentionAxes } from './attention.ts';
import { fitText, MONO, SANS } from './text.ts';
import { KIND_COLOURS, runsOf, type Token, type TokenKind, type TokenRun } from './tokens.ts';
import type { Frame, Pointed, Surface, ViewSubject } from './view.ts';

/** Width of the bands that mark what the positions are. */
const BAND = 5;
const LABEL = 14;
const GAP = 3;
/** Words along the axes, where the cells are as tall as a line of them and there is room beside. */
const WORD_STEP = 12;
const WORD_ROOM = 78;
const WORD_FRAME = 480;

/** What a region is called. */
export const REGION_TITLES: Readonly<Record<TokenKind, string>> = { image: 'image', text: 'text', pad: 'pad' };

export interface Regions {
  readonly rows: readonly TokenRun[];
  readonly columns: readonly TokenRun[];
}

/** By the tokens, or else by the number of image tokens in front; none where nothing is told. */
export function regionsOf(
  { params }: ViewSubject,
  tokens: readonly Token[] | null,
  count: number,
): readonly TokenRun[] {
  const image = params['image_tokens']?.value;
  if (typeof image === 'number' && image > 0 && image < count) {
    return [
      { kind: 'image', start: 0, count: image },
      { kind: 'text', start: image, count: count - image },
    ];
  }
  return tokens ? runsOf(tokens) : [];
}

type Words = ReturnType<typeof attentionTokens>;

/** Room beside the cells: bands and titles of the regions, and beyond them the words. */
export interface Margins {
  readonly left: number;
  readonly top: number;
  /** How much of it is for words; 0 where they have no room. */
  readonly words: number;
}

export function marginsOf(frame: Frame, regions: Regions, words: Words, { queries, keys }: AttentionAxes): Margins {
  const band = (runs: readonly TokenRun[]): number => (runs.length > 0 ? LABEL + BAND + GAP : 0);
  const [left, top] = [band(regions.rows), band(regions.columns)];
  const step = Math.min(frame.width, frame.height) / (Math.max(queries, keys) + WORD_ROOM / WORD_STEP);
  const fits = words.queries && words.keys && frame.width > WORD_FRAME && step >= WORD_STEP;
  const room = fits ? WORD_ROOM : 0;
  return { left: left + room, top: top + room, words: room };
}

/** As large as fits in the matrix's own proportions, bent at most to twice their width. */
export function cellsBox({ width, height }: Frame, proportion: number, { left, top }: Margins): Box {
  const [roomX, roomY] = [width - left, height - top];
  const aspect = Math.max(0.5, Math.min(2, proportion));
  const fitted =
    roomX / roomY > aspect ? { width: roomY * aspect, height: roomY } : { width: roomX, height: roomX / aspect };
  return { x: left + (roomX - fitted.width) / 2, y: top + (roomY - fitted.height) / 2, ...fitted };
}

/** Words of text tokens at their rows and columns, outside the regions' titles; those of the cell pointed at set off. */
export function paintWords(
  { context, palette }: Surface,
  box: Box,
  { words: room }: Margins,
  { queries, keys }: Words,
  pointed: Pointed | null,
): void {
  if (room === 0 || !queries || !keys) return;
  context.font = `10.5px ${MONO}`;
  context.textBaseline = 'middle';
  const measure = (text: string) => context.measureText(text).width;
  const away = BAND + LABEL + 3 * GAP;
  const write = (tokens: readonly Token[], chosen: number | undefined, step: number): void => {
    for (const [position, { kind, name }] of tokens.entries()) {
      if (kind === 'pad' || (kind === 'image' && position !== chosen)) continue;
      context.fillStyle = palette.token(position === chosen ? '--text' : '--muted');
      context.fillText(fitText(measure, name, room - 2 * GAP), 0, (position + 0.5) * step);
    }
  };
  context.save();
  context.translate(box.x - away, box.y);
  context.textAlign = 'right';
  write(queries, pointed?.row, box.height / queries.length);
  context.restore();
  context.save();
  context.translate(box.x, box.y - away);
  context.rotate(-Math.PI / 2);
  // Turned so, downwards is to the right.
  context.textAlign = 'left';
  write(keys, pointed?.column, box.width / keys.length);
  context.restore();
}

/** Bands and titles beside the cells, and dashed lines between the regions. */
export function paintRegions(
  surface: Surface,
  box: Box,
  { rows, columns }: Regions,
  counts: { readonly rows: number; readonly columns: number },
): void {
  const { context, palette } = surface;
  context.font = `600 10.5px ${SANS}`;
  const measure = (text: string) => context.measureText(text).width;
  const [stepX, stepY] = [box.width / counts.columns, box.height / counts.rows];
  const ink = palette.token('--text');
  context.textAlign = 'center';
  context.textBaseline = 'alphabetic';
  for (const { kind, start, count } of columns) {
    const [x, width] = [box.x + start * stepX, count * stepX];
    context.fillStyle = palette.token(KIND_COLOURS[kind]);
    context.fillRect(x, box.y - GAP - BAND, Math.max(1, width - 1), BAND);
    context.fillStyle = ink;
    context.fillText(fitText(measure, REGION_TITLES[kind], width), x + width / 2, box.y - GAP - BAND - 4);
  }
  for (const { kind, start, count } of rows) {
    const [y, height] = [box.y + start * stepY, count * stepY];
    context.fillStyle = palette.token(KIND_COLOURS[kind]);
    context.fillRect(box.x - GAP - BAND, y, BAND, Math.max(1, height - 1));
    context.save();
    context.translate(box.x - GAP - BAND - 4, y + height / 2);
    context.rotate(-Math.PI / 2);
    context.fillStyle = ink;
    context.fillText(fitText(measure, REGION_TITLES[kind], height), 0, 0);
    context.restore();
  }
  context.setLineDash([4, 3]);
  for (const [dark, width] of [
    [true, 2.5],
    [false, 1.25],
  ] as const) {
    context.strokeStyle = dark ? 'rgb(0 0 0 / 0.6)' : '#ffffff';
    context.lineWidth = width;
    context.beginPath();
    for (const { start } of columns.slice(1)) {
      context.moveTo(box.x + start * stepX, box.y);
      context.lineTo(box.x + start * stepX, box.y + box.height);
    }
    for (const { start } of rows.slice(1)) {
      context.moveTo(box.x, box.y + start * stepY);
      context.lineTo(box.x + box.width, box.y + start * stepY);
    }
    context.stroke();
  }
  context.setLineDash([]);
}
