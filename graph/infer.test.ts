import { expect, test } from 'vitest';
import { createCache } from './cache.ts';
import { apply } from './diff.ts';
import { setParam } from './edits.ts';
import { infer } from './infer.ts';
import { portPath } from './instance.ts';
import { describeShape } from './patterns.ts';
import type { GraphModule, GraphNode } from './schema.ts';
import type { PortType } from './signature.ts';
import { documentOf, instance, int, module, node, stackDocument, wire } from './testing/documents.ts';
import { LIBRARY } from './testing/library.ts';
import { analysed, problemsOf, shapeAt } from './testing/show.ts';

function tensor(...sizes: number[]): PortType {
  return { dims: sizes.map((size) => ({ size })), dtype: 'f32', flow: 'tensor' };
}

/** A chain of nodes after a source of [batch 2, 5, embed_dim 8], the last one wired to an output. */
function chain(nodes: readonly GraphNode[], more: Partial<GraphModule> = {}) {
  const all = [node('x', 'random_tensor', { shape: 'batch, 5, embed_dim' }), ...nodes, node('out', 'output')];
  return documentOf([
    module('M', {
      hyperparameters: [int('embed_dim', 8), int('num_heads', 4)],
      sizes: [{ name: 'batch', default: 2 }],
      nodes: all,
      edges: all.slice(1).map(({ name }, at) => wire(`${all[at]!.name}.output`, `${name}.input`)),
      ...more,
    }),
  ]);
}

test('outputs are named after hyperparameters, then after what came, then after the rule', () => {
  const document = chain([
    node('fc', 'linear', { in_features: 'embed_dim', out_features: 'embed_dim * 4' }),
    node('g', 'gelu'),
  ]);
  expect(shapeAt(document, 'fc', 'output')).toBe('batch 2 × 5 × out_features 32');
  expect(shapeAt(document, '', 'out')).toBe('batch 2 × 5 × out_features 32');
  const heads = chain([node('h', 'heads', { embed_dim: 'embed_dim', num_heads: 'num_heads' })]);
  expect(shapeAt(heads, 'h', 'output')).toBe('batch 2 × num_heads 4 × patches 5 × 2');
});

test('inputs and outputs of modules and stacks have types, also where they share a name', () => {
  const { inference } = analysed(stackDocument(), { values: { depth: 2 } });
  const shape = (side: 'inputs' | 'outputs', path: string, port: string) => {
    const type = inference[side].get(portPath(path, port));
    return type && describeShape(type.dims);
  };
  const expected = 'batch 2 × patches 5 × embed_dim 16';
  for (const path of ['blocks', 'blocks.0', 'blocks.1']) {
    expect(shape('inputs', path, 'hidden_states')).toBe(expected);
    expect(shape('outputs', path, 'hidden_states')).toBe(expected);
  }
  expect(shape('outputs', '', 'features')).toBe(expected);
  expect(shape('inputs', 'blocks.1.sum', 'b')).toBe(expected);
});

test('a shape that does not fit: what came, what is wanted, which axis, and a fix', () => {
  const { problems } = analysed(chain([node('fc', 'linear', { in_features: 6 }), node('g', 'gelu')]));
  expect(problems).toEqual([
    {
      code: 'shape.mismatch',
      severity: 'error',
      message: 'batch 2 × 5 × embed_dim 8 came, … × in_features 6 is wanted: axis 2 is 8, not in_features 6',
      place: { module: 'M', nodeId: 'fc', path: 'fc', port: { side: 'input', name: 'input' }, param: 'in_features' },
      got: [{ size: 2, name: 'batch' }, { size: 5 }, { size: 8, name: 'embed_dim' }],
      wanted: '… × in_features 6',
      fixes: [
        {
          kind: 'set-param',
          title: 'Set in_features to embed_dim',
          module: 'M',
          nodeId: 'fc',
          param: 'in_features',
          value: 'embed_dim',
        },
      ],
    },
  ]);
});

