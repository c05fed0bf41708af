import { expect, test } from 'vitest';
import { canConnect, type Verdict } from './connect.ts';
import { apply } from './diff.ts';
import { connect } from './edits.ts';
import type { PatchbayDocument } from './schema.ts';
import { documentOf, instance, int, module, node, stackDocument, wire } from './testing/documents.ts';
import { LIBRARY } from './testing/library.ts';
import { analysed } from './testing/show.ts';

function verdict(document: PatchbayDocument, from: string, to: string, path = ''): Verdict {
  const { tree, inference } = analysed(document);
  const end = (text: string) => {
    const [nodeId, port] = text.split('.') as [string, string];
    return { path, nodeId, port };
  };
  return canConnect(document, tree, inference, LIBRARY, end(from), end(to));
}

function reason(document: PatchbayDocument, from: string, to: string, path = ''): string {
  const result = verdict(document, from, to, path);
  return result.ok ? 'ok' : result.reason;
}

const DOCUMENT = stackDocument();
const main = DOCUMENT.modules[0]!;
main.nodes.push(
  node('fresh', 'linear'),
  node('fixed', 'linear', { in_features: 'depth' }),
  node('g', 'gelu'),
  node('mask', 'mask'),
  node('sum', 'add'),
  node('pair', 'join'),
  instance('single', 'Block', { embed_dim: 24 }),
);
main.edges.push(wire('norm.output', 'g.input'), wire('pixel_values.output', 'pair.left'));

test('ports that exist, of kinds and shapes that fit', () => {
  expect(verdict(DOCUMENT, 'norm.output', 'sum.a')).toEqual({ ok: true });
  expect(reason(DOCUMENT, 'norm.nothing', 'sum.a')).toBe('norm has no output nothing');
  expect(reason(DOCUMENT, 'norm.output', 'sum.c')).toBe('sum has no input c');
  expect(reason(DOCUMENT, 'nobody.output', 'sum.a')).toBe('there is no such node');
  expect(reason(DOCUMENT, 'mask.output', 'g.input')).toBe('bool came, f32 is wanted');
  expect(reason(DOCUMENT, 'norm.output', 'single.hidden_states')).toContain('axis 2 is 16, not embed_dim 24');
  expect(reason(DOCUMENT, 'norm.output', 'fixed.input')).toContain('axis 2 is 16, not in_features 3');
  expect(reason(DOCUMENT, 'mask.output', 'features.input')).toBe('ok');
});

test('what the other inputs are counts', () => {
  const document = structuredClone(DOCUMENT);
  document.modules[0]!.nodes.push(node('short', 'random_tensor', { shape: '3, 5, 16' }));
  expect(reason(document, 'short.output', 'pair.right')).toContain('its leading dimensions are 3 × 5');
  expect(reason(document, 'norm.output', 'pair.right')).toBe('ok');
});

test('a plain number adapts to the wire, as the edit then does', () => {
  const result = verdict(DOCUMENT, 'norm.output', 'fresh.input');
  expect(result).toEqual({ ok: true, adapts: { in_features: 'embed_dim' } });
  if (!result.ok) return;
  const edit = connect(DOCUMENT, 'Model', ['norm', 'output'], ['fresh', 'input'], result.adapts);
  const { problems } = analysed(apply(DOCUMENT, edit.diff));
  expect(problems.filter(({ place }) => place.nodeId === 'fresh')).toEqual([]);
});

test('no cycles: through nodes, through modules, to itself; also backwards through a stack', () => {
  expect(reason(DOCUMENT, 'g.output', 'g.input')).toBe('g would feed itself');
  expect(reason(DOCUMENT, 'g.output', 'norm.input')).toBe('it would close a cycle: g depends on norm');
  expect(reason(DOCUMENT, 'norm.output', 'blocks.hidden_states')).toBe(
    'it would close a cycle: norm depends on blocks',
  );
  expect(reason(DOCUMENT, 'blocks.hidden_states', 'blocks.hidden_states')).toBe('blocks would feed itself');
});

test('inside a module: its inputs give, its outputs take', () => {
  expect(verdict(DOCUMENT, 'hidden_states_in.output', 'fc2.input', 'blocks.0')).toMatchObject({ ok: false });
  expect(verdict(DOCUMENT, 'hidden_states_in.output', 'fc1.input', 'blocks.1')).toEqual({ ok: true });
  expect(verdict(DOCUMENT, 'fc1.output', 'hidden_states_out.input', 'blocks.1')).toEqual({ ok: true });
  expect(reason(DOCUMENT, 'sum.output', 'fc1.input', 'blocks.1')).toBe('it would close a cycle: sum depends on fc1');
});

test('two ways through a module that have nothing to do with each other are no cycle', () => {
  const lanes = module('Lanes', {
    nodes: [
      node('a', 'input'),
      node('b', 'input'),
      node('f', 'gelu'),
      node('g', 'gelu'),
      node('x', 'output'),
      node('y', 'output'),
    ],
    edges: [
      wire('a.output', 'f.input'),
      wire('b.output', 'g.input'),
      wire('f.output', 'x.input'),
      wire('g.output', 'y.input'),
    ],
  });
  const document = documentOf([
    module('M', {
      hyperparameters: [int('n', 1)],
      nodes: [node('s', 'random_tensor'), instance('l', 'Lanes')],
      edges: [wire('s.output', 'l.a')],
    }),
    lanes,
  ]);
  expect(reason(document, 'l.x', 'l.b')).toBe('ok');
  expect(reason(document, 'l.x', 'l.a')).toBe('l would feed itself');
});

test('where a type is not known yet, shapes are no reason against it', () => {
  const document = documentOf([
    module('M', { nodes: [node('a', 'gelu'), node('b', 'linear', { in_features: 3 }), node('p', 'placeholder')] }),
  ]);
  expect(reason(document, 'a.output', 'b.input')).toBe('ok');
  expect(reason(document, 'a.output', 'p.anything')).toBe('ok');
});

test('a cycle through a node that is not called is refused as any other', () => {
  const chain = (mode: 'mute' | 'bypass', ...wires: readonly (readonly [string, string])[]): PatchbayDocument =>
    documentOf([
      module('Model', {
        nodes: [
          node('x', 'random_tensor', { shape: '2, 3' }),
          node('first', 'add'),
          node('middle', 'gelu', undefined, { mode }),
          node('last', 'gelu'),
        ],
        edges: [wire('x.output', 'first.a'), ...wires.map(([from, to]) => wire(from, to))],
      }),
    ]);
  for (const mode of ['mute', 'bypass'] as const) {
    const short = chain(mode, ['first.output', 'middle.input']);
    expect(reason(short, 'middle.output', 'first.b')).toBe('it would close a cycle: middle depends on first');
    const long = chain(mode, ['first.output', 'middle.input'], ['middle.output', 'last.input']);
    expect(reason(long, 'last.output', 'first.b')).toBe('it would close a cycle: last depends on first');
    // Into the node itself: nothing that is called now depends on it.
    const open = chain(mode, ['middle.output', 'last.input']);
    expect(reason(open, 'last.output', 'middle.input')).toBe('it would close a cycle: last depends on middle');
    expect(reason(long, 'x.output', 'first.b')).toBe('ok');
    expect(reason(open, 'x.output', 'middle.input')).toBe('ok');
  }
});
