import { expect, test } from 'vitest';
import { analyse } from '../graph/analyse.ts';
import { apply, invert } from '../graph/diff.ts';
import {
  changeHyperparameter,
  groupNodes,
  promotable,
  promoteParameter,
  renameHyperparameter,
  setParam,
  ungroupNode,
} from '../graph/edits.ts';
import { documentOf, instance, module, node, wire } from '../graph/testing/documents.ts';
import type { PatchbayDocument } from '../graph/schema.ts';
import { NODES } from './registry.ts';

const ACT = module('Act', {
  nodes: [
    node('x', 'input', { shape: 'batch 2 3' }),
    node('gate', 'gelu', { approximate: 'tanh' }),
    node('flat', 'reshape', { shape: 'input.shape[0], cells=3 * 2, 1' }),
    node('soft', 'softmax'),
    node('y', 'output'),
  ],
  edges: [
    wire('x.output', 'gate.input'),
    wire('gate.output', 'flat.input'),
    wire('flat.output', 'soft.input'),
    wire('soft.output', 'y.input'),
  ],
});

const DOCUMENT = documentOf([
  module('Main', {
    nodes: [node('noise', 'random_tensor', { shape: '4, 2, 3' }), instance('act', 'Act')],
    edges: [wire('noise.output', 'act.x')],
  }),
  ACT,
]);

const at = (document: PatchbayDocument, path: string) => analyse(document, NODES).tree.byPath.get(path)!;
const done = (document: PatchbayDocument, edit: { readonly diff: Parameters<typeof apply>[1] }) => {
  const after = apply(document, edit.diff);
  expect(apply(after, invert(edit.diff))).toEqual(document);
  expect(analyse(after, NODES).problems).toEqual([]);
  return after;
};
const promoted = (param: string, id: string, item?: number, document = DOCUMENT, of = 'Act') =>
  done(document, promoteParameter(document, NODES, of, id, param, item));

test('a choice becomes a text with the same choices, which instances choose from', () => {
  const document = promoted('approximate', 'gate');
  expect(document.modules[1]!.hyperparameters).toEqual([
    { name: 'approximate', type: 'string', default: 'tanh', choices: ['none', 'tanh'], help: expect.any(String) },
  ]);
  expect(document.modules[1]!.nodes[1]!.params).toEqual({ approximate: '=approximate' });
  expect(at(document, 'act.gate').params['approximate']).toMatchObject({ value: 'tanh', label: 'approximate' });
  const exact = done(document, setParam(document, 'Main', 'act', 'approximate', 'none'));
  expect(at(exact, 'act.gate').params['approximate']!.value).toBe('none');
  const wrong = apply(document, setParam(document, 'Main', 'act', 'approximate', 'tan').diff);
  expect(analyse(wrong, NODES).problems).toMatchObject([
    {
      code: 'param.choice',
      message: expect.stringContaining('did you mean tanh?'),
      place: { module: 'Main', nodeId: 'act', param: 'approximate' },
      fixes: [{ kind: 'set-param', value: 'tanh' }],
    },
  ]);
  expect(() => changeHyperparameter(document, 'Act', 'approximate', { default: 'x' })).toThrow('none of none, tanh');
});

test('a text goes from module to module, through renames, groups and back', () => {
  const inner = promoted('approximate', 'gate');
  const outer = promoted('approximate', 'act', undefined, inner, 'Main');
  expect(outer.modules[0]!.hyperparameters).toMatchObject([{ name: 'approximate', choices: ['none', 'tanh'] }]);
  expect(outer.modules[0]!.nodes[1]!.params).toEqual({ approximate: '=approximate' });
  const renamed = done(outer, renameHyperparameter(outer, NODES, 'Act', 'approximate', 'kind'));
  expect(renamed.modules[1]!.nodes[1]!.params).toEqual({ approximate: '=kind' });
  expect(renamed.modules[0]!.nodes[1]!.params).toEqual({ kind: '=approximate' });
  const grouped = done(renamed, groupNodes(renamed, NODES, 'Act', ['gate']));
  expect(grouped.modules.find(({ name }) => name === 'Act')!.nodes).toContainEqual(
    expect.objectContaining({ module: 'Group', params: { kind: '=kind' } }),
  );
  expect(at(grouped, 'act.group.gate').params['approximate']!.value).toBe('tanh');
  // What is ungrouped follows what the instance followed, or is what it was given.
  const apart = done(renamed, ungroupNode(renamed, NODES, 'Main', 'act'));
  expect(apart.modules[0]!.nodes).toContainEqual(expect.objectContaining({ params: { approximate: '=approximate' } }));
  const single = done(inner, ungroupNode(inner, NODES, 'Main', 'act'));
  expect(single.modules[0]!.nodes).toContainEqual(expect.objectContaining({ params: { approximate: 'tanh' } }));
});

