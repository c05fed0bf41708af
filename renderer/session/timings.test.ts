import { expect, test } from 'vitest';
import { rollUpTimings } from './timings.ts';

test('a module takes as long as what it contains', () => {
  const rolled = rollUpTimings(
    new Map([
      ['blocks.0.attention.q_proj', 2],
      ['blocks.0.attention.k_proj', 3],
      ['blocks.1.norm1', 4],
      ['patch', 1],
    ]),
  );
  expect(Object.fromEntries(rolled)).toEqual({
    '': 10,
    blocks: 9,
    'blocks.0': 5,
    'blocks.0.attention': 5,
    'blocks.0.attention.q_proj': 2,
    'blocks.0.attention.k_proj': 3,
    'blocks.1': 4,
    'blocks.1.norm1': 4,
    patch: 1,
  });
});
