/** Cells of the flame view, where keys lead, and the table's order. */
import { expect, test } from 'vitest';
import type { ProfileNode } from '../../nodes/profile-tree.ts';
import { cellAt, cellsOf, sortedLeaves, stepFrom } from './walk.ts';
import { boundWords, clockSentence, formatRate, nodeSentence } from './words.ts';

function node(path: string, share: number, children: readonly ProfileNode[] = []): ProfileNode {
  return {
    path,
    name: path.slice(path.lastIndexOf('.') + 1),
    kind: children.length > 0 ? 'module' : 'leaf',
    type: path === '' ? 'Model' : 'linear',
    count: 1,
    milliseconds: 100 * share,
    share,
    flops: 1e9,
    bytes: 1e6,
    dispatches: 1,
    bound: 'compute',
    reach: { compute: 0.45, memory: 0.1 },
    children,
  };
}

const ROOT = node('', 1, [node('a', 0.25), node('b', 0.75, [node('b.0', 0.2), node('b.10', 0.05), node('b.2', 0.5)])]);
const CELLS = cellsOf(ROOT);

test('parts stand side by side under what contains them', () => {
  expect(CELLS.map(({ node, depth, start, width }) => [node.path, depth, start, width])).toEqual([
    ['', 0, 0, 1],
    ['a', 1, 0, 0.25],
    ['b', 1, 0.25, 0.75],
    ['b.0', 2, 0.25, 0.2],
    ['b.10', 2, 0.45, 0.05],
    ['b.2', 2, 0.5, 0.5],
  ]);
  expect(cellsOf(node('', 0))).toHaveLength(1);
});

test.each([
  ['', 'ArrowUp', ''],
  ['', 'ArrowLeft', ''],
  ['', 'ArrowRight', ''],
  // The widest part.
  ['', 'ArrowDown', 'b'],
  ['b', 'ArrowDown', 'b.2'],
  ['a', 'ArrowDown', 'a'],
  ['a', 'ArrowRight', 'b'],
  ['b.10', 'ArrowLeft', 'b.0'],
  ['b.10', 'ArrowUp', 'b'],
  ['b.10', 'Home', 'b.0'],
  ['b.0', 'End', 'b.2'],
])('from %j, %s leads to %j', (from, key, to) => {
  expect(stepFrom(key, cellAt(CELLS, from), CELLS)?.node.path).toBe(to);
});

test('other keys lead nowhere; a path that took no time leads to what is around it', () => {
  expect(stepFrom('x', CELLS[0]!, CELLS)).toBeUndefined();
  expect(cellAt(CELLS, 'b.2.view').node.path).toBe('b.2');
  expect(cellAt(CELLS, 'gone').node.path).toBe('');
});

test('the table has what computes, in the order that is asked for', () => {
  const paths = (by: 'name' | 'time' | 'flops', descending: boolean) =>
    sortedLeaves(ROOT, { by, descending }).map(({ node }) => node.path);
  expect(paths('time', true)).toEqual(['b.2', 'a', 'b.0', 'b.10']);
  expect(paths('time', false)).toEqual(['b.10', 'b.0', 'a', 'b.2']);
  expect(paths('name', false)).toEqual(['a', 'b.0', 'b.2', 'b.10']);
  expect(sortedLeaves(ROOT, { by: 'name', descending: false }).map(({ around }) => around)).toEqual([
    '',
    'b.',
    'b.',
    'b.',
  ]);
  expect(sortedLeaves(node('', 0), { by: 'time', descending: true })).toHaveLength(1);
  // The same work in less time.
  expect(paths('flops', true)).toEqual(['b.10', 'b.0', 'a', 'b.2']);
});

test('a node in words', () => {
  expect(nodeSentence(node('b.2', 0.5))).toBe(
    '2 50.0 ms, 50 % of the run, linear, 20.0 GFLOP/s, 20.0 MB/s, 1 kernel, bound by arithmetic, 45 %',
  );
  expect(boundWords({ ...node('a', 1), bound: null, reach: null })).toBe('');
  expect(boundWords({ ...node('a', 1), bound: 'neither' })).toBe('neither');
  expect(formatRate(0, 1, 'B/s')).toBe('–');
  expect(formatRate(1, 0, 'B/s')).toBe('–');
});

test('how it was measured, and what is not known', () => {
  const profile = { works: [], milliseconds: 1, ceilings: null } as const;
  expect(clockSentence({ ...profile, clock: 'timestamps', tick: 0.000_001, runs: 1 })).not.toContain('steps');
  expect(clockSentence({ ...profile, clock: 'timestamps', tick: 0.0655, runs: 8 })).toContain('steps of 0.07 ms');
  expect(clockSentence({ ...profile, clock: 'submissions', tick: 0, runs: 1 })).toContain('no timestamps');
  expect(clockSentence({ ...profile, clock: 'operations', tick: 0, runs: 1 })).toContain('CPU');
});
