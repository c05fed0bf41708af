import { expect, test } from 'vitest';
import { apply, invert } from './diff.ts';
import { toggleMode } from './edit-modes.ts';
import { describeProblem } from './problems.ts';
import { formatDocument } from './file.ts';
import type { Mode, PatchbayDocument } from './schema.ts';
import { documentOf, instance, module, node, stackDocument, wire } from './testing/documents.ts';
import { analysed, problemsOf, shapeAt, wiresOf } from './testing/show.ts';

/** x → a → b → out, with a second output that reads x alone. */
const chain = (): PatchbayDocument =>
  documentOf([
    module('Main', {
      nodes: [
        node('x', 'random_tensor', { shape: '1, 8' }),
        node('a', 'linear'),
        node('b', 'linear', { out_features: 4 }),
        node('out', 'output'),
        node('other', 'output'),
      ],
      edges: [
        wire('x.output', 'a.input'),
        wire('a.output', 'b.input'),
        wire('b.output', 'out.input'),
        wire('x.output', 'other.input'),
      ],
    }),
  ]);

const withMode = (document: PatchbayDocument, mode: Mode, moduleName: string, ...ids: string[]): PatchbayDocument =>
  apply(document, toggleMode(document, moduleName, ids, mode).diff);

const executed = (document: PatchbayDocument): string[] => analysed(document).tree.execution.map(({ path }) => path);

test('a muted node and what depends on it are not called; the rest is, without a problem', () => {
  const document = withMode(chain(), 'mute', 'Main', 'a');
  const { tree, inference, problems } = analysed(document);
  expect(executed(document)).toEqual(['x']);
  expect([...tree.idle].toSorted()).toEqual(['a', 'b']);
  expect(problems).toEqual([]);
  expect(Object.keys(tree.root.outputs)).toEqual(['other']);
  expect([...inference.outputs.keys()]).toEqual(['x.output', 'other']);
});

test('a bypassed node hands its input through, and shapes follow', () => {
  const document = withMode(chain(), 'bypass', 'Main', 'b');
  expect(wiresOf(analysed(document).tree)).toEqual(['a.input ← x.output']);
  expect(shapeAt(chain(), '', 'out')).toBe('1 × out_features 4');
  expect(shapeAt(document, '', 'out')).toBe('1 × out_features 8');
  expect(problemsOf(document)).toEqual([]);
});

test('what no longer fits behind a bypassed node is told where it arises', () => {
  const before = chain();
  const wider = documentOf([
    {
      ...before.modules[0]!,
      nodes: before.modules[0]!.nodes.map((one) =>
        one.id === 'a'
          ? { ...one, params: { out_features: 3 } }
          : one.id === 'b'
            ? { ...one, params: { in_features: 3 } }
            : one,
      ),
    },
  ]);
  const [problem, ...more] = analysed(withMode(wider, 'bypass', 'Main', 'a')).problems;
  expect(more).toEqual([]);
  expect(describeProblem(problem!)).toMatch(/^b input input/);
});

test('nodes that are not called keep their place in the order of drawing', () => {
  const order = (document: PatchbayDocument) => analysed(document).tree.construction.map(({ path }) => path);
  expect(order(withMode(chain(), 'mute', 'Main', 'a'))).toEqual(order(chain()));
  expect(order(withMode(chain(), 'bypass', 'Main', 'a', 'b'))).toEqual(order(chain()));
});

test('two bypassed nodes in a row hand through; a bypassed source, and a ring of them, hand nothing', () => {
  expect(wiresOf(analysed(withMode(chain(), 'bypass', 'Main', 'a', 'b')).tree)).toEqual([]);
  expect(shapeAt(withMode(chain(), 'bypass', 'Main', 'a', 'b'), '', 'out')).toBe('1 × 8');
  expect(executed(withMode(chain(), 'bypass', 'Main', 'x'))).toEqual([]);
  const ring = documentOf([
    module('Main', {
      nodes: [node('a', 'gelu'), node('b', 'gelu'), node('out', 'output')],
      edges: [wire('a.output', 'b.input'), wire('b.output', 'a.input'), wire('b.output', 'out.input')],
    }),
  ]);
  expect(problemsOf(withMode(ring, 'bypass', 'Main', 'a', 'b'))).toEqual([]);
});

