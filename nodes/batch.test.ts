/** Where records say that the batch is: by cases, and by computing each node with one sample changed. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { portPath } from '../graph/instance.ts';
import type { ParameterValue } from '../graph/schema.ts';
import type { BatchAxis, BatchContext } from './batch.ts';
import { NODES } from './registry.ts';
import { sizes } from './shapes.ts';
import { analyseBound, compute, singleNode, type Tensor, type Tensors } from './testing/graphs.ts';

test('every node that computes says so, but for one that no average is made with', () => {
  const computing = [...NODES.values()].filter(({ inputs, outputs }) => inputs.length > 0 && outputs.length > 0);
  expect(computing.flatMap(({ type, batch }) => (batch ? [] : [type]))).toEqual(['eye']);
});

const cases: readonly (readonly [
  string,
  Record<string, unknown>,
  Record<string, [number[], BatchAxis]>,
  number[],
  BatchAxis,
])[] = [
  ['add', {}, { a: [[4, 3], 0], b: [[3], 'none'] }, [4, 3], 0],
  ['add', {}, { a: [[4, 1], 0], b: [[4], 0] }, [4, 4], 'joint'],
  ['add', {}, { a: [[4, 3], 0], b: [[4, 3], 'none'] }, [4, 3], 'joint'],
  ['add', {}, { a: [[], 'mean'], b: [[], 'none'] }, [], 'mean'],
  ['multiply', {}, { a: [[], 'mean'], b: [[], 'mean'] }, [], 'joint'],
  ['exp', {}, { input: [[], 'mean'] }, [], 'joint'],
  ['matmul', {}, { a: [[4, 3], 0], b: [[3, 5], 'none'] }, [4, 5], 0],
  ['matmul', {}, { a: [[4, 3], 0], b: [[3, 4], 1] }, [4, 4], 'joint'],
  ['matmul', {}, { a: [[3, 4], 1], b: [[4, 3], 0] }, [3, 3], 'joint'],
  ['matmul', {}, { a: [[4, 2, 3], 0], b: [[4, 3, 2], 0] }, [4, 2, 2], 0],
  ['linear', {}, { input: [[3, 4], 1] }, [3, 5], 'joint'],
  ['softmax', { dim: -1 }, { input: [[4, 3], 0] }, [4, 3], 0],
  ['softmax', { dim: 0 }, { input: [[4, 3], 0] }, [4, 3], 'joint'],
  ['mean', { dim: 1 }, { input: [[4, 3], 0] }, [4], 0],
  ['mean', { dim: 0 }, { input: [[3, 4], 1] }, [4], 0],
  ['mean', { dim: 0 }, { input: [[4], 0] }, [], 'mean'],
  ['mean', { dim: 0 }, { input: [[4, 3], 0] }, [3], 'joint'],
  ['sum', { all: true }, { input: [[4, 3], 0] }, [], 'joint'],
  ['transpose', { dim0: 0, dim1: 1 }, { input: [[4, 3], 0] }, [3, 4], 1],
  ['reshape', {}, { input: [[4, 6, 2], 0] }, [24, 2], 0],
  ['reshape', {}, { input: [[4, 6, 2], 0] }, [2, 24], 'joint'],
  ['reshape', {}, { input: [[3, 4, 2], 1] }, [3, 8], 1],
  ['select', { dim: 0, index: 0 }, { input: [[4, 3], 0] }, [3], 'joint'],
  ['arange', { dim: 0 }, { input: [[4, 4], 0] }, [4], 'joint'],
  ['causal_mask', { dim: 1 }, { input: [[4, 5], 0] }, [5, 5], 'none'],
  ['cross_entropy', { reduction: 'sum' }, { logits: [[4, 3], 0], labels: [[4], 0] }, [], 'joint'],
  ['take_at', {}, { input: [[4, 3, 2], 0], positions: [[4], 0] }, [4, 2], 0],
  ['concat', { dim: 0 }, { a: [[], 'mean'], b: [[], 'mean'] }, [2], 'joint'],
  ['where', {}, { condition: [[4], 0], a: [[], 'mean'] }, [4], 'joint'],
];

test.each(cases)('%s %j %j', (type, params, inputs, output, expected) => {
  const context: BatchContext = {
    params: Object.fromEntries(
      Object.entries(params).map(([name, value]) => [name, { value: value as number, source: value as number }]),
    ),
    inputs: Object.fromEntries(Object.entries(inputs).map(([name, [sizes, batch]]) => [name, { sizes, batch }])),
    output: { port: 'output', sizes: output },
  };
  expect(NODES.get(type)!.batch!(context)).toBe(expected);
});

test.each([
  ['like.shape[0], 1, 5', 0],
  ['1, like.shape[ -2 ], 5', 1],
  ['1, 4, 5', 'none'],
  ['like.shape[0] * 2, 1, 5', 'joint'],
  ['like.shape[0], like.shape[0], 5', 'joint'],
] as const)('expand to %s', (shape, expected) => {
  const dims = shape.split(',').map((source) => ({ source, offset: 0 }));
  const inputs = { input: { sizes: [1, 1, 5], batch: 'none' }, like: { sizes: [4, 3], batch: 0 } } as const;
  const params = { shape: { value: shape, source: shape, dims } };
  const output = { port: 'output', sizes: [4, 4, 5] };
  expect(NODES.get('expand')!.batch!({ params, inputs, output })).toBe(expected);
});

interface NodeCase {
  readonly type: string;
  readonly params: Readonly<Record<string, ParameterValue>>;
  readonly inputs: Tensors;
}

const { cases: goldens } = JSON.parse(readFileSync(new URL('goldens/nodes.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly NodeCase[];
};

describe('one sample that changes changes nothing of the others', () => {
  const known = goldens.filter(({ type }) => NODES.get(type)!.batch);
  let checked = 0;

  test.each(known.map((nodeCase, index) => ({ ...nodeCase, index })))('$index $type $params', async (nodeCase) => {
    const { type, params, inputs } = nodeCase;
    const document = singleNode(type, params, Object.keys(inputs), dtypesOf(inputs));
    const before = (await compute(document, inputs)).outputs;
    const { tree, inference } = analyseBound(document, inputs);
    const leaf = tree.byPath.get('node')!;
    for (const batches of assignments(inputs)) {
      const moved = Object.fromEntries(Object.entries(inputs).map(([name, x]) => [name, change(x, batches[name]!)]));
      const after = (await compute(document, moved)).outputs;
      const context = Object.fromEntries(
        Object.entries(inputs).map(([name, { shape }]) => [name, { sizes: shape, batch: batches[name]! }]),
      );
      for (const { name: port } of NODES.get(type)!.outputs) {
        const output = { port, sizes: sizes(inference.outputs.get(portPath('node', port))) };
        const axis = NODES.get(type)!.batch!({ params: leaf.params, inputs: context, output });
        if (axis === 'joint' || axis === 'mean') continue;
        const samples = samplesOf(inputs, batches);
        const [was, is] = [before.get(port)!.data, after.get(port)!.data];
        expect(changedElsewhere(was, is, output.sizes, axis, samples)).toEqual([]);
        checked++;
      }
    }
  });

  test('and there were many to check', () => expect(checked).toBeGreaterThan(100));
});

function dtypesOf(inputs: Tensors): Readonly<Record<string, 'f32' | 'i32' | 'bool'>> {
  return Object.fromEntries(Object.entries(inputs).map(([name, { dtype = 'f32' }]) => [name, dtype]));
}

/** Every way in which some inputs have the batch at some axis. */
function assignments(inputs: Tensors): readonly Readonly<Record<string, BatchAxis>>[] {
  let all: Readonly<Record<string, BatchAxis>>[] = [{}];
  for (const [name, { shape }] of Object.entries(inputs)) {
    const choices: readonly BatchAxis[] = ['none', ...shape.keys()];
    all = all.flatMap((chosen) => choices.map((choice) => ({ ...chosen, [name]: choice })));
  }
  return all.filter((chosen) => {
    const lengths = Object.entries(chosen).flatMap(([name, axis]) =>
      typeof axis === 'number' ? [inputs[name]!.shape[axis]!] : [],
    );
    return lengths.length > 0 && lengths.every((length) => length > 1 && length === lengths[0]);
  });
}

