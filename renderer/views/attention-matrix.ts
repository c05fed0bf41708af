/** One head's attention, every query against every key, with image and text positions set apart. */
import { formatExact, formatNumber } from '../previews/format.ts';
import type { Box } from '../canvas/geometry.ts';
import { attentionAxes, attentionTokens, IDS, WEIGHTS } from './attention.ts';
import {
  cellAt,
  cellBox,
  isExact,
  matrixLegend,
  matrixOf,
  matrixWish,
  paintCells,
  paintMark,
  paintValues,
  rangeOf,
} from './matrix.ts';
import { fitText, SANS } from './text.ts';
import { KIND_COLOURS, runsOf, type Token, type TokenKind, type TokenRun } from './tokens.ts';
import { itemOf, STATISTICS, type Frame, type Surface, type ViewRecord, type ViewSubject } from './view.ts';

/** Width of the bands that mark what the positions are. */
const BAND = 5;
const LABEL = 14;
const GAP = 3;

const TITLES: Readonly<Record<TokenKind, string>> = { image: 'image', text: 'text', pad: 'pad' };

export const attentionMatrix: ViewRecord = {
  wishes: ({ inputs, look }) => {
    const weights = inputs[WEIGHTS];
    if (!weights) return {};
    const { index } = attentionAxes(weights.type.dims, look);
    const ids = inputs[IDS];
    return {
      [WEIGHTS]: matrixWish(
        weights.type.dims.map(({ size }) => size),
        index,
      ),
      ...(ids && { [IDS]: { spec: STATISTICS, index: [itemOf(look, ids.type.dims[0]?.size ?? 1)] } }),
    };
  },
  show: (subject, answers, tokenizerOf) => {
    const { name, inputs, look, brush } = subject;
    const axes = attentionAxes(inputs[WEIGHTS]!.type.dims, look);
    const matrix = matrixOf(answers[WEIGHTS]!);
    const tokens = attentionTokens(subject, answers, axes, tokenizerOf);
    const legend = matrixLegend(matrix, 'attention');
    const regions = {
      rows: regionsOf(subject, tokens.queries, axes.queries),
      columns: regionsOf(subject, tokens.keys, axes.keys),
    };
    const cells = (frame: Frame): Box => cellsBox(frame, axes.keys / Math.max(1, axes.queries), regions);
    const label = (side: readonly Token[] | null, position: number): string => nameOf(side, position);
    return {
      paint: (surface, pointed) => {
        if (!legend) return;
        const box = cells(surface);
        paintCells(surface, matrix, box, legend);
        paintValues(surface, matrix, box, legend);
        paintRegions(surface, box, regions, { rows: axes.queries, columns: axes.keys });
        if (pointed) paintMark(surface, cellBox(box, matrix, pointed));
        else if (brush !== null && brush < matrix.rows && isExact(matrix)) {
          paintMark(surface, { ...cellBox(box, matrix, { row: brush, column: 0 }), width: box.width });
        }
      },
      pointAt: (place, frame) => cellAt(cells(frame), matrix, place),
      extent: Array.from({ length: matrix.rows }, () => matrix.columns),
      describe: ({ row, column }) => {
        const value = formatExact(matrix.values[row * matrix.columns + column]!);
        if (!isExact(matrix)) return `around here ${value}`;
        return `${label(tokens.queries, row)} → ${label(tokens.keys, column)}: ${value}`;
      },
      tokenAt: ({ row }) => (isExact(matrix) && tokens.queries ? row : null),
      legend: () => legend,
      note: () => `rows ask, columns answer · ${axes.queries} × ${axes.keys}`,
      sentence: sentence(name, axes, rangeOf(matrix.values), regions),
      table: () => ({
        shape: [matrix.rows, matrix.columns],
        values: matrix.values,
        rows: isExact(matrix) ? Array.from({ length: matrix.rows }, (_, row) => label(tokens.queries, row)) : null,
        columns: isExact(matrix)
          ? Array.from({ length: matrix.columns }, (_, column) => label(tokens.keys, column))
          : null,
      }),
      pictures: [],
    };
  },
};

interface Regions {
  readonly rows: readonly TokenRun[];
  readonly columns: readonly TokenRun[];
}

/** By the tokens, or else by the number of image tokens in front; none where nothing is told. */
function regionsOf({ params }: ViewSubject, tokens: readonly Token[] | null, count: number): readonly TokenRun[] {
  const image = params['image_tokens']?.value;
  if (typeof image === 'number' && image > 0 && image < count) {
    return [
      { kind: 'image', start: 0, count: image },
      { kind: 'text', start: image, count: count - image },
    ];
  }
  return tokens ? runsOf(tokens) : [];
}

export function nameOf(tokens: readonly Token[] | null, position: number): string {
  const token = tokens?.[position];
  if (!token) return String(position);
  return token.kind === 'text' ? `“${token.name}”` : token.name;
}

/** As large as fits in the matrix's own proportions, bent at most to twice their width. */
function cellsBox({ width, height }: Frame, proportion: number, regions: Regions): Box {
  const left = regions.rows.length > 0 ? LABEL + BAND + GAP : 0;
  const top = regions.columns.length > 0 ? LABEL + BAND + GAP : 0;
  const [roomX, roomY] = [width - left, height - top];
  const aspect = Math.max(0.5, Math.min(2, proportion));
  const fitted =
    roomX / roomY > aspect ? { width: roomY * aspect, height: roomY } : { width: roomX, height: roomX / aspect };
  return { x: left + (roomX - fitted.width) / 2, y: top + (roomY - fitted.height) / 2, ...fitted };
}

function paintRegions(
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
    context.fillText(fitText(measure, TITLES[kind], width), x + width / 2, box.y - GAP - BAND - 4);
  }
  for (const { kind, start, count } of rows) {
    const [y, height] = [box.y + start * stepY, count * stepY];
    context.fillStyle = palette.token(KIND_COLOURS[kind]);
    context.fillRect(box.x - GAP - BAND, y, BAND, Math.max(1, height - 1));
    context.save();
    context.translate(box.x - GAP - BAND - 4, y + height / 2);
    context.rotate(-Math.PI / 2);
    context.fillStyle = ink;
    context.fillText(fitText(measure, TITLES[kind], height), 0, 0);
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

function sentence(
  name: string,
  { head, heads, queries, keys }: ReturnType<typeof attentionAxes>,
  range: { readonly min: number; readonly max: number } | null,
  { columns }: Regions,
): string {
  const which = heads > 1 ? `head ${head} of ${heads}, ` : '';
  const parts = columns.map(({ kind, count }) => `${count} ${TITLES[kind]}`).join(', then ');
  const spread = range ? `at most ${formatNumber(range.max)}` : 'without a finite value';
  return `${name}: ${which}${queries} queries against ${keys} keys${parts ? ` (${parts})` : ''}, ${spread}.`;
}
