/** Generation with what former steps have left gives the numbers of generation without, and computes new positions alone. */
import { describe, expect, test } from 'vitest';
import { Builder } from '../../ir/builder.ts';
import type { Graph, ValueId } from '../../ir/types.ts';
import { inferTypes } from '../../ops/infer.ts';
import type { HostTensor } from '../../ops/record.ts';
import { evaluateGraph, expectTensor, randomTensor, tensor } from '../../testing/host.ts';
import { runPasses } from '../pipeline.ts';
import { reusePrefixes, type Before } from './reuse.ts';

const [BATCH, VOCABULARY, WIDTH, HEADS, LONGEST, IMAGE] = [2, 11, 12, 3, 40, 5];
/** An id that the first row of the tests has at its second place. */
const PADDING = 7;

type Mask = 'causal' | 'causal and padded' | 'none' | 'added' | 'one too far';

interface Model {
  readonly mask: Mask;
  readonly layers: number;
  /** Features of an image before the text. */
  readonly image?: true;
}

/** A decoder for ids of this length: embeddings, positions, layers of attention and a gated product, logits of the last position. */
function decoder(length: number, { mask, layers, image }: Model): Graph {
  const builder = new Builder(inferTypes);
  const weight = (path: string, shape: readonly number[]) =>
    builder.emit('weight', [], { path, key: path, dtype: 'f32', shape });
  const ids = builder.emit('input', [], { name: 'ids', key: `ids ${length}`, dtype: 'i32', shape: [BATCH, length] });
  let x = builder.emit('gather', [weight('embedding', [VOCABULARY, WIDTH]), ids]);
  if (image) {
    const shape = [BATCH, IMAGE, WIDTH];
    const features = builder.emit('input', [], { name: 'image', key: 'image', dtype: 'f32', shape });
    x = builder.emit('concat', [builder.emit('linear', [features, weight('projector', [WIDTH, WIDTH])]), x], {
      axis: 1,
    });
  }
  const all = length + (image ? IMAGE : 0);
  const positions = builder.emit('slice', [weight('positions', [LONGEST, WIDTH])], {
    starts: [0, 0],
    stops: [all, WIDTH],
    steps: [1, 1],
  });
  const placed = builder.emit('reshape', [positions], { shape: [1, all, WIDTH] });
  x = builder.emit('add', [x, builder.emit('expand', [placed], { shape: [BATCH, all, WIDTH] })]);
  for (let layer = 0; layer < layers; layer++) x = block(builder, x, `${layer}`, { all, ids, mask, weight });
  const normed = builder.emit('layer_norm', [x], { epsilon: 1e-5 });
  const logits = builder.emit('linear', [normed, weight('head', [VOCABULARY, WIDTH])]);
  const last = builder.emit('slice', [logits], {
    starts: [0, all - 1, 0],
    stops: [BATCH, all, VOCABULARY],
    steps: [1, 1, 1],
  });
  builder.output('logits', last, 'output');
  return builder.build();
}

interface Around {
  readonly ids: ValueId;
  readonly all: number;
  readonly mask: Mask;
  readonly weight: (path: string, shape: readonly number[]) => ValueId;
}

function block(builder: Builder, x: ValueId, layer: string, { all, ids, mask, weight }: Around): ValueId {
  const normed = builder.emit('layer_norm', [x], { epsilon: 1e-5 });
  const heads = (name: string): ValueId => {
    const projected = builder.emit('linear', [normed, weight(`${layer}.${name}`, [WIDTH, WIDTH])]);
    const split = builder.emit('reshape', [projected], { shape: [BATCH, all, HEADS, WIDTH / HEADS] });
    return builder.emit('permute', [split], { axes: [0, 2, 1, 3] });
  };
  const operands = [heads('q'), heads('k'), heads('v')];
  const [context] = builder.emitAll('attention', [...operands, ...maskOf(builder, all, ids, mask)], { scale: 0.5 });
  const merged = builder.emit('reshape', [builder.emit('permute', [context!], { axes: [0, 2, 1, 3] })], {
    shape: [BATCH, all, WIDTH],
  });
  const after = builder.emit('add', [x, builder.emit('linear', [merged, weight(`${layer}.o`, [WIDTH, WIDTH])])]);
  const hidden = builder.emit('relu', [builder.emit('linear', [after, weight(`${layer}.up`, [2 * WIDTH, WIDTH])])]);
  return builder.emit('add', [after, builder.emit('linear', [hidden, weight(`${layer}.down`, [WIDTH, 2 * WIDTH])])]);
}

