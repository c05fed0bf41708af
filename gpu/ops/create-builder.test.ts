/** Building, printing, verifying and keying graphs, over the ops. */
import { expect, test } from 'vitest';
import { IrError } from '../ir/errors.ts';
import { valueKeys } from '../ir/key.ts';
import { printGraph } from '../ir/printer.ts';
import type { Attributes, Graph } from '../ir/types.ts';
import { verify } from '../ir/verifier.ts';
import { createBuilder } from './create-builder.ts';
import { inferTypes } from './infer.ts';

function small(): Graph {
  const builder = createBuilder();
  const x = builder.emit('input', [], { name: 'x', key: 'x0', dtype: 'f32', shape: [2, 3] });
  const weight = builder.emit('weight', [], { path: 'fc.weight', key: 'w0', dtype: 'f32', shape: [4, 3] });
  builder.origin = 'fc';
  const y = builder.emit('linear', [x, weight]);
  builder.origin = '';
  const z = builder.emit('softmax', [y], { axis: 1 });
  builder.output('z', z, 'output');
  builder.output('fc.output', y, 'tap');
  return builder.build();
}

test('a graph prints as one line per operation', () => {
  expect(printGraph(small())).toBe(
    `%0: f32[2,3] = input {name="x", key="x0"}
%1: f32[4,3] = weight {path="fc.weight", key="w0"}
%2: f32[2,4] = linear %0, %1  # fc
%3: f32[2,4] = softmax %2 {axis=1}
return %3 as output z
return %2 as tap fc.output
`,
  );
});

test('several results and long lists print', () => {
  const builder = createBuilder();
  const values = Array.from({ length: 20 }, (_, i) => i);
  const x = builder.emit('literal', [], { values, dtype: 'f32', shape: [20, 1] });
  builder.emitAll('attention', [x, x, x], { scale: 0.5 });
  expect(printGraph(builder.build())).toBe(
    `%0: f32[20,1] = literal {values=[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,… 20 in all]}
%1: f32[20,1], %2: f32[20,20] = attention %0, %0, %0 {scale=0.5}
`,
  );
});

test('errors of building name origin, op and operand', () => {
  const builder = createBuilder();
  builder.origin = 'blocks.0.mlp.fc1';
  const x = builder.emit('input', [], { name: 'x', key: 'x', dtype: 'f32', shape: [2, 64] });
  const weight = builder.emit('weight', [], { path: 'w', key: 'w', dtype: 'f32', shape: [10, 768] });
  expect(() => builder.emit('linear', [x, weight])).toThrow(
    'blocks.0.mlp.fc1: linear: weight is f32[10,768], wanted f32[10,64]',
  );
  expect(() => builder.emit('no_such_op', [x])).toThrow('blocks.0.mlp.fc1: no_such_op: there is no such op');
  expect(() => builder.emit('exp', [99])).toThrow('blocks.0.mlp.fc1: exp: %99 is no value of this graph');
  expect(() => builder.emit('attention', [x, x, x], { scale: 1 })).toThrow('has 2 results; use emitAll');
  expect(() => builder.emit('softmax', [x])).toThrow('softmax: attribute axis is missing');
  expect(() => builder.emit('softmax', [x], { axis: 1, dim: 1 })).toThrow('softmax: knows no attribute dim');
  expect(() => builder.emit('softmax', [x], { axis: 1.5 })).toThrow('attribute axis is 1.5, not of kind integer');
  expect(() => builder.output('x', 99, 'output')).toThrow(IrError);
  builder.output('x', x, 'output');
  builder.output('x', x, 'tap');
  expect(() => builder.output('x', x, 'output')).toThrow('there are two outputs named x');
});

test('a refused operation leaves the builder as it was', () => {
  const builder = createBuilder();
  const x = builder.emit('input', [], { name: 'x', key: 'x', dtype: 'f32', shape: [2] });
  expect(() => builder.emit('softmax', [x], { axis: 3 })).toThrow(IrError);
  expect(builder.emit('exp', [x])).toBe(x + 1);
});

test('a built graph does not change when the builder goes on', () => {
  const builder = createBuilder();
  builder.emit('constant', [], { value: 1, dtype: 'f32', shape: [] });
  const graph = builder.build();
  builder.emit('constant', [], { value: 2, dtype: 'f32', shape: [] });
  expect(graph.operations).toHaveLength(1);
  expect(graph.types.size).toBe(1);
});

