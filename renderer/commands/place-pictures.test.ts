import { expect, test } from 'vitest';
import { apply } from '../../graph/diff.ts';
import type { Asset, GraphModule, PatchbayDocument } from '../../graph/schema.ts';
import { placing } from './place-pictures.ts';

const asset = (digit: string): Asset => ({
  id: digit,
  name: `${digit}.png`,
  mime: 'image/png',
  sha256: digit.repeat(64),
  data: 'AAAA',
});
const PICTURES = [asset('a'), asset('b')];

function documentWith(params: Record<string, string | number>): PatchbayDocument {
  const main: GraphModule = {
    name: 'Main',
    hyperparameters: [],
    sizes: [{ name: 'batch', default: 1 }],
    nodes: [{ id: 'image', name: 'image', type: 'image_input', params, position: [0, 0] }],
    edges: [],
  };
  return { format: 'patchbay', version: 1, seed: 0, main: 'Main', presets: [], assets: [], modules: [main] };
}

function placed(document: PatchbayDocument, pictures: readonly Asset[], nodeId: string | undefined): GraphModule {
  const edit = placing(document, document.modules[0]!, pictures, nodeId);
  return apply(document, edit.diff).modules[0]!;
}

test('several pictures are a batch of as many', () => {
  expect(placed(documentWith({}), PICTURES, 'image').nodes[0]!.params).toEqual({ images: 'a,b', batch: 2 });
  expect(placed(documentWith({}), PICTURES, undefined).nodes[1]!.params).toEqual({ images: 'a,b', batch: 2 });
});

test('where the batch is a size of the data, that size is set', () => {
  const module = placed(documentWith({ batch: 'batch' }), PICTURES, 'image');
  expect(module.nodes[0]!.params).toEqual({ batch: 'batch', images: 'a,b' });
  expect(module.sizes).toEqual([{ name: 'batch', default: 2 }]);
});

test('one picture, or a batch that is an expression, leaves the batch alone', () => {
  expect(placed(documentWith({}), [asset('a')], 'image').nodes[0]!.params).toEqual({ images: 'a' });
  const module = placed(documentWith({ batch: '2 * batch' }), PICTURES, 'image');
  expect(module.nodes[0]!.params!['batch']).toBe('2 * batch');
  expect(module.sizes![0]!.default).toBe(1);
});
