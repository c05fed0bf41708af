/** The cells of the flame view, where they stand, and where keys lead among them. */
import type { InstancePath } from '../../graph/instance.ts';
import type { ProfileNode } from '../../nodes/profile-tree.ts';

export interface Cell {
  readonly node: ProfileNode;
  readonly depth: number;
  /** Left edge and width, of the whole; 0 … 1. */
  readonly start: number;
  readonly width: number;
  readonly parent: Cell | null;
}

/** Each before what it contains; parts stand side by side in their order, under what contains them. */
export function cellsOf(root: ProfileNode): readonly Cell[] {
  const cells: Cell[] = [];
  const place = (node: ProfileNode, depth: number, start: number, parent: Cell | null): void => {
    const cell: Cell = { node, depth, start, width: node.share, parent };
    cells.push(cell);
    let at = start;
    for (const child of node.children) {
      place(child, depth + 1, at, cell);
      at += child.share;
    }
  };
  place(root, 0, 0, null);
  return cells;
}

/** Narrower ones are not drawn: a thousandth is a pixel or two. They are in the table. */
export const NARROWEST = 0.001;

/** The cell that a key leads to from another; undefined if the key is none of the tree's. */
export function stepFrom(key: string, from: Cell, cells: readonly Cell[]): Cell | undefined {
  const beside = cells.filter(({ parent }) => parent === from.parent);
  const at = beside.indexOf(from);
  switch (key) {
    case 'ArrowUp':
      return from.parent ?? from;
    case 'ArrowDown': {
      const [widest] = cells.filter(({ parent }) => parent === from).toSorted((one, other) => other.width - one.width);
      return widest ?? from;
    }
    case 'ArrowLeft':
      return beside[at - 1] ?? from;
    case 'ArrowRight':
      return beside[at + 1] ?? from;
    case 'Home':
      return beside[0];
    case 'End':
      return beside.at(-1);
    default:
      return undefined;
  }
}

export type SortBy = 'name' | 'time' | 'flops' | 'bytes';

export interface Sorting {
  readonly by: SortBy;
  readonly descending: boolean;
}

/** A line of the table. */
export interface Leaf {
  readonly node: ProfileNode;
  /** Names of what contains it, with a dot after each: layers that are folded have none. */
  readonly around: string;
}

/** What computes: the nodes of the tree that contain no others, sorted; what is equal keeps its order. */
export function sortedLeaves(root: ProfileNode, { by, descending }: Sorting): readonly Leaf[] {
  const leaves = leavesOf(root, '');
  const rate = (amount: number, { milliseconds }: ProfileNode): number =>
    milliseconds > 0 ? amount / milliseconds : 0;
  const compare = ({ node: one, around }: Leaf, { node: other, around: elsewhere }: Leaf): number => {
    switch (by) {
      case 'name':
        return (around + one.name).localeCompare(elsewhere + other.name, undefined, { numeric: true });
      case 'time':
        return one.milliseconds - other.milliseconds;
      case 'flops':
        return rate(one.flops, one) - rate(other.flops, other);
      case 'bytes':
        return rate(one.bytes, one) - rate(other.bytes, other);
      default:
        return by satisfies never;
    }
  };
  return leaves.toSorted((one, other) => (descending ? compare(other, one) : compare(one, other)));
}

function leavesOf(node: ProfileNode, around: string): readonly Leaf[] {
  if (node.children.length === 0) return [{ node, around }];
  const inside = node.name === '' ? around : `${around}${node.name}.`;
  return node.children.flatMap((child) => leavesOf(child, inside));
}

/** The cell of a path, or the nearest around it; the root's, at last. */
export function cellAt(cells: readonly Cell[], path: InstancePath): Cell {
  for (let at = path; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('.')))) {
    const found = cells.find(({ node }) => node.path === at);
    if (found) return found;
  }
  return cells[0]!;
}
