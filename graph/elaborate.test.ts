import { expect, test } from 'vitest';
import { createCache } from './cache.ts';
import { elaborate, MAX_INSTANCES } from './elaborate.ts';
import type { GraphModule, PatchbayDocument } from './schema.ts';
import { BLOCK, documentOf, instance, int, module, node, stackDocument, wire } from './testing/documents.ts';
import { LIBRARY } from './testing/library.ts';
import { analysed, problemsOf, wiresOf } from './testing/show.ts';

const treeOf = (document: PatchbayDocument, options = {}) => analysed(document, options).tree;
const paths = (document: PatchbayDocument, options = {}) =>
  treeOf(document, options).construction.map(({ path }) => path);

/** Hands its input through, with a second output that it computes. */
const TWO: GraphModule = module('Two', {
  nodes: [
    node('x', 'input'),
    node('y', 'input'),
    node('g', 'gelu'),
    node('h', 'gelu'),
    node('same', 'output'),
    node('other', 'output'),
  ],
  edges: [
    wire('x.output', 'g.input'),
    wire('y.output', 'h.input'),
    wire('g.output', 'same.input'),
    wire('h.output', 'other.input'),
  ],
});

test('leaves in construction order, under the paths of the state_dict', () => {
  expect(paths(stackDocument(), { values: { depth: 2 } })).toEqual([
    'pixel_values',
    'blocks.0.fc1',
    'blocks.0.fc2',
    'blocks.0.sum',
    'blocks.1.fc1',
    'blocks.1.fc2',
    'blocks.1.sum',
    'norm',
  ]);
});

test('what has an output of its name is carried from layer to layer', () => {
  expect(wiresOf(treeOf(stackDocument(), { values: { depth: 2 } }))).toEqual([
    'blocks.0.fc1.input ← pixel_values.output',
    'blocks.0.fc2.input ← blocks.0.fc1.output',
    'blocks.0.sum.a ← blocks.0.fc2.output',
    'blocks.0.sum.b ← pixel_values.output',
    'blocks.1.fc1.input ← blocks.0.sum.output',
    'blocks.1.fc2.input ← blocks.1.fc1.output',
    'blocks.1.sum.a ← blocks.1.fc2.output',
    'blocks.1.sum.b ← blocks.0.sum.output',
    'norm.input ← blocks.1.sum.output',
  ]);
});

test('other inputs reach every layer, other outputs are the last layer’s', () => {
  const callee = module('Layer', {
    nodes: [
      node('h_in', 'input', {}, { name: 'h' }),
      node('memory', 'input'),
      node('sum', 'add'),
      node('look', 'gelu'),
      node('h_out', 'output', {}, { name: 'h' }),
      node('seen', 'output'),
    ],
    edges: [
      wire('h_in.output', 'sum.a'),
      wire('memory.output', 'sum.b'),
      wire('memory.output', 'look.input'),
      wire('sum.output', 'h_out.input'),
      wire('look.output', 'seen.input'),
    ],
  });
  const main = module('M', {
    nodes: [
      node('a', 'random_tensor'),
      node('m', 'random_tensor'),
      instance('layers', 'Layer', {}, { repeat: 2 }),
      node('out', 'output'),
    ],
    edges: [wire('a.output', 'layers.h'), wire('m.output', 'layers.memory'), wire('layers.seen', 'out.input')],
  });
  const tree = treeOf(documentOf([main, callee]));
  expect(wiresOf(tree)).toEqual([
    'layers.0.sum.a ← a.output',
    'layers.0.sum.b ← m.output',
    'layers.0.look.input ← m.output',
    'layers.1.sum.a ← layers.0.sum.output',
    'layers.1.sum.b ← m.output',
    'layers.1.look.input ← m.output',
  ]);
  expect(tree.root.outputs).toEqual({ out: { path: 'layers.1.look', port: 'output' } });
  expect(tree.byPath.get('layers')).toMatchObject({
    kind: 'stack',
    feeds: { memory: { side: 'output', path: 'm', port: 'output' } },
  });
});

test('a stack of no layers hands through what it carries, and has nothing else', () => {
  expect(wiresOf(treeOf(stackDocument(), { values: { depth: 0 } }))).toEqual(['norm.input ← pixel_values.output']);
  const main = module('M', {
    nodes: [node('a', 'random_tensor'), instance('two', 'Two', {}, { repeat: 0 }), node('out', 'output')],
    edges: [wire('a.output', 'two.x'), wire('a.output', 'two.y'), wire('two.same', 'out.input')],
  });
  expect(problemsOf(documentOf([main, TWO]))).toEqual([
    'error stack.empty two output same: a stack without layers has no output "same": no input has its name, so nothing passes through',
  ]);
});

