/** How alike every row is to every column: cells around zero, named by pictures and captions. */
import { counted, formatExact, formatNumber } from '../previews/format.ts';
import { layoutHeads, paintHeads, setHeadFont, type HeadLayout } from './heads.ts';
import {
  cellAt,
  cellBox,
  createCells,
  isExact,
  matrixOf,
  matrixWish,
  paintMark,
  paintValues,
  peakOf,
  rangeOf,
} from './matrix.ts';
import type { Legend } from '../previews/painter.ts';
import type { Matrix } from './matrix.ts';
import type { Frame, ItemName, Pointed, ViewRecord } from './view.ts';

const PORT = 'similarity';

export const similarityMatrix: ViewRecord = {
  wishes: ({ inputs }) => {
    const input = inputs[PORT];
    return input
      ? {
          [PORT]: matrixWish(
            input.type.dims.map(({ size }) => size),
            [],
          ),
        }
      : {};
  },
  show: ({ name, inputs, params }, answers) => {
    const { rows, columns } = inputs[PORT]!;
    const matrix = matrixOf(answers[PORT]!);
    const heads = isExact(matrix) ? { rows, columns } : { rows: null, columns: null };
    const legend = similarityLegend(matrix);
    const cells = legend && createCells(matrix, legend);
    const square = matrix.tensorRows === matrix.tensorColumns && matrix.rows > 1;
    const outlined = params['diagonal']?.value === true && square && isExact(matrix);
    const layout = (frame: Frame): HeadLayout => layoutHeads(setHeadFont(frame), heads, matrix, frame);
    const means = outlined ? diagonalMeans(matrix) : null;
    return {
      paint: (surface, pointed) => {
        if (!legend) return;
        const heading = layout(surface);
        paintHeads(surface, heading, heads, pointed);
        cells?.(surface, heading.cells);
        paintValues(surface, matrix, heading.cells, legend);
        if (outlined) outlineDiagonal(surface.context, surface.palette.token('--text'), matrix, heading);
        if (pointed) paintMark(surface, cellBox(heading.cells, matrix, pointed));
      },
      pointAt: (place, frame) => cellAt(layout(frame).cells, matrix, place),
      extent: Array.from({ length: matrix.rows }, () => matrix.columns),
      describe: (at) => describe(matrix, heads, at),
      legend: () => legend,
      note: () => (means ? `diagonal ${formatNumber(means.on)} · others ${formatNumber(means.off)}` : sizeNote(matrix)),
      sentence: sentence(name, matrix, heads, means),
      table: () => ({
        shape: [matrix.rows, matrix.columns],
        values: matrix.values,
        rows: heads.rows?.map(({ text }) => text) ?? null,
        columns: heads.columns?.map(({ text }) => text) ?? null,
      }),
      pictures: [...(heads.rows ?? []), ...(heads.columns ?? [])].flatMap(({ picture }) => picture ?? []),
    };
  },
};

/** Diverging: from zero where there are both signs, else from the middle of what there is. */
function similarityLegend({ values }: Matrix): Legend | null {
  const range = rangeOf(values);
  if (!range) return null;
  const { min, max } = range;
  const reach = Math.max(-min, max);
  return { map: 'diverging', range: min < 0 && max > 0 ? { min: -reach, max: reach } : range };
}

interface DiagonalMeans {
  readonly on: number;
  readonly off: number;
}

/** Mean of what belongs together and of all else. */
export function diagonalMeans({ rows, columns, values }: Matrix): DiagonalMeans {
  let [on, off] = [0, 0];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = values[row * columns + column]!;
      if (row === column) on += value;
      else off += value;
    }
  }
  return { on: on / rows, off: off / (rows * (columns - 1)) };
}

/** In how many rows what belongs together is the most alike. */
export function matchedRows({ rows, columns, values }: Matrix): number {
  let matched = 0;
  for (let row = 0; row < rows; row++) {
    const peak = peakOf({ columns, values: values.subarray(row * columns, (row + 1) * columns) });
    if (peak?.column === row) matched++;
  }
  return matched;
}

interface Heads {
  readonly rows: readonly ItemName[] | null;
  readonly columns: readonly ItemName[] | null;
}

function describe({ columns, values, ...matrix }: Matrix, heads: Heads, { row, column }: Pointed): string {
  const value = formatExact(values[row * columns + column]!);
  if (matrix.rows !== matrix.tensorRows || columns !== matrix.tensorColumns) return `around here ${value}`;
  return `${pairName(heads, { row, column })}: ${value}`;
}

function pairName(heads: Heads, { row, column }: Pointed): string {
  return `${heads.rows?.[row]?.text ?? `row ${row}`} × ${heads.columns?.[column]?.text ?? `column ${column}`}`;
}

function sizeNote({ tensorRows, tensorColumns }: Matrix): string {
  return `${tensorRows} × ${tensorColumns}`;
}

function sentence(name: string, matrix: Matrix, heads: Heads, means: DiagonalMeans | null): string {
  const range = rangeOf(matrix.values);
  const peak = peakOf(matrix);
  const size = `${counted(matrix.tensorRows, 'row')}, ${counted(matrix.tensorColumns, 'column')}`;
  if (!range || !peak) return `${name}: ${size}, without a finite value.`;
  const spread = `from ${formatNumber(range.min)} to ${formatNumber(range.max)}`;
  const alike = isExact(matrix) ? ` The most alike: ${pairName(heads, peak)}.` : '';
  const pairs = means
    ? ` On the diagonal ${formatNumber(means.on)} on average, elsewhere ${formatNumber(means.off)}; ` +
      `${matchedRows(matrix)} of ${matrix.rows} rows are greatest there.`
    : '';
  return `${name}: ${size}, ${spread}.${alike}${pairs}`;
}

function outlineDiagonal(
  context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
  colour: string,
  matrix: Matrix,
  { cells }: HeadLayout,
): void {
  context.strokeStyle = colour;
  context.lineWidth = 1;
  for (let place = 0; place < matrix.rows; place++) {
    const { x, y, width, height } = cellBox(cells, matrix, { row: place, column: place });
    if (Math.min(width, height) < 6) return;
    context.strokeRect(x + 1, y + 1, width - 2, height - 2);
  }
}