/** How many there are, of which each has an equal part of the axis. */
function samplesOf(inputs: Tensors, batches: Readonly<Record<string, BatchAxis>>): number {
  const [length] = Object.entries(batches).flatMap(([name, axis]) =>
    typeof axis === 'number' ? [inputs[name]!.shape[axis]!] : [],
  );
  return length!;
}

/** With other numbers in the first sample; ids and masks stay, which are as right for other numbers. */
function change(tensor: Tensor, axis: BatchAxis): Tensor {
  if (typeof axis !== 'number' || (tensor.dtype ?? 'f32') !== 'f32') return tensor;
  const data = Array.from(tensor.data, (value, at) =>
    placeAlong(tensor.shape, axis, at) === 0 ? value * 1.25 + 0.5 : value,
  );
  return { ...tensor, data };
}

function placeAlong(shape: readonly number[], axis: number, at: number): number {
  const stride = shape.slice(axis + 1).reduce((all, size) => all * size, 1);
  return Math.floor(at / stride) % shape[axis]!;
}

/** Elements that changed and are no part of the first sample. An axis of whole samples has more than one place for each. */
function changedElsewhere(
  before: ArrayLike<number>,
  after: ArrayLike<number>,
  shape: readonly number[],
  axis: BatchAxis,
  samples: number,
): readonly number[] {
  return Array.from(before, (_, at) => at).filter((at) => {
    if (Object.is(before[at], after[at])) return false;
    return typeof axis !== 'number' || placeAlong(shape, axis, at) >= shape[axis]! / samples;
  });
}
