import { describe, expect, test } from 'vitest';
import { readsOf } from '../ir/kernel.ts';
import { elementCount, type Graph, type ValueId } from '../ir/types.ts';
import { createBuilder } from '../ops/create-builder.ts';
import { fuse } from './fuse.ts';
import { toKernelOps } from './kernel-ops.ts';
import { schedule } from './schedule.ts';
import { joinSiblings, type SiblingLimits } from './siblings.ts';

type Emit = (name: string, shape: readonly number[]) => ValueId;

function graphOf(build: (builder: ReturnType<typeof createBuilder>, input: Emit) => void): Graph {
  const builder = createBuilder();
  build(builder, (name, shape) => builder.emit('input', [], { name, key: name, dtype: 'f32', shape }));
  return toKernelOps(builder.build(), 8);
}

/** Layers of these widths over one value of depth 8. */
function layers(widths: readonly number[], biases = true): Graph {
  return graphOf((builder, input) => {
    const x = input('x', [5, 8]);
    for (const [index, width] of widths.entries()) {
      builder.origin = `layer ${index}`;
      const operands = [x, input(`w${index}`, [width, 8]), ...(biases ? [input(`b${index}`, [width])] : [])];
      builder.output(`y${index}`, builder.emit('linear', operands), 'output');
    }
  });
}

function joined(graph: Graph, given: Partial<SiblingLimits> = {}) {
  const elements = (value: ValueId): number => elementCount(graph.types.get(value)!.shape);
  const scheduled = schedule(fuse(graph, { maxBuffers: 10 }), 'outputs', new Set());
  return joinSiblings(scheduled, {
    maxBuffers: 10,
    maxBytes: 1 << 22,
    bytes: (value) => 4 * elements(value),
    whyNotWorth: () => undefined,
    ...given,
  }).kernels;
}

describe('matmuls of one left matrix', () => {
  test('are one kernel, of any widths', () => {
    const [kernel, ...others] = joined(layers([6, 3, 1]));
    expect(others).toEqual([]);
    expect(kernel!.core.kind).toBe('siblings');
    expect(kernel!.label).toBe('matmul+add ×3');
    expect([readsOf(kernel!).length, kernel!.stores.length]).toEqual([7, 3]);
    expect(kernel!.origins).toEqual(['layer 0', 'layer 1', 'layer 2']);
    expect(kernel!.shares.map((share) => Math.round(10 * share))).toEqual([6, 3, 1]);
    expect(kernel!.flops).toBe(2 * 5 * 8 * 10 + 5 * 10);
  });

  test('are as many as the adapter can bind, and the rest says why', () => {
    const kernels = joined(layers([4, 4, 4]), { maxBuffers: 8 });
    expect(kernels.map(({ label }) => label)).toEqual(['matmul+add ×2', 'matmul+add']);
    expect(kernels.map(({ apart }) => apart)).toEqual([
      undefined,
      'together they would bind 10 buffers, the adapter 8',
    ]);
    expect(joined(layers([4, 4, 4]), { maxBuffers: 6 })).toHaveLength(3);
    expect(joined(layers([4, 4, 4], false), { maxBuffers: 7 })).toHaveLength(1);
  });

  test('stay apart where that is better, or where a value takes several bindings', () => {
    const kernels = joined(layers([4, 4]), { whyNotWorth: () => 'it is Sunday' });
    expect(kernels.map(({ apart }) => apart)).toEqual([undefined, 'it is Sunday']);
    const cut = joined(layers([4, 4]), { maxBytes: 159 });
    expect(cut.map(({ apart }) => apart)).toEqual([
      undefined,
      'what it reads or writes is more than one binding holds',
    ]);
    expect(joined(layers([4, 4]), { maxBytes: 160 })).toHaveLength(1);
  });

  test('one that is alone, or multiplies another value or another part of it, is what it was', () => {
    expect(joined(layers([4]))[0]!.core.kind).toBe('matmul');
    const graph = graphOf((builder, input) => {
      const [x, w] = [input('x', [6, 8]), input('w', [4, 8])];
      const part = (start: number) =>
        builder.emit('slice', [x], { starts: [start, 0], stops: [start + 3, 8], steps: [1, 1] });
      builder.output('a', builder.emit('linear', [part(0), w]), 'output');
      builder.output('b', builder.emit('linear', [part(3), w]), 'output');
      builder.output('c', builder.emit('linear', [input('y', [3, 8]), w]), 'output');
    });
    const kernels = joined(graph);
    expect(kernels.map(({ core }) => core.kind)).toEqual(['matmul', 'matmul', 'matmul']);
    expect(kernels.map(({ apart }) => apart)).toEqual([undefined, undefined, undefined]);
  });

  test('one that takes what another computes stays behind it', () => {
    const graph = graphOf((builder, input) => {
      const x = input('x', [5, 8]);
      const gate = builder.emit('gelu', [builder.emit('linear', [x, input('w', [4, 8])])]);
      builder.output('gate', gate, 'output');
      builder.output('y', builder.emit('mul', [builder.emit('linear', [x, input('v', [4, 8])]), gate]), 'output');
    });
    const kernels = joined(graph);
    expect(kernels.map(({ label }) => label)).toEqual(['matmul+gelu', 'matmul+mul']);
    expect(kernels[1]!.apart).toBe('it reads what the one before it computes');
  });

  test('right matrices of another layout are read in another way', () => {
    const graph = graphOf((builder, input) => {
      const x = input('x', [5, 8]);
      builder.output('a', builder.emit('linear', [x, input('w', [4, 8])]), 'output');
      builder.output('b', builder.emit('matmul', [x, input('v', [8, 4])]), 'output');
    });
    expect(joined(graph)[1]!.apart).toBe('their right matrices lie in memory in other ways');
  });
});
