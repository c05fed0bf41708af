/** The value of a port as a table of numbers that is walked cell by cell: which axes lie in it, where a key leads. Pure. */
import type { Dimension } from '../../graph/problems.ts';
import { formatExact } from '../previews/format.ts';

/** The last two axes lie in the table, those before are chosen beside it. */
export interface Table {
  readonly leading: readonly Axis[];
  /** Null for a vector and for a scalar, which are one row. */
  readonly row: Axis | null;
  /** Null for a scalar, which is one cell. */
  readonly column: Axis | null;
  readonly rows: number;
  readonly columns: number;
}

export interface Axis {
  readonly name: string;
  readonly size: number;
}

export interface Cell {
  readonly row: number;
  readonly column: number;
}

export function tableOf(dims: readonly Dimension[]): Table {
  const axes = dims.map(({ name, size }, axis): Axis => ({ name: name ?? `axis ${axis}`, size }));
  const column = axes.at(-1) ?? null;
  const row = axes.at(-2) ?? null;
  return { leading: axes.slice(0, -2), row, column, rows: row?.size ?? 1, columns: column?.size ?? 1 };
}

/** Rows further with Page Up and Page Down. */
const PAGE = 10;

/** Where a key leads from a cell, within the table; null for a key that leads nowhere. */
export function cellAfter(key: string, withCtrl: boolean, { row, column }: Cell, table: Table): Cell | null {
  const moves: Readonly<Record<string, Cell>> = {
    ArrowUp: { row: row - 1, column },
    ArrowDown: { row: row + 1, column },
    ArrowLeft: { row, column: column - 1 },
    ArrowRight: { row, column: column + 1 },
    PageUp: { row: row - PAGE, column },
    PageDown: { row: row + PAGE, column },
    Home: { row: withCtrl ? 0 : row, column: 0 },
    End: { row: withCtrl ? table.rows - 1 : row, column: table.columns - 1 },
  };
  const wanted = moves[key];
  return wanted ? within(wanted, table) : null;
}

export function within({ row, column }: Cell, { rows, columns }: Table): Cell {
  const clamp = (at: number, count: number): number => Math.max(0, Math.min(count - 1, at));
  return { row: clamp(row, rows), column: clamp(column, columns) };
}

/** A run of at most `count` places about one, moved no further than it takes to have the place in it. */
export function windowAbout(at: number, from: number, count: number, total: number): number {
  const last = Math.max(0, total - count);
  if (at < from) return Math.min(at, last);
  if (at >= from + count) return Math.min(at - count + 1, last);
  return Math.min(from, last);
}

/** A number, or why there is none: it is being read, or no run has computed it. */
export type Read = number | 'reading' | 'not computed';

/** As it is read aloud: `patches 3, embed_dim 5: −0.01329`. */
export function cellWords({ row, column }: Cell, table: Table, value: Read): string {
  const place = [
    ...(table.row ? [`${table.row.name} ${row}`] : []),
    ...(table.column ? [`${table.column.name} ${column}`] : []),
  ].join(', ');
  const number = typeof value === 'number' ? formatExact(value) : value;
  return place === '' ? number : `${place}: ${number}`;
}

/** What was typed as an index: `0, 3, 5` or `[0, 3, 5]`; null where it is no place of the value. */
export function indexIn(
  text: string,
  { leading, row, column }: Table,
): { readonly leading: readonly number[]; readonly cell: Cell } | null {
  const axes = [...leading, ...(row ? [row] : []), ...(column ? [column] : [])];
  const parts = text
    .replaceAll(/[[\]()]/g, '')
    .split(/[\s,]+/)
    .filter((part) => part !== '');
  if (parts.length !== axes.length || !parts.every((part) => /^-?\d+$/.test(part))) return null;
  // As in Python, −1 is the last.
  const index = parts.map((part, axis) => (Number(part) < 0 ? axes[axis]!.size + Number(part) : Number(part)));
  if (!index.every((at, axis) => at >= 0 && at < axes[axis]!.size)) return null;
  const [last = 0, before = 0] = [index.at(-1), row ? index.at(-2) : 0];
  return { leading: index.slice(0, leading.length), cell: { row: before, column: last } };
}
