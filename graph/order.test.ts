import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../scripts/effort.ts';
import { documentOf, instance, module, node, wire } from './testing/documents.ts';
import { analysed, problemsOf } from './testing/show.ts';

const PASS = module('Pass', {
  nodes: [node('x', 'input'), node('y', 'output')],
  edges: [wire('x.output', 'y.input')],
});

/** Two ways through that have nothing to do with each other. */
const LANES = module('Lanes', {
  nodes: [
    ...['a_in', 'b_in'].map((name) => node(name, 'input')),
    node('f', 'gelu'),
    node('g', 'gelu'),
    ...['a_out', 'b_out'].map((name) => node(name, 'output')),
  ],
  edges: [
    wire('a_in.output', 'f.input'),
    wire('b_in.output', 'g.input'),
    wire('f.output', 'a_out.input'),
    wire('g.output', 'b_out.input'),
  ],
});

test('execution follows the wires, not the order of construction', () => {
  const main = module('M', {
    nodes: [node('last', 'gelu'), node('middle', 'gelu'), node('x', 'random_tensor')],
    edges: [wire('x.output', 'middle.input'), wire('middle.output', 'last.input')],
  });
  const { tree } = analysed(documentOf([main]));
  expect(tree.construction.map(({ path }) => path)).toEqual(['last', 'middle', 'x']);
  expect(tree.execution.map(({ path }) => path)).toEqual(['x', 'middle', 'last']);
});

test('a cycle is reported once, with its nodes in order and the wire that closes it', () => {
  const main = module('M', {
    nodes: [
      node('x', 'random_tensor'),
      node('sum', 'add'),
      node('f', 'gelu'),
      node('g', 'gelu'),
      node('after', 'gelu'),
      node('out', 'output'),
    ],
    edges: [
      wire('x.output', 'sum.a'),
      wire('g.output', 'sum.b'),
      wire('sum.output', 'f.input'),
      wire('f.output', 'g.input'),
      wire('g.output', 'after.input'),
      wire('after.output', 'out.input'),
    ],
  });
  const { tree, inference, problems } = analysed(documentOf([main]));
  expect(problems).toMatchObject([
    {
      code: 'graph.cycle',
      message: 'these nodes form a cycle: sum → f → g → sum',
      place: { module: 'M', nodeId: 'sum' },
      related: [{ nodeId: 'sum' }, { nodeId: 'f' }, { nodeId: 'g' }],
      fixes: [{ kind: 'remove-edge', from: ['g', 'output'], to: ['sum', 'b'] }],
    },
  ]);
  expect(tree.execution.map(({ path }) => path)).toEqual(['x']);
  expect([...inference.blocked.keys()].sort()).toEqual(['', 'after', 'f', 'g', 'sum']);
});

test('a cycle inside a module is told once for all of its instances', () => {
  const ring = module('Ring', {
    nodes: [node('f', 'gelu'), node('g', 'gelu')],
    edges: [wire('f.output', 'g.input'), wire('g.output', 'f.input')],
  });
  const main = module('M', { nodes: [instance('a', 'Ring', {}, { repeat: 3 }), instance('b', 'Ring')] });
  expect(problemsOf(documentOf([main, ring]))).toEqual([
    'error graph.cycle a.0.f: these nodes form a cycle: f → g → f',
  ]);
});

test('a cycle through modules is told by the nodes that it runs through where they stand together', () => {
  const main = module('M', {
    nodes: [instance('a', 'Lanes'), instance('b', 'Lanes')],
    edges: [wire('a.a_out', 'b.a_in'), wire('b.a_out', 'a.a_in')],
  });
  expect(problemsOf(documentOf([main, LANES])).filter((line) => line.includes('cycle'))).toEqual([
    'error graph.cycle a: these nodes form a cycle: a → b → a',
  ]);
});

