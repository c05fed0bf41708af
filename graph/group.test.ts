import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { apply, invert } from './diff.ts';
import { groupNodes, ungroupNode, type Edit } from './edits.ts';
import { instance, int, module, documentOf, node, stackDocument, wire } from './testing/documents.ts';
import { LIBRARY } from './testing/library.ts';
import { analysed, problemsOf } from './testing/show.ts';
import type { PatchbayDocument } from './schema.ts';

/** Applies, and checks on the way that it can be undone. */
function done(document: PatchbayDocument, edit: Edit): PatchbayDocument {
  const after = apply(document, edit.diff);
  expect(apply(after, invert(edit.diff))).toEqual(document);
  return after;
}

function moduleOf(document: PatchbayDocument, name: string) {
  return document.modules.find((one) => one.name === name)!;
}

/** Two linears after one source, in a module with a hyperparameter and a size. */
const CHAIN = documentOf([
  module('Model', {
    hyperparameters: [int('width', 8), int('unused', 3), { name: 'ratio', type: 'float', default: 2 }],
    requires: [{ expression: 'width % 2 == 0' }, { expression: 'unused > 0' }],
    sizes: [{ name: 'batch', default: 2 }],
    nodes: [
      node('x', 'random_tensor', { shape: 'batch, width' }),
      node('fc1', 'linear', { in_features: 'width', out_features: 'int(width * ratio)' }),
      node('fc2', 'linear', { in_features: 'int(width * ratio)', out_features: 'width' }),
      node('sum', 'add'),
      node('y', 'output'),
    ],
    edges: [
      wire('x.output', 'fc1.input'),
      wire('fc1.output', 'fc2.input'),
      wire('fc2.output', 'sum.a'),
      wire('x.output', 'sum.b'),
      wire('sum.output', 'y.input'),
    ],
  }),
]);

describe('group', () => {
  test('nodes become a module with ports and hyperparameters of its own', () => {
    const { inference } = analysed(CHAIN);
    const typeOf = (id: string, port: string) => inference.outputs.get(`${id}.${port}`);
    const after = done(CHAIN, groupNodes(CHAIN, LIBRARY, 'Model', ['fc1', 'fc2'], { name: 'MLP', typeOf }));
    const mlp = moduleOf(after, 'MLP');
    expect(mlp.nodes.map(({ name }) => name)).toEqual(['x', 'fc1', 'fc2', 'fc2']);
    expect(mlp.hyperparameters.map(({ name }) => name)).toEqual(['width', 'ratio']);
    expect(mlp.requires).toEqual([{ expression: 'width % 2 == 0' }]);
    const model = moduleOf(after, 'Model');
    expect(model.nodes.map(({ name }) => name)).toEqual(['x', 'mlp', 'sum', 'y']);
    expect(model.nodes[1]).toMatchObject({ module: 'MLP', params: { width: 'width', ratio: 'ratio' } });
    expect(model.edges).toContainEqual(wire('x.output', 'mlp.x'));
    expect(model.edges).toContainEqual(wire('mlp.fc2', 'sum.a'));
    expect(problemsOf(after)).toEqual([]);
    expect(analysed(after).tree.byPath.has('mlp.fc1')).toBe(true);
  });

  test('a source that several nodes read is one input; a result that is wired to nothing stays a result', () => {
    const after = done(CHAIN, groupNodes(CHAIN, LIBRARY, 'Model', ['fc1', 'fc2', 'sum', 'y']));
    const group = moduleOf(after, 'Group');
    expect(group.nodes.filter((one) => 'type' in one && one.type === 'input').map(({ name }) => name)).toEqual(['x']);
    expect(moduleOf(after, 'Model').edges).toEqual([wire('x.output', 'group.x'), wire('group.sum', 'y.input')]);
    const loose = { ...CHAIN, modules: [{ ...CHAIN.modules[0]!, edges: CHAIN.modules[0]!.edges.slice(0, 2) }] };
    const open = done(loose, groupNodes(loose, LIBRARY, 'Model', ['fc1', 'fc2']));
    expect(moduleOf(open, 'Group').edges).toContainEqual(wire('fc2.output', 'fc2_out.input'));
  });

  test('a size of the data becomes a hyperparameter', () => {
    const after = done(CHAIN, groupNodes(CHAIN, LIBRARY, 'Model', ['x', 'fc1']));
    expect(moduleOf(after, 'Group').hyperparameters).toContainEqual({
      name: 'batch',
      type: 'int',
      default: 2,
      minimum: 0,
    });
    expect(problemsOf(after)).toEqual([]);
  });

  test('paths of shared weights follow into the group', () => {
    const document = documentOf([
      module('Model', {
        nodes: [
          node('x', 'random_tensor', { shape: '2, 8' }),
          node('first', 'linear'),
          node('again', 'linear', undefined, { shares: 'first' }),
        ],
        edges: [wire('x.output', 'first.input'), wire('x.output', 'again.input')],
      }),
    ]);
    const grouped = done(document, groupNodes(document, LIBRARY, 'Model', ['first']));
    expect(moduleOf(grouped, 'Model').nodes.at(-1)).toMatchObject({ name: 'again', shares: 'group.first' });
    expect(problemsOf(grouped)).toEqual([]);
    const apart = done(grouped, ungroupNode(grouped, LIBRARY, 'Model', 'group'));
    expect(moduleOf(apart, 'Model').nodes.at(-1)).toMatchObject({ name: 'again', shares: 'first' });
  });

  test('what lies between has to come along; ports alone are no module', () => {
    expect(() => groupNodes(CHAIN, LIBRARY, 'Model', ['fc1', 'sum'])).toThrow(
      'fc2 lies between the selected nodes: select it too',
    );
    expect(() => groupNodes(CHAIN, LIBRARY, 'Model', ['y'])).toThrow('Ports alone make no module');
    expect(() => groupNodes(CHAIN, LIBRARY, 'Model', ['nobody'])).toThrow('Model has no node nobody');
  });
});

