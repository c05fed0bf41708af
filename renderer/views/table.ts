/** Rows and columns of numbers, or the largest of every row with their names. */
import { counted, formatExact, formatNumber } from '../previews/format.ts';
import { isExact, matrixOf, matrixWish, peakOf, rangeOf, type Matrix } from './matrix.ts';
import { fitText, MONO, SANS, withoutSharedStart } from './text.ts';
import type { Frame, ItemName, Pointed, Surface, ViewRecord } from './view.ts';

const VALUES = 'values';
const ROW = 18;
const HEAD = 20;
const CELL = 66;
const GAP = 8;

export const table: ViewRecord = {
  wishes: ({ inputs, look }) => {
    const values = inputs[VALUES];
    if (!values) return {};
    const shape = values.type.dims.map(({ size }) => size);
    const index = shape.slice(0, -2).map((size, axis) => Math.max(0, Math.min(look.index?.[axis] ?? 0, size - 1)));
    return { [VALUES]: matrixWish(shape, index) };
  },
  show: ({ name, inputs, params }, answers) => {
    const input = inputs[VALUES]!;
    const matrix = matrixOf(answers[VALUES]!);
    const { rows, columns, values, tensorRows, tensorColumns } = matrix;
    const exact = isExact(matrix);
    const rowNames = namesOf(exact ? input.rows : null, rows, tensorRows > 1);
    const columnNames = namesOf(exact ? input.columns : null, columns, true);
    const shortNames = withoutSharedStart(columnNames);
    const ranked = params['order']?.value === 'largest first';
    const order = Array.from({ length: rows }, (_, row) =>
      ranked ? rankOf(values.subarray(row * columns, (row + 1) * columns)) : null,
    );
    const columnAt = (row: number, place: number): number => order[row]?.[place] ?? place;
    const valueAt = (row: number, column: number): number => values[row * columns + column]!;
    const greatest = rangeOf(values)?.max ?? 0;
    const layout = (frame: Frame) => layoutTable(frame, rowNames, ranked, { rows, columns });
    const size = `${tensorRows} × ${tensorColumns}`;
    const label = (row: number, column: number): string =>
      [
        ...(tensorRows > 1 ? [input.rows ? rowNames[row]! : `row ${row}`] : []),
        input.columns ? columnNames[column]! : `column ${column}`,
      ].join(' × ');
    const rankedText = (): string => {
      if (rows === 0 || columns === 0) return 'no values';
      const firsts = Array.from({ length: Math.min(rows, MOST_SPOKEN) }, (_, row) => {
        const first = columnAt(row, 0);
        return `${label(row, first)} is largest with ${formatNumber(valueAt(row, first))}`;
      });
      return firsts.join('; ');
    };
    return {
      paint: (surface, pointed) => {
        const shape = layout(surface);
        const cell = (row: number, place: number): void => {
          const column = columnAt(row, place);
          const here = { x: shape.left + place * shape.step, y: shape.top + row * ROW, width: shape.step };
          const on = pointed?.row === row && pointed.column === place;
          if (ranked) paintRanked(surface, here, shortNames[column]!, valueAt(row, column), greatest, on);
          else paintNumber(surface, here, valueAt(row, column), on);
        };
        paintHeads(surface, shape, rowNames, ranked ? null : columnNames);
        for (let row = 0; row < shape.rows; row++) for (let place = 0; place < shape.columns; place++) cell(row, place);
      },
      pointAt: ({ x, y }, frame) => {
        const shape = layout(frame);
        const [row, place] = [Math.floor((y - shape.top) / ROW), Math.floor((x - shape.left) / shape.step)];
        return row >= 0 && row < shape.rows && place >= 0 && place < shape.columns ? { row, column: place } : null;
      },
      extent: Array.from({ length: rows }, () => columns),
      describe: ({ row, column: place }) => {
        const column = columnAt(row, place);
        const value = formatExact(valueAt(row, column));
        if (!exact) return `around here ${value}`;
        return `${ranked ? `${place + 1}. ` : ''}${label(row, column)}: ${value}`;
      },
      legend: () => null,
      note: () => (ranked ? `${size}, largest first` : size),
      sentence: `${name}: ${ranked ? rankedText() : tableText(matrix, ({ row, column }) => label(row, column))}.`,
      table: () => ({
        shape: [rows, columns],
        values,
        rows: exact && input.rows ? rowNames : null,
        columns: exact && input.columns ? columnNames : null,
      }),
      pictures: [],
    };
  },
};

const MOST_SPOKEN = 8;
/** A table of so many numbers is read out. */
const MOST_NUMBERS = 12;

