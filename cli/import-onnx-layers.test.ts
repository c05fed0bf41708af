/** Layers and repeated structure of ONNX files, found again by `patchbay import`; what they compute is ONNX Runtime's. */
import { writeFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import type { PatchbayDocument } from '../graph/schema.ts';
import type { NamedWords } from '../export/onnx/run/session.ts';
import { testFolder } from './testing/in-process.ts';
import { compareImport, stacksOf } from './testing/onnx-import.ts';
import {
  floats,
  integers,
  node,
  onnxModel,
  type ModelInit,
  type NodeInit,
} from '../import/onnx/testing/onnx-models.ts';

const files = testFolder();
afterAll(files.remove);

const numbers = (count: number, seed = 1): number[] =>
  Array.from({ length: count }, (_, index) => Math.sin(seed + index * 12.9898));

const X = { name: 'x', dims: [2, 3, 4] };

function written(init: ModelInit): string {
  const path = `${files.fresh()}.onnx`;
  writeFileSync(path, onnxModel(init));
  return path;
}

function wordsOf({ name, dims }: { name: string; dims: readonly number[] }): NamedWords {
  const count = dims.reduce((product, size) => product * size, 1);
  return { name, type: { dtype: 'f32', shape: dims }, data: Float32Array.from(numbers(count, 7)) };
}

/** Imported, and what it computes compared with ONNX Runtime. */
async function imported(nodes: readonly NodeInit[], init: Partial<ModelInit> = {}): Promise<PatchbayDocument> {
  const model = written({ outputs: [{ name: 'y' }], inputs: [X], ...init, nodes });
  const inputs = (init.inputs ?? [X]) as { name: string; dims: readonly number[] }[];
  const { document, distances } = await compareImport(files, model, inputs.map(wordsOf));
  for (const [output, distance] of Object.entries(distances)) expect(distance, output).toBeLessThan(5e-6);
  return document;
}

const byText = (a: string, b: string) => (a < b ? -1 : 1);

function typesOf({ modules }: PatchbayDocument): string[] {
  return modules.flatMap(({ nodes }) => nodes.map(({ type, module }) => String(type ?? module))).toSorted(byText);
}

const constant = (name: string, value: number) => floats(`constant/${name}`, [], [value]);

/** (x − μ) / √(mean((x − μ)²) + ε) · weight + bias. */
function layerNorm(x: string, y: string, weights: string, square: 'Pow' | 'Mul' = 'Pow'): NodeInit[] {
  const last = { attributes: { axes: [-1n] } };
  return [
    node('ReduceMean', [x], `${y}/mean`, last),
    node('Sub', [x, `${y}/mean`], `${y}/d`),
    node(square, [`${y}/d`, square === 'Pow' ? 'constant/two' : `${y}/d`], `${y}/dd`),
    node('ReduceMean', [`${y}/dd`], `${y}/var`, last),
    node('Add', [`${y}/var`, 'constant/eps'], `${y}/sum`),
    node('Sqrt', [`${y}/sum`], `${y}/root`),
    node('Div', [`${y}/d`, `${y}/root`], `${y}/n`),
    node('Mul', [`${y}/n`, `${weights}.weight`], `${y}/s`),
    node('Add', [`${y}/s`, `${weights}.bias`], y),
  ];
}

describe('layers that a file has as arithmetic are layers', () => {
  const NORM = [
    constant('two', 2),
    constant('eps', 1e-5),
    floats('norm.weight', [4], [1, 1, 1, 1]),
    floats('norm.bias', [4], [0, 0, 0, 0]),
  ];

  test.each(['Pow', 'Mul'] as const)('a layer norm, by %s', async (square) => {
    const graph = await imported(layerNorm('x', 'y', 'norm', square), { initializers: NORM });
    expect(typesOf(graph)).toEqual(['input', 'layer_norm', 'output']);
    expect(graph.modules[0]!.nodes[1]).toMatchObject({ name: 'norm', params: { normalized_shape: 4, eps: 1e-5 } });
  });

  test('a linear map with its bias', async () => {
    const nodes = [node('MatMul', ['x', 'fc.weight'], 'p'), node('Add', ['fc.bias', 'p'], 'y')];
    const graph = await imported(nodes, {
      initializers: [floats('fc.weight', [4, 5], numbers(20)), floats('fc.bias', [5], [0, 0, 0, 0, 0])],
    });
    expect(typesOf(graph)).toEqual(['input', 'linear', 'output']);
    expect(graph.modules[0]!.nodes[1]).toMatchObject({ name: 'fc', params: { in_features: 4, out_features: 5 } });
  });

  test('a GELU by erf', async () => {
    const nodes = [
      node('Div', ['x', 'constant/root'], 'a'),
      node('Erf', ['a'], 'b'),
      node('Add', ['b', 'constant/one'], 'c'),
      node('Mul', ['x', 'c'], 'd'),
      node('Mul', ['d', 'constant/half'], 'y'),
    ];
    const graph = await imported(nodes, {
      initializers: [constant('root', Math.SQRT2), constant('one', 1), constant('half', 0.5)],
    });
    expect(typesOf(graph)).toEqual(['gelu', 'input', 'output']);
  });

  test.each(['power', 'product'])('a GELU by tanh, its cube a %s', async (cube) => {
    const nodes = [
      ...(cube === 'power'
        ? [node('Pow', ['x', 'constant/three'], 'a')]
        : [node('Mul', ['x', 'x'], 'xx'), node('Mul', ['xx', 'x'], 'a')]),
      node('Mul', ['constant/c', 'a'], 'b'),
      node('Add', ['x', 'b'], 'c'),
      node('Mul', ['c', 'constant/s'], 'd'),
      node('Tanh', ['d'], 'e'),
      node('Add', ['e', 'constant/one'], 'f'),
      node('Mul', ['x', 'constant/half'], 'g'),
      node('Mul', ['g', 'f'], 'y'),
    ];
    const graph = await imported(nodes, {
      initializers: [
        constant('three', 3),
        constant('c', 0.044715),
        constant('s', Math.sqrt(2 / Math.PI)),
        constant('one', 1),
        constant('half', 0.5),
      ],
    });
    expect(graph.modules[0]!.nodes[1]).toMatchObject({ type: 'gelu', params: { approximate: 'tanh' } });
  });

  test('a quick GELU', async () => {
    const nodes = [node('Mul', ['x', 'constant/a'], 'a'), node('Sigmoid', ['a'], 'b'), node('Mul', ['x', 'b'], 'y')];
    const graph = await imported(nodes, { initializers: [constant('a', 1.702)] });
    expect(typesOf(graph)).toEqual(['input', 'output', 'quick_gelu']);
  });

  test('vectors of length one', async () => {
    const nodes = [
      node('ReduceL2', ['x'], 'a', { attributes: { axes: [-1n] } }),
      node('Clip', ['a', 'constant/eps'], 'b'),
      node('Expand', ['b', 'shape'], 'c'),
      node('Div', ['x', 'c'], 'y'),
    ];
    const graph = await imported(nodes, { initializers: [constant('eps', 1e-12), integers('shape', [2, 3, 4])] });
    expect(typesOf(graph)).toEqual(['input', 'l2_normalize', 'output']);
  });

  test('what is only nearly one stays what it is', async () => {
    const nodes = [node('Mul', ['x', 'constant/a'], 'a'), node('Sigmoid', ['a'], 'b'), node('Mul', ['x', 'b'], 'y')];
    const graph = await imported(nodes, { initializers: [constant('a', 1.7)] });
    expect(typesOf(graph)).toEqual(['input', 'multiply', 'multiply', 'output', 'sigmoid']);
  });

  test('what changes nothing is gone', async () => {
    const nodes = [
      node('Mul', ['constant/one', 'x'], 'a'),
      node('Sub', ['a', 'constant/zero'], 'b'),
      node('Div', ['b', 'constant/one'], 'c'),
      node('Tanh', ['c'], 'y'),
    ];
    const graph = await imported(nodes, { initializers: [constant('one', 1), constant('zero', 0)] });
    expect(typesOf(graph)).toEqual(['input', 'output', 'tanh']);
  });

  test('arithmetic on shapes is gone', async () => {
    const nodes = [
      node('Shape', ['x'], 's'),
      node('Gather', ['s', 'zero'], 'b'),
      node('Unsqueeze', ['b', 'axis'], 'b1'),
      node('Concat', ['b1', 'rest'], 'shape', { attributes: { axis: 0n } }),
      node('Reshape', ['x', 'shape'], 'y'),
    ];
    const graph = await imported(nodes, {
      initializers: [integers('zero', [0], []), integers('axis', [0]), integers('rest', [-1])],
    });
    expect(typesOf(graph)).toEqual(['input', 'output', 'reshape']);
    expect(graph.modules[0]!.nodes[1]).toMatchObject({ params: { shape: '2, 12' } });
  });
});

/** x + fc2(relu(fc1(x))), with weights under the layer's name. */
function block(layer: number, x: string, y: string): NodeInit[] {
  const at = `layers.${layer}`;
  const scope = (op: string) => ({ name: `/${at}/${op}` });
  return [
    node('MatMul', [x, `${at}.fc1.weight`], `${y}/a`, scope('MatMul')),
    node('Relu', [`${y}/a`], `${y}/b`, scope('Relu')),
    node('MatMul', [`${y}/b`, `${at}.fc2.weight`], `${y}/c`, scope('MatMul_1')),
    node('Mul', [`${y}/c`, 'scale'], `${y}/d`, scope('Mul')),
    node('Add', [x, `${y}/d`], y, scope('Add')),
  ];
}

function blocks(
  count: number,
  last: string,
): { nodes: NodeInit[]; initializers: NonNullable<ModelInit['initializers']> } {
  const layers = Array.from({ length: count }, (_, index) => index);
  return {
    nodes: layers.flatMap((layer) =>
      block(layer, layer === 0 ? 'x' : `h${layer - 1}`, layer === count - 1 ? last : `h${layer}`),
    ),
    initializers: [
      floats('scale', [4], numbers(4)),
      ...layers.flatMap((layer) => [
        floats(`layers.${layer}.fc1.weight`, [4, 6], numbers(24, layer)),
        floats(`layers.${layer}.fc2.weight`, [6, 4], numbers(24, 10 + layer)),
      ]),
    ],
  };
}

describe('repeated structure', () => {
  test('layers that are equal but for their weights are a stack', async () => {
    const { nodes, initializers } = blocks(3, 'y');
    const graph = await imported(nodes, { initializers });
    expect(stacksOf(graph)).toEqual({ layers: 3 });
    expect(graph.modules.map(({ name, nodes }) => [name, nodes.length])).toEqual([
      ['Main', 4],
      ['Layer', 8],
    ]);
    expect(graph.modules[1]!.nodes.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['hidden_states', 'scale', 'fc1', 'fc2', 'relu', 'multiply', 'add']),
    );
  });

  test('where values between them are outputs, each is an instance of one module', async () => {
    const { nodes, initializers } = blocks(3, 'y');
    const graph = await imported(nodes, { initializers, outputs: [{ name: 'h0' }, { name: 'h1' }, { name: 'y' }] });
    expect(stacksOf(graph)).toEqual({});
    const instances = graph.modules[0]!.nodes.filter((one) => one['module'] === 'Layer');
    expect(instances.map(({ name }) => name)).toEqual(['layers_0', 'layers_1', 'layers_2']);
  });

  test('what goes before and after is no layer', async () => {
    const { nodes, initializers } = blocks(2, 'z');
    const more = [...nodes, node('Exp', ['z'], 'e'), node('MatMul', ['e', 'head.weight'], 'y')];
    const graph = await imported(more, { initializers: [...initializers, floats('head.weight', [4, 2], numbers(8))] });
    expect(stacksOf(graph)).toEqual({ layers: 2 });
    expect(graph.modules[0]!.nodes.map(({ name }) => name)).toEqual(expect.arrayContaining(['exp', 'head']));
  });

  test('weights that two read are one', async () => {
    const nodes = [
      node('MatMul', ['x', 'fc.weight'], 'p'),
      node('Relu', ['p'], 'q'),
      node('MatMul', ['q', 'fc.weight'], 'y'),
    ];
    const graph = await imported(nodes, { initializers: [floats('fc.weight', [4, 4], numbers(16))] });
    expect(graph.modules[0]!.nodes.map(({ shares }) => shares).filter(Boolean)).toEqual(['fc']);
  });
});
