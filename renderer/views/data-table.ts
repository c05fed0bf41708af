/** A view's data as the bytes of a file. */
import { formatNpy } from '../../graph/formats/npy.ts';
import type { DataTable } from './view.ts';

/** As numpy.load reads it. */
export function npyOf({ shape, values }: DataTable): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return formatNpy({ dtype: values instanceof Float32Array ? 'F32' : 'I32', shape, bytes });
}

/**
 * Lines of the last axis (RFC 4180), with the names of columns and rows where they are known. Numbers keep every digit
 * that a float32 holds.
 */
export function csvOf({ shape, values, rows, columns }: DataTable): string {
  const width = shape.at(-1) ?? 1;
  const lines: string[][] = [];
  if (columns) lines.push([...(rows ? [''] : []), ...columns]);
  for (let row = 0; row * width < values.length; row++) {
    const cells = Array.from(values.subarray(row * width, (row + 1) * width), plainNumber);
    lines.push(rows ? [rows[row] ?? '', ...cells] : cells);
  }
  return lines.map((cells) => `${cells.map(quoted).join(',')}\r\n`).join('');
}

/** The shortest decimal that gives the same float32 again. */
function plainNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
  for (let digits = 1; digits <= 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === Math.fround(value)) return String(Number(text));
  }
  return String(value);
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