test('only causes are problems; what follows is blocked by them', () => {
  const document = chain([
    node('a', 'linear', { in_features: 6 }),
    node('b', 'linear', { in_features: 99 }),
    node('c', 'gelu'),
  ]);
  const { problems, inference } = analysed(document);
  expect(problems).toHaveLength(1);
  expect(Object.fromEntries(inference.blocked)).toEqual({ a: 0, b: 0, c: 0, '': 0 });
});

test('checks of parameters come before shapes, and their fix goes to where the value is written', () => {
  const checked = (params: GraphNode['params'], hyperparameters = [int('embed_dim', 8), int('num_heads', 3)]) =>
    analysed(chain([node('h', 'heads', params)], { hyperparameters })).problems;
  expect(checked({ embed_dim: 'embed_dim', num_heads: 'num_heads' })).toMatchObject([
    {
      message: 'embed_dim 8 is not divisible by num_heads 3',
      place: { path: 'h', param: 'num_heads' },
      fixes: [{ kind: 'set-hyperparameter', name: 'num_heads', value: 1, title: 'Use one head' }],
    },
  ]);
  expect(checked({ embed_dim: 'embed_dim', num_heads: 3 })[0]!.fixes).toEqual([
    { kind: 'set-param', title: 'Use one head', module: 'M', nodeId: 'h', param: 'num_heads', value: 1 },
  ]);
  expect(checked({ embed_dim: 'embed_dim', num_heads: 'num_heads + 0' })[0]!.fixes).toBeUndefined();
});

test('a fix goes through instances to the one that writes the value', () => {
  const inner = module('Inner', {
    hyperparameters: [int('heads', 3)],
    nodes: [node('x', 'input'), node('h', 'heads', { embed_dim: 8, num_heads: 'heads' }), node('y', 'output')],
    edges: [wire('x.output', 'h.input'), wire('h.output', 'y.input')],
  });
  const outer = module('Outer', {
    hyperparameters: [int('count', 3)],
    nodes: [node('x', 'input'), instance('inner', 'Inner', { heads: 'count' }), node('y', 'output')],
    edges: [wire('x.output', 'inner.x'), wire('inner.y', 'y.input')],
  });
  const fixesFor = (params: GraphNode['params']) => {
    const main = module('M', {
      hyperparameters: [int('num_heads', 3)],
      nodes: [node('x', 'random_tensor'), instance('outer', 'Outer', params, { repeat: 1 }), node('y', 'output')],
      edges: [wire('x.output', 'outer.x'), wire('outer.y', 'y.input')],
    });
    return analysed(documentOf([main, outer, inner])).problems[0]!.fixes;
  };
  expect(fixesFor({ count: 'num_heads' })).toMatchObject([{ kind: 'set-hyperparameter', name: 'num_heads' }]);
  expect(fixesFor({ count: 5 })).toMatchObject([{ kind: 'set-param', module: 'M', nodeId: 'outer', param: 'count' }]);
  expect(fixesFor({})).toMatchObject([{ kind: 'set-param', module: 'M', nodeId: 'outer', param: 'count' }]);
  expect(fixesFor({ count: 'num_heads * 1' })).toBeUndefined();
});

test('a module says at its border what it takes; equal layers say it once', () => {
  const document = stackDocument({ hyperparameters: [int('embed_dim', 16), int('num_heads', 4), int('depth', 3)] });
  document.modules[0]!.nodes[1]!.params = { embed_dim: 20, num_heads: 4 };
  const { problems, inference } = analysed(document);
  expect(problems).toMatchObject([
    {
      message:
        'batch 2 × patches 5 × embed_dim 16 came, batch × patches × embed_dim 20 is wanted: axis 2 is 16, not embed_dim 20',
      place: { module: 'Model', nodeId: 'blocks', path: 'blocks.0', port: { side: 'input', name: 'hidden_states' } },
      fixes: [{ kind: 'set-param', param: 'embed_dim', value: 'embed_dim', nodeId: 'blocks' }],
    },
  ]);
  expect(inference.blocked.get('blocks.0.fc1')).toBe(0);
  expect(inference.blocked.get('blocks')).toBe(0);
});

