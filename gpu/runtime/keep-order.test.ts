import { expect, test } from 'vitest';
import { KeepOrder } from './keep-order.ts';

test('what costs least to have again for its bytes gives way first, of two alike the one that was used longer ago', () => {
  const order = new KeepOrder();
  order.add('dear', 1000, 10);
  order.add('cheap', 10, 10);
  order.add('large', 1000, 1000);
  order.add('alike', 10, 10);
  order.use('cheap');
  expect(order.inOrder()).toEqual(['large', 'alike', 'cheap', 'dear']);
});

test('a dear value that nobody uses gives way at last to cheap ones that come again and again', () => {
  const order = new KeepOrder();
  order.add('dear', 100, 1);
  let rounds = 0;
  for (; rounds < 1000; rounds++) {
    order.add(`cheap ${rounds}`, 10, 1);
    const [first] = order.inOrder();
    order.evict(first!);
    if (first === 'dear') break;
  }
  // Each round raises the floor by what the value before was worth.
  expect(rounds).toBe(9);
});

test('one that is used stays for as long as it is', () => {
  const order = new KeepOrder();
  order.add('dear', 100, 1);
  for (let round = 0; round < 50; round++) {
    order.use('dear');
    order.add(`cheap ${round}`, 10, 1);
    const [first] = order.inOrder();
    expect(first).toBe(`cheap ${round}`);
    order.evict(first!);
  }
});

test('a value of no bytes, one that is deleted, and one that was never there', () => {
  const order = new KeepOrder();
  order.add('empty', 5, 0);
  order.add('gone', 1, 1);
  order.delete('gone');
  order.use('never');
  order.evict('never');
  expect(order.inOrder()).toEqual(['empty']);
});