test('the input that is handed through is the first with the element type of the output', () => {
  const document = documentOf([
    module('Pick', {
      nodes: [
        node('ids', 'input', { dtype: 'i32' }),
        node('values', 'input', { shape: '...' }),
        node('g', 'gelu'),
        node('out', 'output'),
      ],
      edges: [wire('values.output', 'g.input'), wire('g.output', 'out.input')],
    }),
  ]);
  const main = module('Main', {
    nodes: [
      node('m', 'mask'),
      node('x', 'random_tensor', { shape: '2, 3' }),
      instance('pick', 'Pick', undefined, { mode: 'bypass' }),
      node('result', 'output'),
    ],
    edges: [wire('m.output', 'pick.ids'), wire('x.output', 'pick.values'), wire('pick.out', 'result.input')],
  });
  expect(shapeAt({ ...document, main: 'Main', modules: [main, ...document.modules] }, '', 'result')).toBe('2 × 3');
});

test('an input is handed through once: a second output that has none left is not called', () => {
  const before = chain();
  const main = before.modules[0]!;
  const pair = module('Pair', {
    nodes: [
      node('x', 'input', { shape: '...' }),
      node('g', 'gelu'),
      node('h', 'gelu'),
      node('first', 'output'),
      node('second', 'output'),
    ],
    edges: [
      wire('x.output', 'g.input'),
      wire('x.output', 'h.input'),
      wire('g.output', 'first.input'),
      wire('h.output', 'second.input'),
    ],
  });
  const document = {
    ...before,
    modules: [
      {
        ...main,
        nodes: [...main.nodes, instance('pair', 'Pair', undefined, { mode: 'bypass' }), node('weights', 'output')],
        edges: [
          ...main.edges.slice(0, 2),
          wire('b.output', 'pair.x'),
          wire('pair.first', 'out.input'),
          wire('pair.second', 'weights.input'),
        ],
      },
      pair,
    ],
  };
  const { tree, problems } = analysed(document);
  expect(problems.map(({ code }) => code)).toEqual(['output.unconnected']);
  expect(Object.keys(tree.root.outputs)).toEqual(['out']);
});

test('a stack that is bypassed hands through what it carries', () => {
  const document = withMode(stackDocument(), 'bypass', 'Model', 'blocks');
  expect(problemsOf(document)).toEqual([]);
  expect(wiresOf(analysed(document).tree)).toEqual(['norm.input ← pixel_values.output']);
});

test('what is muted inside a module takes away its output, and what its callers make of it', () => {
  const inside = withMode(stackDocument(), 'mute', 'Block', 'fc1');
  expect(executed(inside)).toEqual(['pixel_values']);
  expect(problemsOf(inside)).toEqual([]);
  const through = withMode(stackDocument(), 'bypass', 'Block', 'sum');
  expect(problemsOf(through)).toEqual([]);
  expect(executed(through).filter((path) => path.startsWith('blocks.0'))).toEqual(['blocks.0.fc1', 'blocks.0.fc2']);
});

test('a mode is one step, and taken back leaves the bytes as they were', () => {
  const before = chain();
  for (const mode of ['mute', 'bypass'] as const) {
    const edit = toggleMode(before, 'Main', ['a', 'b'], mode);
    const after = apply(before, edit.diff);
    expect(formatDocument(apply(after, invert(edit.diff)))).toBe(formatDocument(before));
    expect(formatDocument(apply(after, toggleMode(after, 'Main', ['a', 'b'], mode).diff))).toBe(formatDocument(before));
  }
  expect(toggleMode(before, 'Main', ['a', 'b'], 'mute').title).toBe('Mute 2 nodes');
});

test('ports cannot be bypassed', () => {
  expect(() => toggleMode(chain(), 'Main', ['out'], 'bypass')).toThrow('cannot be bypassed');
});
