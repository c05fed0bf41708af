import { expect, test } from 'vitest';
import type { Graph, ValueId } from '../ir/types.ts';
import { createBuilder } from '../ops/create-builder.ts';
import { fuse } from './fuse.ts';
import { schedule } from './schedule.ts';

/** Softmaxes in a row, each from the given place. */
function chain(origins: readonly string[]): { graph: Graph; values: ValueId[] } {
  const builder = createBuilder();
  let x = builder.emit('input', [], { name: 'x', key: 'x', dtype: 'f32', shape: [4, 4] });
  const values = origins.map((origin) => {
    builder.origin = origin;
    x = builder.emit('softmax', [x], { axis: 1 });
    return x;
  });
  builder.output('y', x, 'output');
  return { graph: builder.build(), values };
}

const keptOf = (origins: string[], keep: 'outputs' | 'modules', paths: string[] = []): number[] => {
  const { graph, values } = chain(origins);
  const { kept, temporaries } = schedule(fuse(graph, { maxBuffers: 8 }), keep, new Set(paths));
  for (const value of temporaries) expect(kept.has(value)).toBe(false);
  return values.flatMap((value, index) => (kept.has(value) ? [index] : []));
};

const ORIGINS = ['a.first', 'a.second', 'b.inner.deep', 'b.inner.last', 'b.out', 'end'];

test('outputs are kept in any case', () => {
  expect(keptOf(ORIGINS, 'outputs')).toEqual([5]);
});

test('or also what leaves a module', () => {
  expect(keptOf(ORIGINS, 'modules')).toEqual([1, 3, 4, 5]);
});

test('or what leaves one of the instances named', () => {
  expect(keptOf(ORIGINS, 'outputs', ['b.inner'])).toEqual([3, 5]);
});