function tableText(matrix: Matrix, label: (at: Pointed) => string): string {
  const { rows, columns, values, tensorRows, tensorColumns } = matrix;
  const size = `a table of ${counted(tensorRows, 'row')} and ${counted(tensorColumns, 'column')}`;
  if (isExact(matrix) && values.length > 0 && values.length <= MOST_NUMBERS) {
    const lines = Array.from({ length: rows }, (_, row) =>
      Array.from(values.subarray(row * columns, (row + 1) * columns), formatNumber).join(', '),
    );
    return `${size}: ${lines.join('; ')}`;
  }
  const [range, peak] = [rangeOf(values), peakOf(matrix)];
  if (!range || !peak) return `${size}, without a finite value`;
  const where = isExact(matrix) ? `, greatest at ${label(peak)}` : '';
  return `${size}, from ${formatNumber(range.min)} to ${formatNumber(range.max)}${where}`;
}

/** Places from the largest value to the smallest, the first of equal ones first; what is no number comes last. */
export function rankOf(values: ArrayLike<number>): readonly number[] {
  const height = (place: number): number => (Number.isNaN(values[place]!) ? -Infinity : values[place]!);
  return Array.from({ length: values.length }, (_, place) => place).sort((a, b) => {
    const difference = height(b) - height(a);
    return Number.isNaN(difference) || difference === 0 ? a - b : difference;
  });
}

function namesOf(items: readonly ItemName[] | null, count: number, numbered: boolean): readonly string[] {
  if (items) return items.map(({ text }) => text);
  return Array.from({ length: count }, (_, place) => (numbered ? String(place) : ''));
}

interface TableLayout {
  readonly left: number;
  readonly top: number;
  readonly step: number;
  /** As many as have room. */
  readonly rows: number;
  readonly columns: number;
}

function layoutTable(
  { context, width, height }: Frame,
  rowNames: readonly string[],
  ranked: boolean,
  counts: { readonly rows: number; readonly columns: number },
): TableLayout {
  context.font = `11px ${SANS}`;
  const widest = Math.max(0, ...withoutSharedStart(rowNames).map((name) => context.measureText(name).width));
  const left = GAP + (widest === 0 ? 0 : Math.min(widest, width * 0.35) + GAP);
  const top = ranked ? 4 : HEAD;
  const cell = ranked
    ? Math.max(108, (width - left) / Math.min(counts.columns, Math.floor((width - left) / 108) || 1))
    : CELL;
  const columns = Math.min(counts.columns, Math.max(1, Math.floor((width - left) / cell)));
  const rows = Math.min(counts.rows, Math.max(1, Math.floor((height - top) / ROW)));
  return { left, top, step: Math.min((width - left) / Math.max(1, columns), ranked ? 220 : 110), rows, columns };
}

function paintHeads(
  { context, palette }: Surface,
  { left, top, step, rows, columns }: TableLayout,
  rowNames: readonly string[],
  columnNames: readonly string[] | null,
): void {
  context.font = `11px ${SANS}`;
  context.fillStyle = palette.token('--muted');
  context.textBaseline = 'middle';
  const measure = (text: string) => context.measureText(text).width;
  context.textAlign = 'left';
  for (const [row, name] of withoutSharedStart(rowNames).slice(0, rows).entries()) {
    context.fillText(fitText(measure, name, left - 2 * GAP), GAP, top + (row + 0.5) * ROW);
  }
  context.textAlign = 'right';
  for (const [column, name] of withoutSharedStart(columnNames ?? [])
    .slice(0, columns)
    .entries()) {
    context.fillText(fitText(measure, name, step - GAP), left + (column + 1) * step - GAP, HEAD / 2);
  }
  context.fillStyle = palette.token('--line');
  for (let row = 0; row <= rows; row++) context.fillRect(0, top + row * ROW - 0.5, left + columns * step, 0.75);
}

interface Cell {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

function paintNumber({ context, palette }: Surface, { x, y, width }: Cell, value: number, on: boolean): void {
  if (on) {
    context.fillStyle = palette.token('--line');
    context.fillRect(x + 2, y + 1, width - 2, ROW - 2);
  }
  context.font = `11px ${MONO}`;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  context.fillStyle = palette.token(Number.isFinite(value) ? '--text' : '--bad');
  context.fillText(formatNumber(value), x + width - GAP, y + ROW / 2);
}

/** The name, its number, and a bar below that is as long as the number is of the greatest. */
function paintRanked(
  surface: Surface,
  { x, y, width }: Cell,
  name: string,
  value: number,
  greatest: number,
  on: boolean,
): void {
  const { context, palette } = surface;
  paintNumber(surface, { x, y, width }, value, on);
  context.font = `11px ${SANS}`;
  context.textAlign = 'left';
  context.fillStyle = palette.token('--text');
  const measure = (text: string) => context.measureText(text).width;
  context.fillText(fitText(measure, name, width - 62), x + 4, y + ROW / 2);
  const length = greatest > 0 && value > 0 ? (value / greatest) * (width - GAP - 4) : 0;
  context.fillStyle = palette.token('--attention');
  context.fillRect(x + 4, y + ROW - 3, length, 2);
}
