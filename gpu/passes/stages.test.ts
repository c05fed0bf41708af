import { describe, expect, test } from 'vitest';
import { readsOf } from '../ir/kernel.ts';
import { elementCount, type Graph, type ValueId } from '../ir/types.ts';
import { createBuilder } from '../ops/create-builder.ts';
import { fuse } from './fuse.ts';
import { schedule } from './schedule.ts';
import { joinStages } from './stages.ts';

/** Largest of each row, then of what the rows gave: two walks that one kernel does not do. */
function twoWalks(shape: readonly [number, number], tapped = false): Graph {
  const builder = createBuilder();
  const x = builder.emit('input', [], { name: 'x', key: 'x', dtype: 'f32', shape });
  const largest = builder.emit('reduce_max', [x], { axes: [1], keepdims: false });
  if (tapped) builder.output('largest', largest, 'tap');
  builder.output('y', builder.emit('reduce_sum', [largest], { axes: [0], keepdims: false }), 'output');
  return builder.build();
}

function joined(graph: Graph, limits: { maxBuffers?: number; maxShared?: number } = {}) {
  const elements = (value: ValueId): number => elementCount(graph.types.get(value)!.shape);
  const scheduled = schedule(fuse(graph, { maxBuffers: 8 }), 'outputs', new Set());
  return joinStages(scheduled, { maxBuffers: 8, maxShared: 4096, elements, ...limits });
}

describe('small kernels', () => {
  test('are one, which hands its values on without a buffer', () => {
    const { kernels, temporaries } = joined(twoWalks([5, 7]));
    expect(kernels.map(({ label }) => label)).toEqual(['reduce_max, then reduce_sum']);
    expect(kernels[0]!.core).toMatchObject({ kind: 'stages', shared: new Map([[1, 5]]) });
    expect([readsOf(kernels[0]!), kernels[0]!.stores.map(({ value }) => value)]).toEqual([[0], [2]]);
    expect(temporaries).toEqual([]);
    expect(kernels[0]!.shares.reduce((sum, share) => sum + share)).toBeCloseTo(1);
  });

  test('end where something is kept', () => {
    expect(joined(twoWalks([5, 7], true)).kernels).toHaveLength(2);
  });

  test('stay apart where there is much to do', () => {
    const { kernels, temporaries } = joined(twoWalks([500, 700]));
    expect(kernels).toHaveLength(2);
    expect(temporaries).toHaveLength(1);
  });

  test('stay apart where workgroup memory or bindings do not suffice', () => {
    expect(joined(twoWalks([5, 7]), { maxShared: 4 }).kernels).toHaveLength(2);
    expect(joined(twoWalks([5, 7]), { maxBuffers: 1 }).kernels).toHaveLength(2);
  });

  test('store what a later kernel reads too', () => {
    const builder = createBuilder();
    const x = builder.emit('input', [], { name: 'x', key: 'x', dtype: 'f32', shape: [4, 4] });
    const largest = builder.emit('reduce_max', [x], { axes: [1], keepdims: true });
    const all = builder.emit('reduce_sum', [largest], { axes: [0, 1], keepdims: true });
    const scaled = builder.emit('mul', [x, builder.emit('expand', [all], { shape: [4, 4] })]);
    const product = builder.emit('matmul', [scaled, builder.emit('expand', [largest], { shape: [4, 4] })]);
    builder.output('y', product, 'output');
    const { kernels, temporaries } = joined(builder.build());
    expect(kernels).toHaveLength(2);
    expect(kernels[0]!.stores.map(({ value }) => value)).toEqual(readsOf(kernels[1]!).toReversed());
    expect(temporaries).toHaveLength(2);
  });
});
