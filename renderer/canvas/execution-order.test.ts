import { expect, test } from 'vitest';
import type { Edge } from '../../graph/schema.ts';
import { executionOrder } from './execution-order.ts';

const nodes = (...ids: string[]) => ids.map((id) => ({ id }));
const wires = (...pairs: string[]): Edge[] =>
  pairs.map((pair) => ({ from: [pair[0]!, 'output'], to: [pair[1]!, 'input'] }));

test('what feeds comes before what is fed, and else what was constructed first', () => {
  expect(executionOrder(nodes('a', 'b', 'c'), [])).toEqual(['a', 'b', 'c']);
  expect(executionOrder(nodes('c', 'b', 'a'), wires('ab', 'bc'))).toEqual(['a', 'b', 'c']);
  expect(executionOrder(nodes('x', 'q', 'k', 'm'), wires('xq', 'xk', 'km', 'qm'))).toEqual(['x', 'q', 'k', 'm']);
});

test('circles and wires from nowhere leave no node out', () => {
  expect(executionOrder(nodes('a', 'b'), wires('ab', 'ba', 'zb')).toSorted()).toEqual(['a', 'b']);
});

test('a chain of 20,000 nodes', () => {
  const ids = Array.from({ length: 20_000 }, (_, index) => String(index));
  const edges = ids.slice(1).map((id, index): Edge => ({ from: [ids[index]!, 'output'], to: [id, 'input'] }));
  expect(executionOrder(nodes(...ids.toReversed()), edges)).toEqual(ids);
});