test('sizes of shapes become whole numbers: by their label, and at their place', () => {
  expect(promotable(DOCUMENT, NODES, ACT.nodes[2]!, 'shape')).toEqual({
    ok: true,
    places: [
      { item: 1, value: 6, name: 'cells' },
      { item: 2, value: 1, name: 'shape_2' },
    ],
  });
  const cells = promoted('shape', 'flat', 1);
  expect(cells.modules[1]!.nodes[2]!.params).toEqual({ shape: 'input.shape[0], cells=cells, 1' });
  expect(cells.modules[1]!.hyperparameters).toEqual([{ name: 'cells', type: 'int', default: 6, minimum: 0 }]);
  const last = promoted('shape', 'flat', 2);
  expect(last.modules[1]!.nodes[2]!.params).toEqual({ shape: 'input.shape[0], cells=3 * 2, shape_2' });
  const port = promoted('shape', 'x', 2);
  expect(port.modules[1]!.nodes[0]!.params).toEqual({ shape: 'batch 2 x_2' });
  const noise = promoted('shape', 'noise', 0, DOCUMENT, 'Main');
  expect(noise.modules[0]!.nodes[0]!.params).toEqual({ shape: 'shape_0, 2, 3' });
});

test('what cannot be a hyperparameter has its reason', () => {
  const reason = (id: string, param: string, params?: Record<string, string>) => {
    const one = ACT.nodes.find((each) => each.id === id) ?? node(id, id, params);
    const found = promotable(DOCUMENT, NODES, one, param);
    return found.ok ? found.places : found.reason;
  };
  expect(reason('soft', 'meaning')).toBe('It says how the weights are shown, not what they are');
  expect(reason('x', 'optional')).toBe('A port is the same in every instance of its module');
  expect(reason('token_input', 'text')).toBe('A text of several lines always stands for itself');
  expect(reason('image_input', 'images')).toBe('A file belongs to the node, not to the module');
  expect(reason('image_input', 'mean')).toContain('before the model runs');
  expect(reason('reshape', 'shape', { shape: 'width, -1, input.shape[0]' })).toBe(
    'No size of reshape is a plain number',
  );
  expect(reason('linear', 'out_features', { out_features: 'width * 2' })).toBe('It follows width already');
  expect(reason('linear', 'nothing')).toBe('linear has no parameter nothing');
  expect(() => promoteParameter(DOCUMENT, NODES, 'Act', 'soft', 'meaning')).toThrow(
    'meaning of soft cannot be a hyperparameter: it says how',
  );
});

test('names that are taken get a number; a stack whose name is a number gets a name', () => {
  const one = promoted('shape', 'noise', 0, DOCUMENT, 'Main');
  const other = done(one, setParam(one, 'Main', 'noise', 'shape', '4, 2, 3'));
  expect(promoted('shape', 'noise', 0, other, 'Main').modules[0]!.hyperparameters.map(({ name }) => name)).toEqual([
    'shape_0',
    'shape_1',
  ]);
  const stack = documentOf([module('Main', { nodes: [instance('0', 'Act', undefined, { repeat: 0 })] }), ACT]);
  expect(promotable(stack, NODES, stack.modules[0]!.nodes[0]!, 'repeat')).toEqual({
    ok: true,
    places: [{ value: 0, name: 'stack_0_layers' }],
  });
});
