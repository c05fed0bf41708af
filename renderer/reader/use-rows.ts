/** Rows of a value, read from the device as they come into sight, and again after a run. */
import { useEffect, useReducer, useRef } from 'react';
import type { PortPath } from '../../graph/instance.ts';
import { useApp, useRun } from '../app-context.ts';
import { ValueUnavailableError } from '../session/session-api.ts';

/** Numbers of a row; `missing` where no run has computed them. */
export type Row = ArrayLike<number> | 'missing';

/**
 * @param index Of the leading axes of each row that is wanted: those before the table's, and the row's own.
 * @returns the row at an index; undefined while it is read.
 */
export function useRows(
  path: PortPath,
  index: readonly (readonly number[])[],
): (index: readonly number[]) => Row | undefined {
  const { session } = useApp();
  const run = useRun((state) => (state.status.kind === 'done' ? state.status : null));
  const [, arrived] = useReducer((count: number) => count + 1, 0);
  const known = useRef<{ of: readonly unknown[]; rows: Map<string, Row | 'asked'> }>({ of: [], rows: new Map() });
  const wanted = index.map(keyOf).join(' ');
  useEffect(() => {
    const of = [session, path, run];
    if (known.current.of.some((part, at) => part !== of[at]) || known.current.of.length === 0)
      known.current = { of, rows: new Map() };
    const { rows } = known.current;
    for (const key of wanted.split(' ')) {
      if (rows.has(key)) continue;
      rows.set(key, 'asked');
      const keep = (row: Row): void => {
        rows.set(key, row);
        arrived();
      };
      session.read(path, key === WHOLE ? [] : key.split(',').map(Number)).then(
        ({ data }) => keep(data),
        (error: unknown) => {
          if (!(error instanceof ValueUnavailableError)) throw error;
          keep('missing');
        },
      );
    }
  }, [session, path, run, wanted]);
  return (at) => {
    const row = known.current.rows.get(keyOf(at));
    return row === 'asked' ? undefined : row;
  };
}

const WHOLE = 'whole';

function keyOf(index: readonly number[]): string {
  return index.length === 0 ? WHOLE : index.join();
}
