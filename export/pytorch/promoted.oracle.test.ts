/** What was made a hyperparameter is one in the exported package too: a field of its configuration that the code follows. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apply } from '../../graph/diff.ts';
import { promoteParameter } from '../../graph/edits.ts';
import { documentOf, instance, module, node, wire } from '../../graph/testing/documents.ts';
import type { ParameterValue, PatchbayDocument } from '../../graph/schema.ts';
import { NODES } from '../../nodes/registry.ts';
import { PackageTester } from '../testing/packages.ts';
import { exportSourceOf } from '../testing/source.ts';
import { PYTORCH } from './target.ts';

let tester: PackageTester;

beforeAll(async () => {
  tester = await PackageTester.start();
});
afterAll(() => tester?.close());

const INNER = module('Inner', {
  nodes: [
    node('x', 'input', { shape: 'rows columns' }),
    node('gate', 'gelu'),
    node('bias', 'parameter', { shape: '6', init: 'normal', value: 0.5 }),
    node('shifted', 'add'),
    node('limit', 'parameter', { shape: '4, 6' }),
    node('mask', 'compare', { comparison: 'less' }),
    node('folded', 'reshape', { shape: 'input.shape[0], halves=2, 3' }),
    node('mean', 'mean', { dim: -1, keepdim: true }),
    node('y', 'output'),
    node('m', 'output'),
  ],
  edges: [
    wire('x.output', 'gate.input'),
    wire('gate.output', 'shifted.a'),
    wire('bias.output', 'shifted.b'),
    wire('shifted.output', 'mask.a'),
    wire('limit.output', 'mask.b'),
    wire('shifted.output', 'folded.input'),
    wire('folded.output', 'mean.input'),
    wire('mean.output', 'y.input'),
    wire('mask.output', 'm.input'),
  ],
});

const PLAIN = documentOf([
  module('Main', {
    nodes: [
      node('noise', 'input', { shape: '4 6' }),
      instance('first', 'Inner'),
      instance('second', 'Inner'),
      node('a', 'output'),
      node('b', 'output'),
      node('c', 'output'),
    ],
    edges: [
      wire('noise.output', 'first.x'),
      wire('noise.output', 'second.x'),
      wire('first.y', 'a.input'),
      wire('second.y', 'b.input'),
      wire('second.m', 'c.input'),
    ],
  }),
  INNER,
]);

const promote = (document: PatchbayDocument, of: string, id: string, param: string, item?: number): PatchbayDocument =>
  apply(document, promoteParameter(document, NODES, of, id, param, item).diff);

/** All of Inner's, and those of its second instance once more, up to the main module. */
function promoted(): PatchbayDocument {
  const places: readonly (readonly [string, string, string, number?])[] = [
    ['Inner', 'gate', 'approximate'],
    ['Inner', 'bias', 'init'],
    ['Inner', 'limit', 'value'],
    ['Inner', 'mask', 'comparison'],
    ['Inner', 'folded', 'shape', 1],
    ['Inner', 'folded', 'shape', 2],
    ['Inner', 'mean', 'keepdim'],
    ['Main', 'second', 'approximate'],
    ['Main', 'second', 'init'],
    ['Main', 'second', 'value'],
    ['Main', 'second', 'comparison'],
    ['Main', 'second', 'keepdim'],
  ];
  return places.reduce((document, place) => promote(document, ...place), PLAIN);
}

async function modelOf(document: PatchbayDocument, values: Readonly<Record<string, ParameterValue>>): Promise<string> {
  const files = await PYTORCH.files(exportSourceOf(document, { values }));
  const decoder = new TextDecoder();
  let text = '';
  for await (const piece of files.find(({ path }) => path === 'model.py')!.pieces) {
    text += decoder.decode(piece, { stream: true });
  }
  return text;
}

/** What stands below the configuration, without what tells the shapes of one export. */
function code(model: string): string {
  return model
    .replaceAll(/"""[^]*?"""/g, '')
    .split('\n')
    .filter((line) => !/^ {4}\w+: (str|bool|float|int) = /.test(line) && !line.includes('#'))
    .join('\n');
}

const OTHERS = { approximate: 'tanh', init: 'uniform', value: 0.25, comparison: 'greater_equal', keepdim: false };

test('fields of the configuration have the values of the export, and the code is the same for all', async () => {
  const document = promoted();
  const [standard, other] = [await modelOf(document, {}), await modelOf(document, OTHERS)];
  expect(standard).toContain('    approximate: str = "none"\n');
  expect(other).toContain('    approximate: str = "tanh"\n');
  expect(other).toContain('    keepdim: bool = False\n');
  expect(code(other)).toBe(code(standard));
  expect(code(standard)).toContain('approximate=self.approximate');
});

test('the package gives the numbers of the graph, for these values and for others', async () => {
  const document = promoted();
  expect(await tester.test(exportSourceOf(PLAIN))).toBeNull();
  expect(await tester.test(exportSourceOf(document))).toBeNull();
  expect(await tester.test(exportSourceOf(document, { values: OTHERS }))).toBeNull();
});

test('what has a default of its own in PyTorch is given as an argument once it follows', async () => {
  const document = documentOf([
    module('Main', {
      nodes: [
        node('noise', 'input', { shape: '2 4 6' }),
        node('scores', 'input', { shape: '3 5' }),
        node('labels', 'input', { shape: '3', dtype: 'i32' }),
        instance('inner', 'Inner'),
        node('a', 'output'),
        node('b', 'output'),
        node('c', 'output'),
      ],
      edges: [
        wire('noise.output', 'inner.x'),
        wire('scores.output', 'inner.s'),
        wire('labels.output', 'inner.l'),
        wire('inner.attended', 'a.input'),
        wire('inner.drawn', 'b.input'),
        wire('inner.loss', 'c.input'),
      ],
    }),
    module('Inner', {
      nodes: [
        node('x', 'input', { shape: 'batch tokens width' }),
        node('s', 'input', { shape: 'rows classes' }),
        node('l', 'input', { shape: 'rows', dtype: 'i32' }),
        node('attend', 'scaled_dot_product_attention'),
        node('flat', 'flatten', { start_dim: 1 }),
        node('draw', 'random_tensor', { shape: '2, 24' }),
        node('sum', 'add'),
        node('ce', 'cross_entropy'),
        node('attended', 'output'),
        node('drawn', 'output'),
        node('loss', 'output'),
      ],
      edges: [
        wire('x.output', 'attend.query'),
        wire('x.output', 'attend.key'),
        wire('x.output', 'attend.value'),
        wire('attend.output', 'flat.input'),
        wire('flat.output', 'sum.a'),
        wire('draw.output', 'sum.b'),
        wire('s.output', 'ce.logits'),
        wire('l.output', 'ce.labels'),
        wire('flat.output', 'attended.input'),
        wire('sum.output', 'drawn.input'),
        wire('ce.loss', 'loss.input'),
      ],
    }),
  ]);
  const params = { attend: 'scale', flat: 'end_dim', draw: 'distribution', ce: 'reduction' };
  const inside = Object.entries(params).reduce(
    (current, [id, param]) => promote(current, 'Inner', id, param),
    document,
  );
  const whole = Object.values(params).reduce((current, param) => promote(current, 'Main', 'inner', param), inside);
  const others = { scale: 0.5, distribution: 'uniform', reduction: 'sum' };
  expect(code(await modelOf(whole, others))).toBe(code(await modelOf(whole, {})));
  for (const values of [{}, others]) expect(await tester.test(exportSourceOf(whole, { values }))).toBeNull();
});
