/** What simplification makes of single patterns, as text. */
import { expect, test } from 'vitest';
import type { Builder } from '../ir/builder.ts';
import { printGraph } from '../ir/printer.ts';
import type { Attributes, Shape, ValueId } from '../ir/types.ts';
import { createBuilder } from '../ops/create-builder.ts';
import { printStages, runPasses, tracePasses } from './pipeline.ts';
import { simplify } from './simplify.ts';

interface Words {
  x: (shape: Shape) => ValueId;
  splat: (value: number, shape: Shape, dtype?: string) => ValueId;
  emit: (op: string, inputs: readonly ValueId[], attributes?: Attributes) => ValueId;
}

/** The graph's lines after all passes, without leaves and returns. */
function simplified(build: (words: Words) => ValueId): string[] {
  const builder = createBuilder();
  builder.output('y', build(wordsOf(builder)), 'output');
  const lines = printGraph(runPasses(builder.build())).trim().split('\n');
  return lines.filter((line) => !line.includes('= input')).map((line) => line.replace(/^%\d+: /, ''));
}

function wordsOf(builder: Builder): Words {
  return {
    x: (shape) => builder.emit('input', [], { name: 'x', key: 'x', dtype: 'f32', shape }),
    splat: (value, shape, dtype = 'f32') => builder.emit('constant', [], { value, dtype, shape }),
    emit: (op, inputs, attributes) => builder.emit(op, inputs, attributes),
  };
}

const NOTHING = ['return %0 as output y'];

test.each<[string, (words: Words) => ValueId]>([
  ['reshape to the same', ({ x, emit }) => emit('reshape', [x([2, 3])], { shape: [2, 3] })],
  [
    'reshape there and back',
    ({ x, emit }) => emit('reshape', [emit('reshape', [x([2, 3])], { shape: [6] })], { shape: [2, 3] }),
  ],
  [
    'permute there and back',
    ({ x, emit }) => emit('permute', [emit('permute', [x([2, 3, 4])], { axes: [2, 0, 1] })], { axes: [1, 2, 0] }),
  ],
  ['expand to the same', ({ x, emit }) => emit('expand', [x([1, 3])], { shape: [1, 3] })],
  ['the whole slice', ({ x, emit }) => emit('slice', [x([4])], { starts: [0], stops: [4], steps: [1] })],
  [
    'a slice turned twice',
    ({ x, emit }) => {
      const turned = { starts: [3], stops: [-1], steps: [-1] };
      return emit('slice', [emit('slice', [x([4])], turned)], turned);
    },
  ],
  ['no margin', ({ x, emit }) => emit('pad', [x([4])], { before: [0], after: [0], value: 3 })],
  ['a concat of one', ({ x, emit }) => emit('concat', [x([4])], { axis: 0 })],
  ['a concat with nothing', ({ x, splat, emit }) => emit('concat', [x([4]), splat(0, [0])], { axis: 0 })],
  ['x + 0', ({ x, splat, emit }) => emit('add', [x([4]), splat(0, [4])])],
  ['0 + x', ({ x, splat, emit }) => emit('add', [x([4]), splat(0, [4])].reverse())],
  ['x − 0', ({ x, splat, emit }) => emit('sub', [x([4]), splat(0, [4])])],
  ['1 · x', ({ x, splat, emit }) => emit('mul', [x([4]), splat(1, [4])].reverse())],
  ['x / 1', ({ x, splat, emit }) => emit('div', [x([4]), splat(1, [4])])],
  ['x¹', ({ x, splat, emit }) => emit('pow', [x([4]), splat(1, [4])])],
  [
    'x · 1, with the 1 broadcast',
    ({ x, splat, emit }) => {
      const value = x([2, 4]);
      return emit('mul', [
        value,
        emit('expand', [emit('reshape', [splat(1, [4])], { shape: [1, 4] })], { shape: [2, 4] }),
      ]);
    },
  ],
  ['− −x', ({ x, emit }) => emit('neg', [emit('neg', [x([4])])])],
  ['a cast to the same', ({ x, emit }) => emit('cast', [x([4])], { dtype: 'f32' })],
  [
    'a choice that is known',
    ({ x, splat, emit }) => {
      const value = x([4]);
      return emit('select', [splat(1, [4], 'bool'), value, splat(5, [4])]);
    },
  ],
  [
    'a sum over one',
    ({ x, emit }) =>
      emit('reshape', [emit('reduce_sum', [x([4, 1])], { axes: [1], keepdims: false })], { shape: [4, 1] }),
  ],
])('%s vanishes', (_, build) => {
  expect(simplified(build).filter((line) => !line.includes('constant'))).toEqual(NOTHING);
});

