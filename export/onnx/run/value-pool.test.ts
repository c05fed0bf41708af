import { expect, test } from 'vitest';
import { ValuePool } from './value-pool.ts';

test('over the budget, what was used least recently goes first', () => {
  const pool = new ValuePool(24);
  for (const key of ['a', 'b', 'c']) pool.put(key, new Float32Array(2));
  pool.take('a');
  pool.put('d', new Float32Array(2));
  expect(pool.bytes).toBe(32);
  pool.trim();
  expect(pool.bytes).toBe(24);
  expect(['a', 'b', 'c', 'd'].filter((key) => pool.has(key))).toEqual(['a', 'c', 'd']);
});

test('a value that is put again counts once', () => {
  const pool = new ValuePool(100);
  pool.put('a', new Float32Array(2));
  pool.put('a', new Float32Array(4));
  expect(pool.bytes).toBe(16);
});