test.each([
  ['depth - 1', 2],
  ['2 * depth', 6],
  [1, 1],
])('repeat %s gives %i layers', (repeat, layers) => {
  const document = stackDocument();
  Object.assign(document.modules[0]!.nodes[1]!, { repeat });
  expect(treeOf(document).byPath.get('blocks')).toMatchObject({ kind: 'stack', layers: { length: layers } });
});

test.each([
  ['depth / 2', 'error param.type blocks repeat: repeat wants a whole number; depth / 2 is 1.5, a float'],
  [-1, 'error param.range blocks repeat: repeat is -1; it must be at least 0'],
  [
    'dept',
    'error expression.unknown-name blocks repeat: dept: unknown name dept; known are embed_dim, num_heads, depth, batch',
  ],
  [
    1e9,
    `error graph.too-large blocks: the graph has more than ${MAX_INSTANCES.toLocaleString('en')} instances; the rest is not unfolded`,
  ],
])('repeat %s is a problem at its node', (repeat, problem) => {
  const document = stackDocument();
  Object.assign(document.modules[0]!.nodes[1]!, { repeat });
  expect(problemsOf(document)).toEqual([problem]);
});

test('copies is told of the stack', () => {
  const document = stackDocument();
  Object.assign(document.modules[0]!.nodes[1]!, { copies: true });
  expect(treeOf(document).byPath.get('blocks')).toMatchObject({ copies: true });
});

test('values: overrides before the preset, the preset before defaults; sizes too', () => {
  const document = stackDocument();
  const values = (options: object, of = document) => {
    const { root, sizes } = treeOf(of, options);
    return [root.params['embed_dim']?.value, root.params['depth']?.value, sizes.get('batch')];
  };
  expect(values({})).toEqual([16, 3, 2]);
  expect(values({}, { ...document, preset: 'large' })).toEqual([32, 3, 3]);
  expect(values({ preset: null }, { ...document, preset: 'large' })).toEqual([16, 3, 2]);
  expect(values({ preset: 'live' })).toEqual([16, 1, 2]);
  expect(values({ preset: 'large', values: { depth: '2 * 2', batch: 7 } })).toEqual([32, 4, 7]);
  expect(problemsOf(document, { values: { depht: 1 } })).toEqual([
    'error override.unknown Model: Model has no hyperparameter or size "depht"; did you mean depth?',
  ]);
  expect(problemsOf(document, { preset: 'liv' })).toEqual([
    'error preset.unknown there is no preset "liv"; did you mean live?',
  ]);
  expect(problemsOf(document, { values: { batch: -1 } })).toEqual([
    'error param.range Model batch: batch is -1; it must be at least 0',
  ]);
});

test('parameters: labels, defaults, wrong kinds, ranges, and fixes', () => {
  const of = (params: Record<string, number | string | boolean>) =>
    documentOf([
      module('M', {
        hyperparameters: [int('embed_dim', 8), { name: 'ratio', type: 'float', default: 0.5 }],
        nodes: [node('x', 'random_tensor'), node('fc', 'linear', params)],
        edges: [wire('x.output', 'fc.input')],
      }),
    ]);
  expect(treeOf(of({ in_features: 'embed_dim', out_features: 'embed_dim * 2' })).byPath.get('fc')?.params).toEqual({
    in_features: { value: 8, source: 'embed_dim', label: 'embed_dim' },
    out_features: { value: 16, source: 'embed_dim * 2' },
    bias: { value: true, source: true },
  });
  const { problems } = analysed(of({ out_features: 'embed_dim * ratio' }));
  expect(problems).toMatchObject([
    {
      code: 'param.type',
      message: 'out_features wants a whole number; embed_dim * ratio is 4.0, a float',
      place: { module: 'M', nodeId: 'fc', path: 'fc', param: 'out_features' },
      fixes: [{ kind: 'set-param', param: 'out_features', value: 'int(embed_dim * ratio)' }],
    },
  ]);
  expect(problemsOf(of({ out_features: 0 }))).toEqual([
    'error param.range fc out_features: out_features is 0; it must be at least 1',
  ]);
  expect(problemsOf(of({ bias: 3 }))).toEqual([
    'error param.type fc bias: bias wants True or False; 3 is a whole number',
  ]);
  expect(problemsOf(of({ out_features: 'embed_dim +' }))).toEqual([
    'error expression.syntax fc out_features: embed_dim +: expected expression after +',
  ]);
  expect(analysed(of({ out_features: 'embed_dim + x' })).problems[0]?.place.position).toBe(12);
  expect(problemsOf(of({ out_feature: 3 }))).toEqual([
    'warning param.unknown fc out_feature: fc has no parameter "out_feature"; did you mean out_features?',
  ]);
});

