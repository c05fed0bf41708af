/** One head's attention, every query against every key, with image and text positions set apart. */
import { formatExact, formatNumber } from '../previews/format.ts';
import type { Box } from '../canvas/geometry.ts';
import { attentionAxes, attentionTokens, IDS, WEIGHTS, type AttentionAxes } from './attention.ts';
import {
  cellAt,
  cellBox,
  createCells,
  isExact,
  matrixLegend,
  matrixOf,
  matrixWish,
  paintMark,
  paintValues,
  peakOf,
  rangeOf,
  type Matrix,
} from './matrix.ts';
import {
  cellsBox,
  marginsOf,
  paintRegions,
  paintWords,
  REGION_TITLES,
  regionsOf,
  type Margins,
  type Regions,
} from './regions.ts';
import { nameOf } from './tokens.ts';
import { itemOf, STATISTICS, type Frame, type ViewRecord } from './view.ts';

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
    const paintCells = legend && createCells(matrix, legend);
    const regions = {
      rows: regionsOf(subject, tokens.queries, axes.queries),
      columns: regionsOf(subject, tokens.keys, axes.keys),
    };
    const margins = (frame: Frame): Margins => marginsOf(frame, regions, tokens, axes);
    const cells = (frame: Frame): Box => cellsBox(frame, axes.keys / Math.max(1, axes.queries), margins(frame));
    return {
      paint: (surface, pointed) => {
        if (!legend) return;
        const box = cells(surface);
        paintCells?.(surface, box);
        paintValues(surface, matrix, box, legend);
        paintRegions(surface, box, regions, { rows: axes.queries, columns: axes.keys });
        paintWords(surface, box, margins(surface), tokens, pointed);
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
        return `${nameOf(tokens.queries, row)} → ${nameOf(tokens.keys, column)}: ${value}`;
      },
      tokenAt: ({ row }) => (isExact(matrix) && tokens.queries ? row : null),
      legend: () => legend,
      note: () => `rows ask, columns answer · ${axes.queries} × ${axes.keys}`,
      sentence: sentence(name, axes, matrix, regions, tokens),
      table: () => ({
        shape: [matrix.rows, matrix.columns],
        values: matrix.values,
        rows: isExact(matrix) ? Array.from({ length: matrix.rows }, (_, row) => nameOf(tokens.queries, row)) : null,
        columns: isExact(matrix)
          ? Array.from({ length: matrix.columns }, (_, column) => nameOf(tokens.keys, column))
          : null,
      }),
      pictures: [],
    };
  },
};

function sentence(
  name: string,
  { head, heads, queries, keys }: AttentionAxes,
  matrix: Matrix,
  { columns }: Regions,
  tokens: ReturnType<typeof attentionTokens>,
): string {
  const which = heads > 1 ? `head ${head} of ${heads}, ` : '';
  const parts = columns.map(({ kind, count }) => `${count} ${REGION_TITLES[kind]}`).join(', then ');
  const what = `${name}: ${which}${queries} queries against ${keys} keys${parts ? ` (${parts})` : ''}`;
  const [range, peak] = [rangeOf(matrix.values), peakOf(matrix)];
  if (!range || !peak) return `${what}, without a finite value.`;
  const spread = `${what}, from ${formatNumber(range.min)} to ${formatNumber(range.max)}.`;
  if (!isExact(matrix)) return spread;
  const [query, key] = [nameOf(tokens.queries, peak.row), nameOf(tokens.keys, peak.column)];
  return `${spread} The strongest: ${tokens.queries ? query : `query ${query}`} looks at ${tokens.keys ? key : `key ${key}`}.`;
}
