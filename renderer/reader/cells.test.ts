import { expect, test } from 'vitest';
import { cellAfter, cellWords, indexIn, tableOf, windowAbout } from './cells.ts';

const BATCHED = tableOf([{ name: 'batch', size: 2 }, { name: 'patches', size: 196 }, { size: 768 }]);

test('the last two axes lie in the table; a vector is one row, a scalar one cell', () => {
  expect(BATCHED).toMatchObject({ leading: [{ name: 'batch', size: 2 }], rows: 196, columns: 768 });
  expect(tableOf([{ size: 5 }])).toMatchObject({ leading: [], row: null, rows: 1, columns: 5 });
  expect(tableOf([])).toMatchObject({ leading: [], row: null, column: null, rows: 1, columns: 1 });
});

test('keys lead from cell to cell and not out of the table', () => {
  const go = (key: string, row: number, column: number, ctrl = false) => cellAfter(key, ctrl, { row, column }, BATCHED);
  expect(go('ArrowDown', 3, 5)).toEqual({ row: 4, column: 5 });
  expect(go('ArrowLeft', 3, 0)).toEqual({ row: 3, column: 0 });
  expect(go('PageDown', 190, 5)).toEqual({ row: 195, column: 5 });
  expect(go('Home', 3, 5)).toEqual({ row: 3, column: 0 });
  expect(go('End', 3, 5, true)).toEqual({ row: 195, column: 767 });
  expect(go('a', 3, 5)).toBeNull();
});

test('the rows that are shown move only when a cell would leave them', () => {
  expect(windowAbout(3, 0, 8, 100)).toBe(0);
  expect(windowAbout(8, 0, 8, 100)).toBe(1);
  expect(windowAbout(2, 5, 8, 100)).toBe(2);
  expect(windowAbout(99, 0, 8, 100)).toBe(92);
  expect(windowAbout(1, 4, 8, 3)).toBe(0);
});

test('a cell is read with the names of its axes', () => {
  expect(cellWords({ row: 3, column: 5 }, BATCHED, -0.25)).toBe('patches 3, axis 2 5: −0.25');
  expect(cellWords({ row: 0, column: 0 }, tableOf([]), Number.NaN)).toBe('NaN');
  expect(cellWords({ row: 0, column: 1 }, tableOf([{ name: 'logits', size: 2 }]), 'reading')).toBe('logits 1: reading');
});

test('an index is typed as PyTorch takes it', () => {
  expect(indexIn('1, 3, 5', BATCHED)).toEqual({ leading: [1], cell: { row: 3, column: 5 } });
  expect(indexIn('[0 -1 -768]', BATCHED)).toEqual({ leading: [0], cell: { row: 195, column: 0 } });
  expect(indexIn('2, 0, 0', BATCHED)).toBeNull();
  expect(indexIn('3, 5', BATCHED)).toBeNull();
  expect(indexIn('4', tableOf([{ size: 5 }]))).toEqual({ leading: [], cell: { row: 0, column: 4 } });
  expect(indexIn('', tableOf([]))).toEqual({ leading: [], cell: { row: 0, column: 0 } });
});