test('expressions see the hyperparameters of their own module only', () => {
  const callee = module('Callee', { nodes: [node('fc', 'linear', { in_features: 'outer' })] });
  const main = module('M', { hyperparameters: [int('outer', 8)], nodes: [instance('c', 'Callee')] });
  expect(problemsOf(documentOf([main, callee]))).toEqual([
    'error expression.unknown-name c.fc in_features: outer: unknown name outer; no names are known here',
    'warning input.unconnected c.fc input input: input "input" is not connected',
  ]);
});

test('a module that contains itself, at any distance, is told once and not unfolded', () => {
  const a = module('A', { nodes: [instance('b', 'B')] });
  const b = module('B', { nodes: [instance('a', 'A')] });
  expect(problemsOf(documentOf([a, b]))).toEqual([
    'error module.recursive b.a: a module cannot contain itself: A → B → A',
  ]);
});

test('modules nested too deep, and documents that unfold exponentially, end in a problem', () => {
  const chain = Array.from({ length: 80 }, (_, at) =>
    module(`M${at}`, { nodes: at < 79 ? [instance('n', `M${at + 1}`)] : [] }),
  );
  expect(problemsOf(documentOf(chain))).toHaveLength(1);
  expect(problemsOf(documentOf(chain))[0]).toContain('modules are nested deeper than 64 levels');
  const doubling = Array.from({ length: 40 }, (_, at) =>
    module(`D${at}`, { nodes: at < 39 ? [instance('a', `D${at + 1}`), instance('b', `D${at + 1}`)] : [] }),
  );
  const { tree, problems } = analysed(documentOf(doubling));
  expect(problems.some(({ code }) => code === 'graph.too-large')).toBe(true);
  expect(tree.byPath.size).toBeLessThan(MAX_INSTANCES + 200);
});

test('unknown node types and modules are placeholders: what depends on them is blocked by them', () => {
  const main = module('M', {
    nodes: [
      node('x', 'random_tensor'),
      node('f', 'gelo'),
      instance('g', 'Blocks'),
      node('out', 'output'),
      node('last', 'output'),
    ],
    edges: [
      wire('x.output', 'f.any'),
      wire('x.output', 'g.h'),
      wire('f.output', 'out.input'),
      wire('g.h', 'last.input'),
    ],
  });
  const { problems, inference } = analysed(documentOf([main, BLOCK]));
  expect(problems.map(({ message }) => message)).toEqual([
    'node type "gelo" is not known; did you mean gelu?',
    'module "Blocks" is not in the document; did you mean Block?',
  ]);
  expect(inference.blocked.get('f')).toBe(0);
});

test('two nodes of one name are told; the second has a path of its own', () => {
  const document = documentOf([
    module('M', { nodes: [node('a', 'random_tensor'), node('b', 'random_tensor', {}, { name: 'a' })] }),
  ]);
  expect(problemsOf(document)).toEqual(['error name.duplicate M/b: two nodes of M are named "a"']);
  expect(paths(document)).toEqual(['a', 'a~1']);
});

test('an input and a node may not: in the main module both have a path', () => {
  const document = documentOf([
    module('M', { nodes: [node('a', 'input'), node('b', 'no_such_type', {}, { name: 'a' })] }),
  ]);
  expect(problemsOf(document).filter((line) => line.includes('name.duplicate'))).toEqual([
    'error name.duplicate M/b: two nodes of M are named "a"',
  ]);
  expect(analysed(document).inference.blocked.has('a~1')).toBe(true);
});

test('an output may have the name of a node or of an input', () => {
  const document = stackDocument();
  document.modules[0]!.nodes.push(node('blocks_out', 'output', {}, { name: 'blocks' }));
  document.modules[0]!.edges.push(wire('blocks.hidden_states', 'blocks_out.input'));
  expect(problemsOf(document)).toEqual([]);
});