test('wires that go back and forth between modules without a cycle of values are fine', () => {
  const main = module('M', {
    nodes: [node('x', 'random_tensor'), instance('a', 'Lanes'), instance('b', 'Lanes'), node('out', 'output')],
    edges: [
      wire('x.output', 'a.a_in'),
      wire('a.a_out', 'b.a_in'),
      wire('b.a_out', 'a.b_in'),
      wire('a.b_out', 'b.b_in'),
      wire('b.b_out', 'out.input'),
    ],
  });
  const { problems, tree } = analysed(documentOf([main, LANES]));
  expect(problems).toEqual([]);
  expect(tree.execution.map(({ path }) => path)).toEqual(['x', 'a.f', 'b.f', 'a.g', 'b.g']);
});

test('a node, and modules that only hand through, may not feed themselves', () => {
  const self = module('M', { nodes: [node('f', 'gelu')], edges: [wire('f.output', 'f.input')] });
  expect(problemsOf(documentOf([self]))).toEqual(['error graph.cycle f: these nodes form a cycle: f → f']);
  const pass = module('M', {
    nodes: [instance('a', 'Pass'), instance('b', 'Pass'), node('f', 'gelu')],
    edges: [wire('a.y', 'b.x'), wire('b.y', 'a.x'), wire('a.y', 'f.input')],
  });
  const cycles = problemsOf(documentOf([pass, PASS])).filter((line) => line.includes('graph.cycle'));
  expect(cycles).toHaveLength(1);
});

test('long chains need no deep stack', () => {
  const count = 15_000;
  const main = module('M', {
    nodes: [node('x', 'random_tensor'), ...Array.from({ length: count }, (_, at) => node(`n${count - at}`, 'gelu'))],
    edges: Array.from({ length: count }, (_, at) => wire(at === 0 ? 'x.output' : `n${at}.output`, `n${at + 1}.input`)),
  });
  const { inference, problems } = analysed(documentOf([main]));
  expect(problems).toEqual([]);
  expect(inference.outputs.has(`n${count}.output`)).toBe(true);
  const stack = module('M', {
    nodes: [node('x', 'random_tensor'), instance('p', 'Through', {}, { repeat: 15_000 }), node('f', 'gelu')],
    edges: [wire('x.output', 'p.x'), wire('p.x', 'f.input')],
  });
  const through = module('Through', {
    nodes: [node('in', 'input', {}, { name: 'x' }), node('out', 'output', {}, { name: 'x' })],
    edges: [wire('in.output', 'out.input')],
  });
  expect(analysed(documentOf([stack, through])).inference.outputs.has('f.output')).toBe(true);
});

test('of random graphs, execution holds just the leaves that no cycle leads to, each after its sources', () => {
  const graph = fc.array(fc.tuple(fc.nat(9), fc.nat(9), fc.constantFrom('a', 'b')), { maxLength: 16 });
  fc.assert(
    fc.property(graph, (pairs) => {
      const edges = new Map(pairs.map(([from, to, port]) => [`${to}${port}`, [from, to, port] as const]));
      const main = module('M', {
        nodes: Array.from({ length: 10 }, (_, at) => node(`n${at}`, 'add')),
        edges: [...edges.values()].map(([from, to, port]) => wire(`n${from}.output`, `n${to}.${port}`)),
      });
      const { tree } = analysed(documentOf([main]));
      const sources = (at: number): number[] => [...edges.values()].filter(([, to]) => to === at).map(([from]) => from);
      const sound = new Set<number>();
      for (let round = 0; round < 10; round++)
        for (let at = 0; at < 10; at++) if (sources(at).every((from) => sound.has(from))) sound.add(at);
      const order = tree.execution.map(({ path }) => Number(path.slice(1)));
      expect(order.toSorted((a, b) => a - b)).toEqual([...sound].sort((a, b) => a - b));
      for (const [index, at] of order.entries())
        for (const from of sources(at)) expect(order.indexOf(from)).toBeLessThan(index);
      expect(tree.problems.some(({ code }) => code === 'graph.cycle')).toBe(sound.size < 10);
    }),
    { numRuns: runs(500) },
  );
});