describe('ungroup', () => {
  test('the nodes come back, with the instance’s values in the place of hyperparameters', () => {
    const inner = module('Inner', {
      hyperparameters: [int('width', 4), { name: 'ratio', type: 'float', default: 4 }],
      nodes: [
        node('input', 'input'),
        node('up', 'linear', { in_features: 'width', out_features: 'int(width * ratio)' }),
        node('result', 'output'),
      ],
      edges: [wire('input.output', 'up.input'), wire('up.output', 'result.input')],
    });
    const outer = module('Model', {
      hyperparameters: [int('size', 8)],
      nodes: [
        node('x', 'random_tensor', { shape: '2, size' }),
        node('up', 'gelu'),
        instance('inner', 'Inner', { width: 'size + 0' }, { position: [100, 50] }),
        node('y', 'output'),
      ],
      edges: [wire('x.output', 'up.input'), wire('up.output', 'inner.input'), wire('inner.result', 'y.input')],
    });
    const document = documentOf([outer, inner]);
    const after = done(document, ungroupNode(document, LIBRARY, 'Model', 'inner'));
    expect(moduleOf(after, 'Model').nodes[2]).toMatchObject({
      name: 'inner_up',
      position: [100, 50],
      params: { in_features: 'size + 0', out_features: 'int((size + 0) * 4.0)' },
    });
    expect(moduleOf(after, 'Model').edges).toEqual([
      wire('x.output', 'up.input'),
      wire('up.output', 'inner_up.input'),
      wire('inner_up.output', 'y.input'),
    ]);
    expect(problemsOf(after)).toEqual([]);
  });

  test('sizes that were named after a hyperparameter keep their name', () => {
    const inner = module('Inner', {
      hyperparameters: [int('width', 4)],
      nodes: [node('noise', 'random_tensor', { shape: '2, width, rows=width + 1' }), node('out', 'output')],
      edges: [wire('noise.output', 'out.input')],
    });
    const document = documentOf([module('Model', { nodes: [instance('inner', 'Inner', { width: 6 })] }), inner]);
    const after = done(document, ungroupNode(document, LIBRARY, 'Model', 'inner'));
    expect(moduleOf(after, 'Model').nodes[0]!.params).toEqual({ shape: '2, width=6, rows=6 + 1' });
  });

  test('single nodes and stacks are told', () => {
    const document = stackDocument();
    expect(() => ungroupNode(document, LIBRARY, 'Model', 'norm')).toThrow('norm is a single node');
    expect(() => ungroupNode(document, LIBRARY, 'Model', 'blocks')).toThrow('blocks is a stack of layers');
  });
});

test('any group has the shapes that its nodes had, and comes apart into what it was', () => {
  const names = ['x', 'fc1', 'fc2', 'sum'];
  fc.assert(
    fc.property(fc.subarray(names, { minLength: 1 }), (picked) => {
      let edit: Edit;
      try {
        edit = groupNodes(CHAIN, LIBRARY, 'Model', picked);
      } catch {
        return;
      }
      const grouped = done(CHAIN, edit);
      expect(problemsOf(grouped)).toEqual([]);
      const shapeOf = (document: PatchbayDocument) =>
        analysed(document)
          .inference.outputs.get('y')
          ?.dims.map(({ size }) => size);
      expect(shapeOf(grouped)).toEqual(shapeOf(CHAIN));
      const apart = done(grouped, ungroupNode(grouped, LIBRARY, 'Model', edit.place!.nodeIds[0]!));
      const [before, after] = [moduleOf(CHAIN, 'Model'), moduleOf(apart, 'Model')];
      const byName = (nodes: typeof before.nodes) => nodes.toSorted((a, b) => a.name.localeCompare(b.name));
      expect(byName(after.nodes)).toEqual(byName(before.nodes));
      expect(new Set(after.edges.map((edge) => JSON.stringify(edge)))).toEqual(
        new Set(before.edges.map((edge) => JSON.stringify(edge))),
      );
    }),
  );
});