test('the verifier accepts what the builder made', () => {
  expect(() => verify(small(), inferTypes)).not.toThrow();
});

test.each<[string, (graph: Graph) => Graph, string]>([
  [
    'a use before the definition',
    (graph) => ({ ...graph, operations: [...graph.operations].reverse() }),
    'softmax: uses %2 before it is defined',
  ],
  [
    'a second definition',
    (graph) => ({ ...graph, operations: [...graph.operations, graph.operations[0]!] }),
    'input: defines %0 a second time',
  ],
  [
    'a wrong type',
    (graph) => ({ ...graph, types: new Map([...graph.types, [2, { dtype: 'f32', shape: [4, 2] }]]) }),
    'fc: linear: %2 is f32[4,2] on record, f32[2,4] by its rule',
  ],
  [
    'a missing type',
    (graph) => ({ ...graph, types: new Map([...graph.types].slice(0, 2)) }),
    '%2 has no type on record',
  ],
  ['a bad attribute', (graph) => withAttributes(graph, 3, { axis: 2 }), 'softmax: axis 2 is no dimension of f32[2,4]'],
  ['a missing output', (graph) => ({ ...graph, outputs: [{ name: 'y', value: 9, kind: 'output' }] }), 'output y is %9'],
  [
    'a lost result',
    (graph) => ({
      ...graph,
      operations: graph.operations.map((one) => ({ ...one, results: one.op === 'linear' ? [] : one.results })),
    }),
    'linear: has 0 results on record, 1 by its rule',
  ],
])('the verifier finds %s', (_, breakGraph, message) => {
  expect(() => verify(breakGraph(small()), inferTypes)).toThrow(message);
});

function withAttributes(graph: Graph, index: number, attributes: Attributes): Graph {
  return { ...graph, operations: graph.operations.map((one, at) => (at === index ? { ...one, attributes } : one)) };
}

test('keys are of the recipe: names, origins and the order of attributes do not count', () => {
  const keys = valueKeys(small());
  expect(keys.get(0)).toBe('x0');
  expect(keys.get(1)).toBe('w0');
  expect(keys.get(2)).toMatch(/^[0-9a-f]{32}$/);
  const elsewhere = { ...small(), operations: small().operations.map((one) => ({ ...one, origin: 'elsewhere' })) };
  expect(valueKeys(elsewhere)).toEqual(keys);
  const slice = (attributes: Attributes): string => {
    const builder = createBuilder();
    const x = builder.emit('input', [], { name: 'x', key: 'k', dtype: 'f32', shape: [4] });
    return valueKeys({
      operations: [...builder.build().operations, { op: 'slice', inputs: [x], attributes, results: [7], origin: '' }],
    }).get(7)!;
  };
  expect(slice({ starts: [0], stops: [4], steps: [1] })).toBe(slice({ steps: [1], stops: [4], starts: [0] }));
  expect(slice({ starts: [0], stops: [4], steps: [1] })).not.toBe(slice({ starts: [1], stops: [4], steps: [1] }));
});

test('a key changes with every part of the recipe and stays with the rest', () => {
  const graph = small();
  const keys = valueKeys(graph);
  const reseeded = valueKeys(withAttributes(graph, 1, { ...graph.operations[1]!.attributes, key: 'w1' }));
  expect(reseeded.get(0)).toBe(keys.get(0));
  expect(reseeded.get(2)).not.toBe(keys.get(2));
  expect(reseeded.get(3)).not.toBe(keys.get(3));
  expect(valueKeys(withAttributes(graph, 3, { axis: 0 })).get(3)).not.toBe(keys.get(3));
  const splat = (value: number): string => {
    const builder = createBuilder();
    return valueKeys({
      operations: (builder.emit('constant', [], { value, dtype: 'f32', shape: [] }), builder.build().operations),
    }).get(0)!;
  };
  expect(new Set([0, -0, Number.NaN, 1, 1 + 2 ** -52, Infinity].map(splat)).size).toBe(6);
});

test('the results of one operation have keys of their own', () => {
  const builder = createBuilder();
  const x = builder.emit('input', [], { name: 'x', key: 'x', dtype: 'f32', shape: [3, 3] });
  const [output, weights] = builder.emitAll('attention', [x, x, x], { scale: 1 });
  const keys = valueKeys(builder.build());
  expect(keys.get(output!)).not.toBe(keys.get(weights!));
});