test('wires that lead nowhere are refused, with a fix that removes them', () => {
  const main = module('M', {
    nodes: [node('x', 'random_tensor'), node('g', 'gelu'), node('h', 'gelu')],
    edges: [
      wire('x.output', 'g.input'),
      wire('h.output', 'g.input'),
      wire('gone.output', 'g.input'),
      wire('x.outptu', 'h.input'),
      wire('x.output', 'h.nothing'),
    ],
  });
  const { problems } = analysed(documentOf([main]));
  expect(problems.map(({ code, message }) => `${code}: ${message}`)).toEqual([
    'edge.no-node: a wire comes from node "gone", which does not exist',
    'edge.second: input "input" has two wires; the first counts',
    'edge.no-port: a wire comes from output "outptu" of x, which does not exist; the nearest is output',
    'edge.no-port: a wire leads to input "nothing" of h, which does not exist; there is input',
  ]);
  expect(problems[0]!.fixes).toEqual([
    { kind: 'remove-edge', title: 'Remove the wire', module: 'M', from: ['gone', 'output'], to: ['g', 'input'] },
  ]);
});

test('an input that nothing feeds is an error where an output needs it, a warning elsewhere', () => {
  const main = module('M', {
    nodes: [
      node('g', 'gelu'),
      node('lonely', 'gelu'),
      instance('two', 'Two'),
      node('out', 'output'),
      node('empty', 'output'),
    ],
    edges: [wire('two.same', 'g.input'), wire('g.output', 'out.input')],
  });
  expect(problemsOf(documentOf([main, TWO]))).toEqual([
    'warning input.unconnected lonely input input: input "input" is not connected',
    'error input.unconnected two input x: input "x" is not connected',
    'warning input.unconnected two input y: input "y" is not connected',
    'error output.unconnected M/empty input input: nothing is wired to output "empty" of M',
  ]);
});

test('an optional input may stay open; a node inside that needs it says so', () => {
  const callee = module('C', {
    nodes: [node('x', 'input'), node('extra', 'input', { optional: true }), node('sum', 'add'), node('out', 'output')],
    edges: [wire('x.output', 'sum.a'), wire('extra.output', 'sum.b'), wire('sum.output', 'out.input')],
  });
  const main = module('M', {
    nodes: [node('x', 'random_tensor'), instance('c', 'C'), node('out', 'output')],
    edges: [wire('x.output', 'c.x'), wire('c.out', 'out.input')],
  });
  expect(problemsOf(documentOf([main, callee]))).toEqual([]);
  callee.edges[1] = wire('extra.output', 'sum.a');
  callee.edges[0] = wire('x.output', 'sum.b');
  expect(problemsOf(documentOf([main, callee]))).toEqual([
    'error input.unconnected c.sum input a: input "a" is not connected',
  ]);
});

test('an output that has no wire inside its module is told there, once for all instances', () => {
  const callee = module('C', { nodes: [node('x', 'input'), node('out', 'output')] });
  const main = module('M', {
    nodes: [
      node('x', 'random_tensor'),
      instance('c', 'C'),
      instance('d', 'C'),
      node('sum', 'add'),
      node('y', 'output'),
    ],
    edges: [
      wire('x.output', 'c.x'),
      wire('x.output', 'd.x'),
      wire('c.out', 'sum.a'),
      wire('d.out', 'sum.b'),
      wire('sum.output', 'y.input'),
    ],
  });
  expect(problemsOf(documentOf([main, callee]))).toEqual([
    'error output.unconnected c input input: nothing is wired to output "out" of C',
  ]);
});

test('a cache changes nothing but the time', () => {
  const cache = createCache();
  const first = stackDocument();
  const second = stackDocument({
    nodes: [...first.modules[0]!.nodes.slice(0, 2), node('norm', 'gelu'), first.modules[0]!.nodes[3]!],
  });
  for (const document of [first, second, first, { ...first, preset: 'live' }])
    expect(elaborate(document, LIBRARY, {}, cache)).toEqual(elaborate(document, LIBRARY));
});

test('a value out of range is mended where it is written', () => {
  const inner = module('Inner', { hyperparameters: [int('heads', 2, { minimum: 1 })] });
  const fixesOf = (heads: number | string) =>
    analysed(
      documentOf([module('M', { hyperparameters: [int('n', 0)], nodes: [instance('i', 'Inner', { heads })] }), inner]),
    ).problems[0]!.fixes;
  expect(fixesOf(0)).toMatchObject([{ kind: 'set-param', module: 'M', nodeId: 'i', param: 'heads', value: 1 }]);
  expect(fixesOf('n')).toMatchObject([{ kind: 'set-hyperparameter', name: 'n', value: 1 }]);
  expect(fixesOf('n * 2')).toBeUndefined();
});

test('of several open inputs, all that are needed are errors', () => {
  const main = module('M', { nodes: [node('j', 'join'), node('y', 'output')], edges: [wire('j.output', 'y.input')] });
  expect(problemsOf(documentOf([main]))).toEqual([
    'error input.unconnected j input left: input "left" is not connected',
    'error input.unconnected j input right: input "right" is not connected',
  ]);
});
