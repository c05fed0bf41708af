/** Values along the last axis as curves, up to eight. */
import { counted, formatExact, formatNumber } from '../previews/format.ts';
import { matrixOf, matrixWish, rangeOf } from './matrix.ts';
import { MONO } from './text.ts';
import type { Frame, Surface, ViewRecord } from './view.ts';

const VALUES = 'values';
const MOST = 8;
const AXIS = 16;
const INSET = 6;

/** Okabe and Ito's colours (2008), told apart by colour-blind people; their lightness fits both themes. */
const COLOURS = ['#3d8fd1', '#e69f00', '#009e73', '#cc79a7', '#d55e00', '#56b4e9', '#a9a227', '#8f9bad'] as const;

export const line: ViewRecord = {
  wishes: ({ inputs, look }) => {
    const values = inputs[VALUES];
    if (!values) return {};
    const shape = values.type.dims.map(({ size }) => size);
    const index = shape.slice(0, -2).map((size, axis) => Math.max(0, Math.min(look.index?.[axis] ?? 0, size - 1)));
    return { [VALUES]: matrixWish(shape, index) };
  },
  show: ({ name, inputs }, answers) => {
    const { rows: names } = inputs[VALUES]!;
    const { rows, columns, values, tensorRows, tensorColumns } = matrixOf(answers[VALUES]!);
    const shown = Math.min(rows, MOST);
    const range = rangeOf(values.subarray(0, shown * columns));
    const exact = columns === tensorColumns && rows === tensorRows;
    const rowName = (row: number): string => (exact ? names?.[row]?.text : undefined) ?? `row ${row}`;
    const plot = ({ width, height }: Frame) => ({
      x: INSET,
      y: INSET,
      width: width - 2 * INSET,
      height: height - AXIS - INSET,
    });
    const place = (row: number, column: number, frame: Frame) => {
      const box = plot(frame);
      const span = range!.max - range!.min;
      const value = values[row * columns + column]!;
      const up = span > 0 ? (value - range!.min) / span : 0.5;
      return {
        x: box.x + (columns > 1 ? (column / (columns - 1)) * box.width : box.width / 2),
        y: box.y + (1 - up) * box.height,
      };
    };
    const left = tensorRows > shown ? ` · first ${shown} of ${tensorRows} rows` : '';
    return {
      paint: (surface, pointed) => {
        if (!range) return;
        paintAxis(surface, plot(surface), range, tensorColumns);
        const { context } = surface;
        for (let row = 0; row < shown; row++) {
          context.strokeStyle = COLOURS[row]!;
          context.lineWidth = pointed?.row === row ? 2.25 : 1.25;
          paintCurve(surface, values.subarray(row * columns, (row + 1) * columns), (column) =>
            place(row, column, surface),
          );
        }
        if (!pointed) return;
        const { x, y } = place(pointed.row, pointed.column, surface);
        context.fillStyle = surface.palette.token('--text');
        context.beginPath();
        context.arc(x, y, 3.25, 0, 2 * Math.PI);
        context.fill();
      },
      pointAt: ({ x, y }, frame) => {
        if (!range || columns === 0) return null;
        const box = plot(frame);
        const column = Math.max(0, Math.min(columns - 1, Math.round(((x - box.x) / box.width) * (columns - 1))));
        const distances = Array.from({ length: shown }, (_, row) => Math.abs(place(row, column, frame).y - y));
        const row = distances.indexOf(Math.min(...distances.filter((distance) => !Number.isNaN(distance))));
        return row === -1 ? null : { row, column };
      },
      extent: Array.from({ length: shown }, () => columns),
      describe: ({ row, column }) => {
        const value = formatExact(values[row * columns + column]!);
        return exact ? `${tensorRows > 1 ? `${rowName(row)}, ` : ''}[${column}]  ${value}` : `around here ${value}`;
      },
      legend: () => null,
      note: () => `${tensorColumns} points${left}`,
      sentence: range
        ? `${name}: ${counted(shown, 'curve')} of ${counted(tensorColumns, 'point')}, between ${formatNumber(range.min)} and ${formatNumber(range.max)}${left}. ` +
          `${curvesText(shown, tensorRows > 1 ? rowName : null, (row) => values.subarray(row * columns, (row + 1) * columns), tensorColumns)}.`
        : `${name}: no finite value.`,
      table: () => ({
        shape: [rows, columns],
        values,
        rows: exact && names ? names.map(({ text }) => text) : null,
        columns: null,
      }),
      pictures: [],
    };
  },
};

/** As many curves are told one by one. */
const MOST_SPOKEN = 4;

/**
 * Start, end, and where each curve is least: `row 0 goes from 2.300 to 0.4000, least 0.3000 at 87`.
 * @param points of the tensor, of which a curve that was too long to be read has fewer.
 */
function curvesText(
  shown: number,
  nameOf: ((row: number) => string) | null,
  valuesOf: (row: number) => Float32Array | Int32Array,
  points: number,
): string {
  const parts = Array.from({ length: Math.min(shown, MOST_SPOKEN) }, (_, row) => {
    const curve = valuesOf(row);
    const range = rangeOf(curve);
    const who = nameOf ? nameOf(row) : 'it';
    if (!range) return `${who} has no finite value`;
    const at = Math.round((curve.indexOf(range.min) * points) / curve.length);
    return `${who} goes from ${formatNumber(curve[0]!)} to ${formatNumber(curve.at(-1)!)}, least ${formatNumber(range.min)} at ${at}`;
  });
  const text = parts.join('; ');
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** Where several points share a pixel, a stroke from the least to the greatest of them. */
function paintCurve(
  { context, width }: Surface,
  values: Float32Array | Int32Array,
  place: (column: number) => { readonly x: number; readonly y: number },
): void {
  context.lineJoin = 'round';
  context.beginPath();
  const perPixel = Math.max(1, values.length / (2 * width));
  let begun = false;
  for (let from = 0; from < values.length; from += perPixel) {
    const [first, last] = [
      Math.floor(from),
      Math.min(values.length, Math.max(Math.floor(from) + 1, Math.floor(from + perPixel))),
    ];
    let [least, most] = [first, first];
    for (let at = first; at < last; at++) {
      if (values[at]! < values[least]!) least = at;
      if (values[at]! > values[most]!) most = at;
    }
    for (const at of least <= most ? [least, most] : [most, least]) {
      if (!Number.isFinite(values[at]!)) {
        begun = false;
        continue;
      }
      const { x, y } = place(at);
      if (begun) context.lineTo(x, y);
      else context.moveTo(x, y);
      begun = true;
    }
  }
  context.stroke();
}

function paintAxis(
  { context, palette, width, height }: Surface,
  box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  { min, max }: { readonly min: number; readonly max: number },
  points: number,
): void {
  context.fillStyle = palette.token('--line');
  context.fillRect(0, height - AXIS, width, 1);
  if (min < 0 && max > 0) context.fillRect(0, box.y + (max / (max - min)) * box.height, width, 1);
  context.font = `10px ${MONO}`;
  context.fillStyle = palette.token('--muted');
  context.textBaseline = 'alphabetic';
  context.textAlign = 'left';
  context.fillText('0', box.x, height - 3);
  context.fillText(formatNumber(max), box.x, box.y + 8);
  context.fillText(formatNumber(min), box.x, height - AXIS - 3);
  context.textAlign = 'right';
  context.fillText(String(Math.max(0, points - 1)), box.x + box.width, height - 3);
}