test('names of a module’s ports are shared among them', () => {
  const callee = module('Pair', {
    nodes: [
      node('a', 'input', { shape: 'batch length' }),
      node('b', 'input', { shape: 'batch other' }),
      node('sum', 'add'),
      node('y', 'output'),
    ],
    edges: [wire('a.output', 'sum.a'), wire('b.output', 'sum.b'), wire('sum.output', 'y.input')],
  });
  const of = (b: string) =>
    documentOf([
      module('M', {
        nodes: [
          node('x', 'random_tensor', { shape: '2, 3' }),
          node('z', 'random_tensor', { shape: b }),
          instance('p', 'Pair'),
          node('y', 'output'),
        ],
        edges: [wire('x.output', 'p.a'), wire('z.output', 'p.b'), wire('p.y', 'y.input')],
      }),
      callee,
    ]);
  expect(problemsOf(of('2, 3'))).toEqual([]);
  expect(shapeAt(of('2, 3'), 'p', 'y')).toBe('batch 2 × length 3');
  expect(problemsOf(of('4, 3'))).toEqual([
    'error shape.mismatch p input b: 4 × 3 came, batch 2 × other is wanted: axis 0 is 4, not batch 2',
  ]);
});

test('element types are checked at leaves and at borders', () => {
  const callee = module('C', {
    nodes: [node('m', 'input', { dtype: 'bool' }), node('y', 'output')],
    edges: [wire('m.output', 'y.input')],
  });
  const main = module('M', {
    nodes: [
      node('m', 'mask'),
      node('x', 'random_tensor'),
      node('g', 'gelu'),
      instance('c', 'C'),
      instance('d', 'C'),
      node('y', 'output'),
    ],
    edges: [wire('m.output', 'g.input'), wire('m.output', 'c.m'), wire('x.output', 'd.m'), wire('c.y', 'y.input')],
  });
  const { problems, inference } = analysed(documentOf([main, callee]));
  expect(problems.map(({ message, place }) => `${place.path}: ${message}`)).toEqual([
    'g: bool came, f32 is wanted',
    'd: f32 came, bool is wanted',
  ]);
  expect(inference.outputs.get('y')).toMatchObject({ dtype: 'bool', flow: 'mask' });
});

test('a pattern of an input that cannot be read is told at the border', () => {
  const callee = module('C', {
    nodes: [node('x', 'input', { shape: 'a, b' }), node('y', 'output')],
    edges: [wire('x.output', 'y.input')],
  });
  const main = module('M', {
    nodes: [node('x', 'random_tensor'), instance('c', 'C'), node('y', 'output')],
    edges: [wire('x.output', 'c.x'), wire('c.y', 'y.input')],
  });
  expect(problemsOf(documentOf([main, callee]))).toEqual([
    'error pattern.syntax c input x: the shape `a, b` cannot be read: "," cannot stand in a shape (at 1)',
  ]);
});

test('an input of the main module: by its pattern, by what is bound, or not at all', () => {
  const of = (shape: string) =>
    documentOf([
      module('M', {
        hyperparameters: [int('embed_dim', 8)],
        sizes: [{ name: 'batch', default: 2 }],
        nodes: [node('x', 'input', { shape, flow: 'tokens' }), node('g', 'gelu'), node('y', 'output')],
        edges: [wire('x.output', 'g.input'), wire('g.output', 'y.input')],
      }),
    ]);
  const bind = (type: PortType) => ({ bound: new Map([['x', type]]) });
  expect(shapeAt(of('batch 3 embed_dim'), 'g', 'output')).toBe('batch 2 × 3 × embed_dim 8');
  expect(shapeAt(of('batch length embed_dim'), 'g', 'output', bind(tensor(4, 7, 8)))).toBe(
    'batch 4 × length 7 × embed_dim 8',
  );
  expect(shapeAt(of('...'), 'g', 'output', bind(tensor(4, 7)))).toBe('4 × 7');
  expect(problemsOf(of('batch length'))).toEqual([
    'error input.unbound x shape: input x has no shape before something is bound to it: nothing says how large length is in `batch length`',
  ]);
  expect(problemsOf(of('batch embed_dim'), bind(tensor(4, 9)))).toEqual([
    'error shape.mismatch x output output: 4 × 9 came, batch 4 × embed_dim 8 is wanted: axis 1 is 9, not embed_dim 8',
  ]);
  expect(problemsOf(of('batch embed_dim'), bind({ ...tensor(4, 8), dtype: 'i32' }))[0]).toContain(
    'i32 came, f32 is wanted',
  );
});

