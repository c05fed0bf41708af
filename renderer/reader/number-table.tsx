/** A part of a table of numbers around the cell that has the focus; leading axes and an index are typed above it. */
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import type { PortPath } from '../../graph/instance.ts';
import { formatExact } from '../previews/format.ts';
import { cellAfter, cellWords, indexIn, windowAbout, within, type Cell, type Table } from './cells.ts';
import { useRows, type Row } from './use-rows.ts';

/** So much of a table can be seen at once. */
const ROWS = 12;
const COLUMNS = 8;

/** Where one is: the index of the leading axes, the cell, and the corner of what is shown. */
interface Place {
  readonly leading: readonly number[];
  readonly cell: Cell;
  readonly corner: Cell;
}

export function NumberTable({ path, table }: { readonly path: PortPath; readonly table: Table }) {
  const [place, setPlace] = useState<Place>(() => {
    const start = { row: 0, column: 0 };
    return { leading: table.leading.map(() => 0), cell: start, corner: start };
  });
  const grid = useRef<HTMLDivElement>(null);
  /** Keys moved the cell: the focus goes along. */
  const moved = useRef(false);
  // An edit may have made the table smaller.
  const cell = within(place.cell, table);
  const leading = table.leading.map(({ size }, axis) => Math.min(place.leading[axis] ?? 0, size - 1));
  const corner = {
    row: windowAbout(cell.row, place.corner.row, ROWS, table.rows),
    column: windowAbout(cell.column, place.corner.column, COLUMNS, table.columns),
  };
  const rows = range(corner.row, Math.min(ROWS, table.rows));
  const columns = range(corner.column, Math.min(COLUMNS, table.columns));
  const indexOf = (row: number): readonly number[] => (table.row ? [...leading, row] : []);
  const rowAt = useRows(path, rows.map(indexOf));

  const go = (to: Partial<Pick<Place, 'leading' | 'cell'>>): void => setPlace({ leading, cell, corner, ...to });
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = event.altKey ? null : cellAfter(event.key, event.ctrlKey || event.metaKey, cell, table);
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    moved.current = true;
    go({ cell: next });
  };
  useEffect(() => {
    if (!moved.current) return;
    moved.current = false;
    grid.current?.querySelector<HTMLElement>('[role="gridcell"][tabindex="0"]')?.focus();
  });
  const id = useId();
  return (
    <>
      <div className="reader-place">
        {table.leading.map(({ name, size }, axis) => (
          // An axis is its place.
          // oxlint-disable-next-line react/no-array-index-key
          <label key={axis}>
            {name}
            <input
              type="number"
              className="field"
              min={0}
              max={size - 1}
              value={leading[axis]}
              onChange={(event) => {
                const at = Math.max(0, Math.min(size - 1, Math.trunc(Number(event.target.value))));
                go({ leading: leading.with(axis, at) });
              }}
            />
          </label>
        ))}
        <IndexField
          table={table}
          onGo={(to) => {
            moved.current = true;
            go(to);
          }}
        />
      </div>
      {/* Its cells take the focus. */}
      {/* oxlint-disable-next-line jsx-a11y/interactive-supports-focus */}
      <div
        ref={grid}
        role="grid"
        className="reader-grid"
        aria-label="Numbers"
        aria-describedby={`${id}-keys`}
        aria-rowcount={table.rows + 1}
        aria-colcount={table.columns + 1}
        onKeyDown={onKeyDown}
      >
        <div role="row" aria-rowindex={1}>
          <span role="columnheader" aria-colindex={1}>
            {[table.row?.name, table.column?.name].filter((name) => name !== undefined).join(' \\ ')}
          </span>
          {columns.map((column) => (
            <span key={column} role="columnheader" aria-colindex={column + 2}>
              {column}
            </span>
          ))}
        </div>
        {rows.map((row) => (
          <div key={row} role="row" aria-rowindex={row + 2}>
            <span role="rowheader" aria-colindex={1}>
              {row}
            </span>
            {columns.map((column) => (
              <NumberCell
                key={column}
                at={{ row, column }}
                table={table}
                numbers={rowAt(indexOf(row))}
                current={row === cell.row && column === cell.column}
                onChoose={() => go({ cell: { row, column } })}
              />
            ))}
          </div>
        ))}
      </div>
      <p id={`${id}-keys`} className="muted">
        Arrow keys go from number to number, Page Up and Page Down ten rows, Home and End along the row, with Ctrl to
        the first and the last.
      </p>
    </>
  );
}

interface NumberCellProps {
  readonly at: Cell;
  readonly table: Table;
  readonly numbers: Row | undefined;
  readonly current: boolean;
  readonly onChoose: () => void;
}

function NumberCell({ at, table, numbers, current, onChoose }: NumberCellProps) {
  const value = numbers === 'missing' ? 'not computed' : (numbers?.[at.column] ?? 'reading');
  return (
    <span
      role="gridcell"
      tabIndex={current ? 0 : -1}
      aria-colindex={at.column + 2}
      aria-label={cellWords(at, table, value)}
      data-odd={(typeof value === 'number' && !Number.isFinite(value)) || undefined}
      onFocus={() => !current && onChoose()}
    >
      {typeof value === 'number' ? formatExact(value) : value === 'reading' ? '…' : '–'}
    </span>
  );
}

interface IndexFieldProps {
  readonly table: Table;
  readonly onGo: (to: Pick<Place, 'leading' | 'cell'>) => void;
}

/** Enter goes to the number at the index that was typed. */
function IndexField({ table, onGo }: IndexFieldProps) {
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState(false);
  const id = useId();
  const axes = [...table.leading, table.row, table.column].filter((axis) => axis !== null);
  if (axes.length === 0) return null;
  return (
    <label className="reader-index">
      Index
      <input
        type="text"
        className="field"
        value={text}
        placeholder={axes.map(({ name }) => name).join(', ')}
        aria-invalid={wrong}
        aria-describedby={wrong ? id : undefined}
        spellCheck={false}
        onChange={(event) => {
          setText(event.target.value);
          setWrong(false);
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          const to = indexIn(text, table);
          setWrong(to === null);
          if (to) onGo(to);
        }}
      />
      {wrong && (
        <span id={id} className="field-problem" role="alert">
          {`Not an index of ${axes.map(({ size }) => size).join(' × ')}`}
        </span>
      )}
    </label>
  );
}

function range(from: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => from + index);
}