function maskOf(builder: Builder, all: number, ids: ValueId, mask: Mask): ValueId[] {
  if (mask === 'none') return [];
  const [row, column] = [0, 1].map((axis) => builder.emit('iota', [], { axis, dtype: 'i32', shape: [all, all] }));
  const one = builder.emit('constant', [], { value: 1, dtype: 'i32', shape: [all, all] });
  const limit = mask === 'one too far' ? builder.emit('add', [row!, one]) : row!;
  const causal = builder.emit('less_equal', [column!, limit]);
  if (mask === 'added') {
    const numbers = [0, -Infinity].map((value) =>
      builder.emit('constant', [], { value, dtype: 'f32', shape: [all, all] }),
    );
    return [builder.emit('select', [causal, ...numbers])];
  }
  if (mask !== 'causal and padded') return [causal];
  const shape = [BATCH, 1, all, all];
  const padding = builder.emit('constant', [], { value: PADDING, dtype: 'i32', shape: [BATCH, all] });
  const isText = builder.emit('not_equal', [ids, padding]);
  const wide = [
    builder.emit('reshape', [causal], { shape: [1, 1, all, all] }),
    builder.emit('reshape', [isText], { shape: [BATCH, 1, 1, all] }),
  ];
  return [
    builder.emit(
      'and',
      wide.map((part) => builder.emit('expand', [part], { shape })),
    ),
  ];
}

function leavesFor(graph: Graph, length: number): Map<string, HostTensor> {
  const leaves = new Map<string, HostTensor>();
  let seed = 0;
  for (const { op, attributes, results } of graph.operations) {
    const { shape } = graph.types.get(results[0]!)!;
    if (op === 'weight') leaves.set(String(attributes['path']), randomTensor(shape, ++seed));
  }
  const ids = Array.from(
    { length: BATCH * length },
    (_, at) => (Math.floor(at / length) * 5 + (at % length) * 7) % VOCABULARY,
  );
  leaves.set('ids', tensor([BATCH, length], ids, 'i32'));
  leaves.set('image', randomTensor([BATCH, IMAGE, WIDTH], 99));
  return leaves;
}

interface Step {
  readonly graph: Graph;
  readonly reads: number;
  readonly taps: number;
}

/** Steps of generation from this length on, each checked against the whole graph. */
function generate(lengths: readonly number[], model: Model): Step[] {
  const kept = new Map<string, HostTensor>();
  let before: Before | null = null;
  return lengths.map((length, step) => {
    const whole = decoder(length, model);
    const { graph, source, taps, reads } = reusePrefixes(whole, before, 'ids');
    const passed = runPasses(graph);
    const leaves = leavesFor(whole, length);
    for (const [key, value] of kept) leaves.set(`positions ${key}`, value);
    const results = evaluateGraph(passed, leaves);
    expectTensor(results.get('logits')!, evaluateGraph(whole, leaves).get('logits')!);
    const keys = new Map<ValueId, string>();
    for (const [name, value] of taps) {
      const key = `${step} ${name}`;
      kept.set(key, results.get(name)!);
      keys.set(value, key);
    }
    before = { graph: source, keys };
    return { graph: passed, reads: reads.length, taps: taps.size };
  });
}

/** How many rows the products with weights have, at most. */
function mostRows({ operations, types }: Graph): number {
  return Math.max(...operations.map(({ op, inputs }) => (op === 'linear' ? types.get(inputs[0]!)!.shape[1]! : 0)));
}

describe('a causal decoder', () => {
  test.each<Mask>(['causal', 'added', 'causal and padded'])(
    'computes new positions alone, with a mask that is %s',
    (mask) => {
      const steps = generate([6, 7, 8, 9], { mask, layers: 2 });
      expect(steps.map(({ reads, taps }) => [reads, taps])).toEqual([
        [0, 0],
        [0, 4],
        [4, 4],
        [4, 4],
      ]);
      expect(steps.map(({ graph }) => mostRows(graph))).toEqual([6, 7, 1, 1]);
    },
  );

  test('several new positions at once, from one id on, and behind an image', () => {
    const steps = generate([1, 2, 3, 4, 9, 14], { mask: 'causal', layers: 2, image: true });
    expect(steps.slice(0, 4).map(({ reads }) => reads)).toEqual([0, 0, 4, 4]);
    // The projector's.
    expect(mostRows(steps[3]!.graph)).toBe(IMAGE);
  });

  test('ids that have not grown leave nothing to reuse', () => {
    expect(generate([5, 6, 7, 7], { mask: 'causal', layers: 1 }).map(({ reads }) => reads)).toEqual([0, 0, 2, 0]);
  });
});

describe('attention that looks ahead', () => {
  test.each<Mask>(['none', 'one too far'])('mask: %s. Only what the first layer is made of is reused', (mask) => {
    const steps = generate([4, 5, 6, 7], { mask, layers: 2 });
    // Query, key and value of the first layer: their rows do not depend on those after them.
    expect(steps.at(-1)!.reads).toBe(3);
    expect(mostRows(steps.at(-1)!.graph)).toBe(7);
  });
});

test('graphs of another structure share nothing', () => {
  const earlier = reusePrefixes(decoder(5, { mask: 'causal', layers: 2 }), null, 'ids');
  const { reads, taps } = reusePrefixes(
    decoder(6, { mask: 'causal', layers: 1 }),
    { graph: earlier.source, keys: new Map() },
    'ids',
  );
  expect([reads.length, taps.size]).toEqual([0, 0]);
});
