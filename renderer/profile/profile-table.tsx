/** The nodes of a profile as a table, sorted by what one asks for. */
import { ArrowDown, ArrowUp } from 'lucide-react';
import { useMemo, useState, type CSSProperties } from 'react';
import type { InstancePath } from '../../graph/instance.ts';
import type { ProfileNode } from '../../nodes/profile-tree.ts';
import { formatMilliseconds } from '../previews/format.ts';
import { sortedLeaves, type SortBy, type Sorting } from './walk.ts';
import { boundWords, formatRate, formatShare } from './words.ts';

/** More rows are not looked at; what they take is said. */
const MOST_ROWS = 300;

const COLUMNS: readonly { readonly by: SortBy; readonly title: string }[] = [
  { by: 'name', title: 'Node' },
  { by: 'time', title: 'Time' },
  { by: 'flops', title: 'Arithmetic' },
  { by: 'bytes', title: 'Memory' },
];

interface ProfileTableProps {
  readonly root: ProfileNode;
  readonly active: InstancePath;
  readonly onChoose: (node: ProfileNode) => void;
}

export function ProfileTable({ root, active, onChoose }: ProfileTableProps) {
  const [sorting, setSorting] = useState<Sorting>({ by: 'time', descending: true });
  const rows = useMemo(() => sortedLeaves(root, sorting), [root, sorting]);
  const hidden = rows.slice(MOST_ROWS);
  return (
    <table className="profile-table">
      <thead>
        <tr>
          {COLUMNS.map(({ by, title }) => (
            <SortHeading key={by} by={by} title={title} sorting={sorting} onSort={setSorting} />
          ))}
          <th scope="col">Bound by</th>
        </tr>
      </thead>
      <tbody>
        {rows.slice(0, MOST_ROWS).map(({ node, around }) => (
          <TableRow key={node.path} node={node} around={around} active={node.path === active} onChoose={onChoose} />
        ))}
      </tbody>
      {hidden.length > 0 && (
        <tfoot>
          <tr>
            <td colSpan={COLUMNS.length + 1}>
              {hidden.length} more, {formatMilliseconds(hidden.reduce((sum, { node }) => sum + node.milliseconds, 0))}{' '}
              together
            </td>
          </tr>
        </tfoot>
      )}
    </table>
  );
}

interface SortHeadingProps {
  readonly by: SortBy;
  readonly title: string;
  readonly sorting: Sorting;
  readonly onSort: (sorting: Sorting) => void;
}

function SortHeading({ by, title, sorting, onSort }: SortHeadingProps) {
  const chosen = sorting.by === by;
  const Arrow = sorting.descending ? ArrowDown : ArrowUp;
  return (
    <th scope="col" aria-sort={chosen ? (sorting.descending ? 'descending' : 'ascending') : undefined}>
      <button
        type="button"
        // Numbers begin with the largest, names with the first.
        onClick={() => onSort({ by, descending: chosen ? !sorting.descending : by !== 'name' })}
      >
        {title}
        {chosen && <Arrow size={11} aria-hidden="true" />}
      </button>
    </th>
  );
}

interface TableRowProps {
  readonly node: ProfileNode;
  readonly around: string;
  readonly active: boolean;
  readonly onChoose: (node: ProfileNode) => void;
}

function TableRow({ node, around, active, onChoose }: TableRowProps) {
  const title = node.name === '' ? node.type : node.name;
  const folded = node.count > 1 ? ` ×${node.count}` : '';
  const { path, type, milliseconds, share, flops, bytes, bound } = node;
  return (
    <tr ref={active ? bringIntoView : undefined} aria-current={active || undefined} data-bound={bound ?? 'unknown'}>
      <th scope="row" aria-label={`${around}${title}${folded}`}>
        <button type="button" title={`${path}, ${type}`} onClick={() => onChoose(node)}>
          <bdi>
            <span className="muted">{around}</span>
            {title}
            {folded !== '' && <span className="muted">{folded}</span>}
          </bdi>
        </button>
      </th>
      <td style={{ '--share': share } as CSSProperties}>
        {formatMilliseconds(milliseconds)} <span className="muted">{formatShare(share)}</span>
      </td>
      <td>{formatRate(flops, milliseconds, 'FLOP/s')}</td>
      <td>{formatRate(bytes, milliseconds, 'B/s')}</td>
      <td>
        {bound !== null && <i className="bound-swatch" aria-hidden="true" />}
        {boundWords(node) || '–'}
      </td>
    </tr>
  );
}

function bringIntoView(row: HTMLElement | null): void {
  row?.scrollIntoView({ block: 'nearest' });
}
