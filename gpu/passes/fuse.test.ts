import { describe, expect, test } from 'vitest';
import { readsOf } from '../ir/kernel.ts';
import type { Graph, ValueId } from '../ir/types.ts';
import { broadcastTo } from '../ops/broadcast.ts';
import { createBuilder } from '../ops/create-builder.ts';
import { NOTEBOOK_SIZES, vitGraph } from '../testing/vit-graph.ts';
import { fuse } from './fuse.ts';
import { toKernelOps } from './kernel-ops.ts';

const labels = (graph: Graph, maxBuffers = 8): string[] =>
  fuse(toKernelOps(graph, maxBuffers), { maxBuffers }).kernels.map(({ label }) => label);

function inputs(shape: readonly number[], count: number) {
  const builder = createBuilder();
  const values = Array.from({ length: count }, (_, index) => {
    return builder.emit('input', [], { name: `x${index}`, key: `x${index}`, dtype: 'f32', shape });
  });
  return { builder, values };
}

describe('fuse', () => {
  test('a block of a transformer is nine kernels', () => {
    const one = labels(vitGraph({ ...NOTEBOOK_SIZES, depth: 1 }));
    const two = labels(vitGraph({ ...NOTEBOOK_SIZES, depth: 2 }));
    expect(two.length - one.length).toBe(9);
    expect(one).toContain('matmul+add+gelu');
    expect(one.filter((label) => label === 'matmul+add+add')).toHaveLength(3);
  });

  test('elementwise ops around a reduction are part of it', () => {
    const { builder, values } = inputs([5, 7], 1);
    const squared = builder.emit('mul', [values[0]!, values[0]!]);
    const mean = builder.emit('reduce_mean', [squared], { axes: [1], keepdims: false });
    builder.output('root', builder.emit('sqrt', [mean]), 'output');
    expect(labels(builder.build())).toEqual(['mul+reduce_mean+sqrt']);
  });

  describe('along rows', () => {
    const of = (build: (builder: ReturnType<typeof createBuilder>, x: ValueId) => ValueId) => {
      const { builder, values } = inputs([5, 7], 1);
      builder.output('y', build(builder, values[0]!), 'output');
      return labels(builder.build());
    };
    const along = { axes: [1], keepdims: true };

    test('a norm and what it is for are one kernel', () => {
      expect(of((builder, x) => builder.emit('rms_norm', [x], { epsilon: 1e-5 }))).toEqual([
        'mul+reduce_mean+add+rsqrt+mul',
      ]);
    });

    test('the cross-entropy of each row is one kernel, its labels included', () => {
      const { builder, values } = inputs([5, 7], 1);
      const labelsOf = builder.emit('input', [], { name: 'labels', key: 'labels', dtype: 'i32', shape: [5] });
      builder.output('y', builder.emit('cross_entropy', [values[0]!, labelsOf]), 'output');
      const { kernels } = fuse(toKernelOps(builder.build(), 8), { maxBuffers: 8 });
      expect(kernels).toHaveLength(1);
      expect(kernels[0]!.core).toMatchObject({ kind: 'rows', rows: 5, steps: 7, passes: [{}, {}, {}] });
    });

    test('other rows are walked by another kernel', () => {
      const turned = of((builder, x) => {
        const weights = builder.emit('softmax', [x], { axis: 1 });
        return builder.emit('reduce_sum', [weights], { axes: [0], keepdims: false });
      });
      expect(turned).toEqual(['softmax', 'reduce_sum']);
    });

    test('what is dear is not computed again in every walk', () => {
      const twice = of((builder, x) => {
        const gelu = builder.emit('gelu', [broadcastLess(builder, x)]);
        return broadcastLess(builder, gelu);
      });
      expect(twice).toEqual(['reduce_max+sub+gelu', 'reduce_max+sub']);
      const cheap = of((builder, x) => broadcastLess(builder, builder.emit('neg', [broadcastLess(builder, x)])));
      expect(cheap).toEqual(['reduce_max+sub+neg+reduce_max+sub']);
    });

    test('a row of another row is loaded', () => {
      const backwards = of((builder, x) => {
        const largest = builder.emit('reduce_max', [x], along);
        const turned = builder.emit('slice', [largest], { starts: [4, 0], stops: [-1, 1], steps: [-1, 1] });
        return builder.emit('sub', [x, broadcastTo(builder, turned, [5, 7])]);
      });
      expect(backwards).toEqual(['reduce_max', 'sub']);
    });

    /** x less the largest of its row. */
    function broadcastLess(builder: ReturnType<typeof createBuilder>, x: ValueId): ValueId {
      return builder.emit('sub', [x, broadcastTo(builder, builder.emit('reduce_max', [x], along), [5, 7])]);
    }
  });

  test('the work of a fused kernel is shared out among its instances', () => {
    const { builder, values } = inputs([64, 64], 2);
    builder.origin = 'product';
    const product = builder.emit('matmul', [values[0]!, values[1]!]);
    builder.origin = 'relu';
    builder.output('y', builder.emit('relu', [product]), 'output');
    const [kernel] = fuse(builder.build(), { maxBuffers: 8 }).kernels;
    expect(kernel!.origins).toEqual(['product', 'relu']);
    expect(kernel!.shares[0]).toBeCloseTo(128 / 129);
    expect(kernel!.shares[0]! + kernel!.shares[1]!).toBeCloseTo(1);
  });

  test('what is read behind a copy of a value comes after the kernel that computes it', () => {
    const { builder, values } = inputs([6, 6], 2);
    const product = builder.emit('matmul', [values[0]!, values[1]!]);
    const turned = builder.emit('permute', [product], { axes: [1, 0] });
    // Looked at, so that it has a buffer of its own, which the way back then reads.
    builder.output('turned', turned, 'tap');
    const back = builder.emit('permute', [turned], { axes: [1, 0] });
    builder.output('sum', builder.emit('add', [back, values[0]!]), 'output');
    expect(labels(builder.build())).toEqual(['matmul', 'add']);
  });

  test('a value that is wanted in another order only is stored so', () => {
    const { builder, values } = inputs([6, 6], 2);
    const product = builder.emit('matmul', [values[0]!, values[1]!]);
    const turned = builder.emit('permute', [builder.emit('reshape', [product], { shape: [2, 3, 6] })], {
      axes: [1, 0, 2],
    });
    builder.output('y', turned, 'output');
    expect(labels(builder.build())).toEqual(['matmul']);
    builder.output('product', product, 'tap');
    expect(labels(builder.build())).toEqual(['matmul', 'copy permute']);
  });

  describe('attention', () => {
    const attention = (seen: 'nothing' | 'scores' | 'weights', queries = 64) => {
      const { builder, values } = inputs([4, queries, 8], 3);
      const [q, k, v] = values as [ValueId, ValueId, ValueId];
      const scores = builder.emit('matmul', [q, builder.emit('permute', [k], { axes: [0, 2, 1] })]);
      if (seen === 'scores') builder.output('scores', scores, 'tap');
      const shape = [4, queries, queries];
      const like = { dtype: 'i32', shape };
      const later = builder.emit('less', [
        builder.emit('iota', [], { axis: 1, ...like }),
        builder.emit('iota', [], { axis: 2, ...like }),
      ]);
      const shut = builder.emit('constant', [], { value: -Infinity, dtype: 'f32', shape });
      const weights = builder.emit('softmax', [builder.emit('select', [later, shut, scores])], { axis: 2 });
      if (seen === 'weights') builder.output('weights', weights, 'tap');
      builder.output('y', builder.emit('tanh', [builder.emit('matmul', [weights, v])]), 'output');
      return labels(builder.build());
    };

    test('is one kernel, with its mask and with what follows', () => {
      expect(attention('nothing')).toEqual(['less+matmul+select+softmax+matmul+tanh']);
    });

    test('is three where its weights or scores are looked at', () => {
      expect(attention('weights')).toEqual(['matmul', 'less+select+softmax', 'matmul+tanh']);
      expect(attention('scores')).toEqual(['matmul', 'less+select+softmax', 'matmul+tanh']);
    });

    test('is three where there are few queries', () => {
      expect(attention('nothing', 3)).toHaveLength(3);
    });

    test('that reads more than can be bound is three', () => {
      const { builder, values } = inputs([64, 64], 5);
      const [q, k, v, first, second] = values as [ValueId, ValueId, ValueId, ValueId, ValueId];
      const scores = builder.emit('matmul', [q, k]);
      const shifted = builder.emit('add', [builder.emit('add', [scores, first]), second]);
      builder.output('y', builder.emit('matmul', [builder.emit('softmax', [shifted], { axis: 1 }), v]), 'output');
      expect(labels(builder.build(), 6)).toHaveLength(1);
      expect(labels(builder.build(), 5)).toHaveLength(3);
    });
  });

  test('a lookup happens where it is read', () => {
    const { builder, values } = inputs([50, 7], 1);
    const ids = builder.emit('input', [], { name: 'ids', key: 'ids', dtype: 'i32', shape: [2, 3] });
    const rows = builder.emit('gather', [values[0]!, ids]);
    builder.output('y', builder.emit('relu', [rows]), 'output');
    builder.output('norm', builder.emit('layer_norm', [rows], { epsilon: 1e-5 }), 'output');
    expect(labels(builder.build())).toEqual(['gather+relu', 'layer_norm']);
  });

  test('a table that is computed or moved has a buffer', () => {
    const { builder, values } = inputs([7, 50], 1);
    const ids = builder.emit('input', [], { name: 'ids', key: 'ids', dtype: 'i32', shape: [2, 3] });
    const table = builder.emit('permute', [builder.emit('relu', [values[0]!])], { axes: [1, 0] });
    builder.output('y', builder.emit('gather', [table, ids]), 'output');
    builder.output('z', builder.emit('gather', [builder.emit('exp', [values[0]!]), ids]), 'output');
    expect(labels(builder.build())).toEqual(['relu', 'gather', 'exp', 'gather']);
  });

  test('an LSTM is a product for all inputs, then a kernel a step', () => {
    const { builder, values } = inputs([2, 9, 3], 1);
    const weights = [[20, 3], [20, 5], [20], [20]].map((shape, index) =>
      builder.emit('weight', [], { path: `w${index}`, key: `w${index}`, dtype: 'f32', shape }),
    );
    const [, last] = builder.emitAll('lstm', [values[0]!, ...weights]);
    builder.output('last', last!, 'output');
    const steps = Array.from({ length: 8 }, () => 'lstm_step');
    expect(labels(builder.build())).toEqual(['add+matmul+add', 'sigmoid+sigmoid+tanh+mul+tanh+mul', ...steps]);
  });

  test('what comes from more values than a kernel binds is copied in parts', () => {
    const { builder, values } = inputs([3, 4], 11);
    const whole = builder.emit('concat', values, { axis: 0 });
    builder.output('mean', builder.emit('reduce_mean', [whole], { axes: [0], keepdims: false }), 'output');
    const { kernels } = fuse(toKernelOps(builder.build(), 4), { maxBuffers: 4 });
    for (const kernel of kernels) expect(readsOf(kernel).length + kernel.stores.length).toBeLessThanOrEqual(4);
    expect(kernels.map(({ label }) => label)).toEqual([
      ...Array.from({ length: 4 }, () => 'copy concat'),
      'reduce_mean',
    ]);
  });

  test('a tap is one more store, not a cut', () => {
    const { builder, values } = inputs([5, 7], 2);
    const sum = builder.emit('add', [values[0]!, values[1]!]);
    builder.output('tapped', sum, 'tap');
    builder.output('relu', builder.emit('relu', [sum]), 'output');
    const { kernels } = fuse(builder.build(), { maxBuffers: 8 });
    expect(kernels.map(({ label, stores }) => [label, stores.length])).toEqual([['add+relu', 2]]);
  });

  test.each([
    ['gelu', ['gelu', 'add']],
    ['neg', ['neg+add']],
  ])('%s that is read at two places is stored, or computed twice if cheap', (op, want) => {
    const { builder, values } = inputs([6, 6], 1);
    const y = builder.emit(op, [values[0]!]);
    const turned = builder.emit('permute', [y], { axes: [1, 0] });
    builder.output('sum', builder.emit('add', [y, turned]), 'output');
    expect(labels(builder.build())).toEqual(want);
  });

  test('no kernel binds more buffers than the adapter allows', () => {
    const { builder, values } = inputs([9], 20);
    builder.output(
      'sum',
      values.reduce((sum, value) => builder.emit('add', [sum, value])),
      'output',
    );
    for (const maxBuffers of [4, 8]) {
      for (const kernel of fuse(builder.build(), { maxBuffers }).kernels) {
        expect(readsOf(kernel).length + kernel.stores.length).toBeLessThanOrEqual(maxBuffers);
      }
    }
  });

  test('a softmax whose input depends on the sum it would join stays apart', () => {
    const { builder, values } = inputs([4, 4], 2);
    const product = builder.emit('matmul', [values[0]!, values[1]!]);
    const weights = builder.emit('softmax', [product], { axis: 1 });
    builder.output('sum', builder.emit('add', [product, weights]), 'output');
    expect(labels(builder.build())).toEqual(['matmul', 'softmax+add']);
  });

  test('movement has no kernel; an output that is a mere reshape has the same buffer', () => {
    const { builder, values } = inputs([2, 3, 4], 1);
    const relu = builder.emit('relu', [values[0]!]);
    builder.output('flat', builder.emit('reshape', [relu], { shape: [24] }), 'output');
    expect(labels(builder.build())).toEqual(['relu']);
  });

  test('a value that is spread over more elements is computed before, unless it is cheap', () => {
    const { builder, values } = inputs([3], 1);
    const wide = (op: string) => broadcastTo(builder, builder.emit(op, [values[0]!]), [100, 3]);
    builder.output('gelu', builder.emit('relu', [wide('gelu')]), 'output');
    builder.output('neg', builder.emit('abs', [wide('neg')]), 'output');
    expect(labels(builder.build()).sort()).toEqual(['gelu', 'neg+abs', 'relu']);
  });

  describe('says why a value has a buffer', () => {
    /** By the label of the kernel that stores it. */
    const reasons = (graph: Graph, maxBuffers = 8): Record<string, string[]> => {
      const { kernels } = fuse(toKernelOps(graph, maxBuffers), { maxBuffers });
      return Object.fromEntries(kernels.map(({ label, stores }) => [label, stores.flatMap(({ why }) => why)]));
    };

    test('because it is wanted after the run', () => {
      const { builder, values } = inputs([5, 7], 2);
      builder.output('tap', builder.emit('add', [values[0]!, values[1]!]), 'tap');
      builder.output('y', builder.emit('exp', [values[0]!]), 'output');
      expect(reasons(builder.build())).toEqual({ add: ['somebody looks at it'], exp: ['an output'] });
    });

    test('because two kernels read it', () => {
      const { builder, values } = inputs([6, 6], 1);
      const y = builder.emit('gelu', [values[0]!]);
      for (const axis of [0, 1]) {
        builder.output(`y${axis}`, builder.emit('reduce_max', [y], { axes: [axis], keepdims: false }), 'output');
      }
      const read = 'read by reduce_max of , reduce_max of : read by 2 kernels';
      expect(reasons(builder.build())['gelu']).toEqual([read]);
    });

    test('because it would be computed again and again', () => {
      const { builder, values } = inputs([6, 6], 1);
      const soft = builder.emit('softmax', [builder.emit('gelu', [values[0]!])], { axis: 1 });
      builder.output('y', soft, 'output');
      const found = reasons(builder.build())['gelu'];
      expect(found).toEqual([
        expect.stringMatching(
          /^read by softmax of : softmax would compute it in 3 walks along the row, and it costs \d+ FLOPs an element$/,
        ),
      ]);
    });

    test('because the reader would bind too many buffers', () => {
      const { builder, values } = inputs([9], 6);
      builder.output(
        'sum',
        values.reduce((sum, value) => builder.emit('add', [sum, value])),
        'output',
      );
      const [first] = reasons(builder.build(), 4)['add+add'] ?? [];
      expect(first).toBe('read by add of : its reader would bind 7 buffers, the adapter 4');
    });

    test('because the reader takes it from a buffer', () => {
      const { builder, values } = inputs([6, 6], 2);
      const product = builder.emit('matmul', [builder.emit('relu', [values[0]!]), values[1]!]);
      const weights = builder.emit('softmax', [product], { axis: 1 });
      builder.output('y', builder.emit('add', [product, weights]), 'output');
      expect(reasons(builder.build())).toMatchObject({
        relu: ['read by matmul of : matmul takes it from a buffer'],
        matmul: ['read by softmax of : softmax takes it from a buffer', 'read by add of : add goes on after softmax'],
      });
    });

    test('because it is wanted in another order', () => {
      const { builder, values } = inputs([6, 6], 2);
      const product = builder.emit('matmul', [values[0]!, values[1]!]);
      builder.output('turned', builder.emit('permute', [product], { axes: [1, 0] }), 'output');
      const order = 'an output, in another order than it is computed in';
      expect(reasons(builder.build())).toEqual({ matmul: [order, 'stored in that order at once'] });
      builder.output('product', product, 'tap');
      expect(reasons(builder.build())).toMatchObject({
        'copy permute': [order, 'what it is made of is wanted in its own order too'],
      });
    });

    test('because it is wanted in its own order behind a copy in another', () => {
      const { builder, values } = inputs([6, 6], 2);
      const product = builder.emit('matmul', [values[0]!, values[1]!]);
      const turned = builder.emit('permute', [product], { axes: [1, 0] });
      builder.output('turned', turned, 'tap');
      builder.output('back', builder.emit('permute', [turned], { axes: [1, 0] }), 'output');
      const { kernels, outputs } = fuse(builder.build(), { maxBuffers: 8 });
      const stored = new Set(kernels.flatMap(({ stores }) => stores.map(({ value }) => value)));
      expect([...outputs.values()].filter((value) => !stored.has(value))).toEqual([]);
      expect(reasons(builder.build())).toMatchObject({
        'copy permute': [expect.any(String), 'what it is made of is wanted in its own order too'],
      });
    });

    test.each([
      ['somebody looks at its weights', 64, true, 'its weights are wanted elsewhere too'],
      ['it has few queries', 3, false, 'it has 3 queries, fewer than 64'],
    ])('because an attention is not one kernel where %s', (_, queries, seen, why) => {
      const { builder, values } = inputs([queries, 8], 3);
      const [q, k, v] = values as [ValueId, ValueId, ValueId];
      const scores = builder.emit('matmul', [q, builder.emit('permute', [k], { axes: [1, 0] })]);
      const weights = builder.emit('softmax', [scores], { axis: 1 });
      if (seen) builder.output('weights', weights, 'tap');
      builder.output('y', builder.emit('matmul', [weights, v]), 'output');
      expect(reasons(builder.build())['softmax']).toContain(`attention is not one kernel: ${why}`);
    });
  });
});