test('sizes that a bound input brings reach the others; two that disagree are told', () => {
  const main = module('M', {
    hyperparameters: [int('embed_dim', 8)],
    sizes: [{ name: 'batch', default: 2 }],
    nodes: [
      node('x', 'random_tensor', { shape: 'batch, embed_dim' }),
      node('y', 'random_tensor', { shape: 'batch, embed_dim' }),
      node('sum', 'add'),
      node('out', 'output'),
    ],
    edges: [wire('x.output', 'sum.a'), wire('y.output', 'sum.b'), wire('sum.output', 'out.input')],
  });
  const document = documentOf([main]);
  expect(shapeAt(document, 'y', 'output', { bound: new Map([['x', tensor(5, 8)]]) })).toBe('batch 5 × embed_dim 8');
  const both = {
    bound: new Map([
      ['x', tensor(5, 8)],
      ['y', tensor(6, 8)],
    ]),
  };
  expect(problemsOf(document, both)).toEqual([
    'error size.disagree y output output: y comes with batch 6, but batch is 5 elsewhere',
  ]);
  const given = { bound: new Map([['x', tensor(5, 8)]]), values: { batch: 3 } };
  expect(problemsOf(document, given)).toEqual([
    'error size.disagree x output output: x comes with batch 5, but batch is 3 elsewhere',
  ]);
  expect(problemsOf(document, { bound: new Map([['x', tensor(5, 9)]]) })).toEqual([
    'error shape.mismatch x output output: 5 × 9 is bound to x, which is batch 5 × embed_dim 8: axis 1 is 9, not embed_dim 8',
  ]);
  expect(problemsOf(document, { bound: new Map([['x', tensor(5)]]) })[0]).toContain('1 dimensions instead of 2');
});

test('what is bound to no source of the main module is told', () => {
  expect(problemsOf(stackDocument(), { bound: new Map([['pixel_vlaues', tensor(1)]]) })).toEqual([
    'error bound.unknown there is no input "pixel_vlaues" to bind to; did you mean pixel_values?',
  ]);
});

test('a rule of a record that gives no shape is told, and so is one that needs an evaluation that fails', () => {
  const document = chain([node('r', 'reshape', { shape: 'input.shape[0], input.shape[5]' })]);
  expect(problemsOf(document)).toEqual(['error reshape r shape: input has 3 dimensions; there is no axis 5']);
});

test('a cache changes nothing but the time', () => {
  const cache = createCache();
  const { tree, inference } = analysed(stackDocument(), { cache });
  expect(infer(tree, LIBRARY, undefined, cache)).toEqual(inference);
  expect(infer(tree, LIBRARY)).toEqual(inference);
});

test('with a cache, what an edit does not reach is the very same value', () => {
  const cache = createCache();
  const document = stackDocument();
  const before = analysed(document, { cache });
  const edited = apply(document, setParam(document, 'Model', 'norm', 'eps', 0.5).diff);
  const after = analysed(edited, { cache });
  for (const path of ['pixel_values.output', 'blocks.0.fc1.output', 'blocks.2.sum.output', 'blocks.hidden_states'])
    expect(after.inference.outputs.get(path)).toBe(before.inference.outputs.get(path));
  expect(after.tree.byPath.get('blocks.1.fc1')!.params).toBe(before.tree.byPath.get('blocks.1.fc1')!.params);
  expect(after.tree.byPath.get('norm')!.params['eps']).toEqual({ value: 0.5, source: 0.5 });
});
