/** The flame view: modules above what they contain, as wide as the time they take, coloured by what bounds them. */
import { useMemo, useRef, type KeyboardEvent } from 'react';
import type { InstancePath } from '../../graph/instance.ts';
import type { ProfileNode } from '../../nodes/profile-tree.ts';
import { formatMilliseconds } from '../previews/format.ts';
import { cellAt, cellsOf, NARROWEST, stepFrom, type Cell } from './walk.ts';
import { nodeSentence, titleOf } from './words.ts';

interface FlameProps {
  readonly root: ProfileNode;
  readonly active: InstancePath;
  /** Walked to: it is shown in the table, and nothing else. */
  readonly onWalk: (node: ProfileNode) => void;
  /** Chosen: it is selected on the canvas. */
  readonly onChoose: (node: ProfileNode) => void;
  /** Opened: a module is opened. */
  readonly onOpen: (node: ProfileNode) => void;
}

export function Flame({ root, active, onWalk, onChoose, onOpen }: FlameProps) {
  const cells = useMemo(() => cellsOf(root), [root]);
  const current = cellAt(cells, active);
  const drawn = useMemo(() => cells.filter(({ width }) => width >= NARROWEST), [cells]);
  // What one walks to is there, however narrow.
  const shown = drawn.includes(current) ? drawn : [...drawn, current];
  const depth = cells.reduce((most, cell) => Math.max(most, cell.depth), 0);
  const tree = useRef<HTMLDivElement>(null);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const to = stepFrom(event.key, current, cells);
    if (to) onWalk(to.node);
    else if (event.key === ' ') onChoose(current.node);
    else if (event.key === 'Enter') (current.node.children.length > 0 ? onOpen : onChoose)(current.node);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      ref={tree}
      className="flame"
      role="tree"
      aria-label="Time by module. Arrow keys walk, Enter selects a node or opens a module, Space selects it"
      aria-activedescendant={cellId(current)}
      tabIndex={0}
      style={{ height: `calc(${depth + 1} * var(--flame-row))` }}
      onKeyDown={onKeyDown}
    >
      {shown.map((cell) => (
        <FlameCell
          key={cell.node.path}
          cell={cell}
          active={cell === current}
          onChoose={() => {
            tree.current?.focus();
            onChoose(cell.node);
          }}
          onOpen={() => onOpen(cell.node)}
        />
      ))}
    </div>
  );
}

interface FlameCellProps {
  readonly cell: Cell;
  readonly active: boolean;
  readonly onChoose: () => void;
  readonly onOpen: () => void;
}

function FlameCell({ cell, active, onChoose, onOpen }: FlameCellProps) {
  const { node, depth, start, width } = cell;
  const { bound, milliseconds, children } = node;
  const sentence = nodeSentence(node);
  return (
    // The tree is the one stop of Tab, and its keys walk.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      id={cellId(cell)}
      role="treeitem"
      aria-level={depth + 1}
      aria-selected={active}
      aria-expanded={children.length > 0 ? true : undefined}
      aria-label={sentence}
      title={sentence}
      data-bound={bound ?? 'unknown'}
      style={{
        left: `${100 * start}%`,
        width: `${100 * width}%`,
        top: `calc(${depth} * var(--flame-row))`,
      }}
      onClick={onChoose}
      onDoubleClick={onOpen}
    >
      <b>{titleOf(node)}</b> <span>{formatMilliseconds(milliseconds)}</span>
    </div>
  );
}

function cellId({ node }: Cell): string {
  return `flame ${node.path}`.replaceAll(' ', '-');
}
