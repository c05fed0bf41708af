/** Profiles of graphs that are computed operation by operation. */
import { expect, test } from 'vitest';
import { createBuilder } from './ops/create-builder.ts';
import { operationProfile } from './profile-operations.ts';

function graph() {
  const builder = createBuilder();
  builder.origin = 'x';
  const x = builder.emit('input', [], { name: 'x', key: 'x', dtype: 'f32', shape: [2, 3] });
  builder.origin = 'sum';
  const sum = builder.emit('add', [x, x]);
  builder.origin = 'out';
  builder.output('y', builder.emit('relu', [builder.emit('relu', [sum])]), 'output');
  return builder.build();
}

test('times and FLOPs by origin, and nothing of memory or bounds', () => {
  const timings = new Map([
    ['sum', 2],
    ['out', 1],
  ]);
  const profile = operationProfile(graph(), timings);
  expect(profile).toMatchObject({ milliseconds: 3, clock: 'operations', ceilings: null });
  expect(profile.works).toEqual([
    { path: 'sum', milliseconds: 2, flops: 6, bytes: 0, dispatches: 1, boundBy: null },
    { path: 'out', milliseconds: 1, flops: 12, bytes: 0, dispatches: 2, boundBy: null },
  ]);
});

test('nothing computed', () => {
  expect(operationProfile(graph(), new Map())).toMatchObject({ works: [], milliseconds: 0 });
});