test.each<[string, (words: Words) => ValueId, string]>([
  [
    'reshapes',
    ({ x, emit }) => emit('reshape', [emit('reshape', [x([2, 3])], { shape: [6] })], { shape: [3, 2] }),
    'f32[3,2] = reshape %0',
  ],
  [
    'permutes',
    ({ x, emit }) => emit('permute', [emit('permute', [x([2, 3, 4])], { axes: [1, 0, 2] })], { axes: [0, 2, 1] }),
    'f32[3,4,2] = permute %0 {axes=[1,2,0]}',
  ],
  [
    'expands',
    ({ x, emit }) => emit('expand', [emit('expand', [x([1, 1])], { shape: [2, 1] })], { shape: [2, 3] }),
    'f32[2,3] = expand %0',
  ],
  [
    'slices',
    ({ x, emit }) => {
      const first = emit('slice', [x([20])], { starts: [2], stops: [20], steps: [3] });
      return emit('slice', [first], { starts: [4], stops: [0], steps: [-2] });
    },
    'f32[2] = slice %0 {starts=[14], stops=[7], steps=[-6]}',
  ],
  [
    'pads',
    ({ x, emit }) =>
      emit('pad', [emit('pad', [x([2])], { before: [1], after: [0], value: 5 })], {
        before: [2],
        after: [3],
        value: 5,
      }),
    'f32[8] = pad %0 {before=[3], after=[3], value=5}',
  ],
  [
    'a permute of ones',
    ({ x, emit }) => emit('permute', [x([1, 3, 1, 4])], { axes: [1, 0, 3, 2] }),
    'f32[3,1,4,1] = reshape %0',
  ],
  ['x²', ({ x, splat, emit }) => emit('pow', [x([4]), splat(2, [4])]), 'f32[4] = mul %0, %0'],
  [
    'constants, however large',
    ({ splat, emit }) => emit('gelu', [emit('add', [splat(1, [1000, 1000]), splat(-1, [1000, 1000])])]),
    'f32[1000,1000] = constant {value=0}',
  ],
  [
    'movement of a constant',
    ({ splat, emit }) =>
      emit('pad', [emit('reshape', [splat(2, [2, 3])], { shape: [6] })], { before: [1], after: [0], value: 2 }),
    'f32[7] = constant {value=2}',
  ],
  [
    'small sums',
    ({ splat, emit }) =>
      emit('concat', [emit('reduce_sum', [splat(2, [3])], { axes: [0], keepdims: true }), splat(1, [1])], { axis: 0 }),
    'f32[2] = literal {values=[6,1]}',
  ],
])('%s become one operation', (_, build, line) => {
  expect(simplified(build)).toEqual([line, expect.stringMatching(/^return/)]);
});

test('what is no finite number is left for the device', () => {
  const lines = simplified(({ splat, emit }) => emit('log', [splat(0, [2])]));
  expect(lines).toEqual(['f32[2] = constant {value=0}', 'f32[2] = log %0', 'return %1 as output y']);
});

test('pads with different values stay two', () => {
  const lines = simplified(({ x, emit }) =>
    emit('pad', [emit('pad', [x([2])], { before: [1], after: [0], value: 5 })], { before: [2], after: [3], value: 6 }),
  );
  expect(lines).toHaveLength(3);
});

test('equal recipes are computed once; tied weights are one leaf', () => {
  const builder = createBuilder();
  const weight = (path: string): ValueId =>
    builder.emit('weight', [], { path, key: 'drawn 0', dtype: 'f32', shape: [3] });
  const sum = (value: ValueId): ValueId => builder.emit('reduce_sum', [value], { axes: [0], keepdims: false });
  builder.origin = 'first';
  const a = sum(weight('embed.weight'));
  builder.origin = 'second';
  const b = sum(weight('head.weight'));
  builder.output('a', a, 'output');
  builder.output('b', b, 'output');
  expect(printGraph(runPasses(builder.build()))).toBe(
    `%0: f32[3] = weight {path="embed.weight", key="drawn 0"}  # first
%1: f32[] = reduce_sum %0 {axes=[0], keepdims=false}  # first
return %1 as output a
return %1 as output b
`,
  );
});

test('stages print under their pass, and say where nothing changed', () => {
  const builder = createBuilder();
  const x = builder.emit('input', [], { name: 'x', key: 'x', dtype: 'f32', shape: [2] });
  builder.output('y', builder.emit('reshape', [x], { shape: [2] }), 'output');
  expect(printStages(tracePasses(builder.build()))).toBe(
    `== lowered: 2 operations ==
%0: f32[2] = input {name="x", key="x"}
%1: f32[2] = reshape %0
return %1 as output y

== narrow: 2 operations ==
(as before)

== simplify: 1 operations ==
%0: f32[2] = input {name="x", key="x"}
return %0 as output y

== common-subexpressions: 1 operations ==
(as before)

== dead-code: 1 operations ==
(as before)
`,
  );
});

test('a pass that breaks a graph is found out', () => {
  const builder = createBuilder();
  builder.output('y', builder.emit('constant', [], { value: 1, dtype: 'f32', shape: [] }), 'output');
  const drop = { name: 'drop', run: (graph: ReturnType<Builder['build']>) => ({ ...graph, operations: [] }) };
  expect(() => runPasses(builder.build(), [drop])).toThrow('output y is %0, which is never defined');
});

test('constants that do not fit each other are told with their place', () => {
  const builder = createBuilder();
  builder.origin = 'text.embedding';
  const table = builder.emit('literal', [], { values: [1, 2, 3], dtype: 'f32', shape: [3] });
  const index = builder.emit('constant', [], { value: 3, dtype: 'i32', shape: [2] });
  builder.output('y', builder.emit('gather', [table, index]), 'output');
  expect(() => simplify(builder.build())).toThrow(/text\.embedding.*gather.*index 3 at position 0 is no row/);
});
