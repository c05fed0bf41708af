import { expect, test } from 'vitest';
import { apply } from '../../graph/diff.ts';
import type { Asset, GraphModule, PatchbayDocument } from '../../graph/schema.ts';
import { captionsAmong } from './captions.ts';
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

const CAPTIONED = PICTURES.map((picture) => ({ ...picture, caption: `a picture of ${picture.id}` }));
const TEXT = { id: 'text', name: 'text', type: 'token_input', position: [0, 0] as [number, number] };

function withNodes(...more: GraphModule['nodes']): PatchbayDocument {
  const document = documentWith({});
  const [main] = document.modules;
  return { ...document, modules: [{ ...main!, nodes: [...main!.nodes, ...more] }] };
}

test('captions that come with pictures are read by the only token input, as a batch of as many', () => {
  const [, text] = placed(withNodes(TEXT), CAPTIONED, 'image').nodes;
  expect(text!.params).toEqual({ captions: 'image', batch: 2 });
  const sized = placed(withNodes({ ...TEXT, params: { batch: 'batch' } }), CAPTIONED, 'image').nodes[1]!;
  expect(sized.params).toEqual({ captions: 'image', batch: 'batch' });
});

test('of several token inputs none is meant, and without captions nothing changes', () => {
  const two = withNodes(TEXT, { ...TEXT, id: 'other', name: 'other' });
  expect(
    placed(two, CAPTIONED, 'image')
      .nodes.slice(1)
      .map(({ params }) => params),
  ).toEqual([undefined, undefined]);
  expect(placed(withNodes(TEXT), PICTURES, 'image').nodes[1]!.params).toBeUndefined();
});

test('the coloured shapes bring a token input where there is none', () => {
  const document = documentWith({});
  const edit = placing(document, document.modules[0]!, CAPTIONED, undefined, [10, 20], true);
  const [, image, text] = apply(document, edit.diff).modules[0]!.nodes;
  expect(text).toMatchObject({ type: 'token_input', params: { captions: image!.name, batch: 2 } });
});

test('captions are read from the files among the pictures, and those of others are told', () => {
  const bytes = new TextEncoder().encode('file_name,text\na.png,a ring\nb.png,a cross\nc.png,a square\n');
  const { byName, faults } = captionsAmong([
    { name: 'metadata.csv', bytes },
    { name: 'a.png', bytes },
  ]);
  expect(byName.get('a.png')).toBe('a ring');
  expect(faults).toEqual(['metadata.csv: b.png and 1 more are not among the files that came with it']);
  expect(captionsAmong([{ name: 'x.jsonl', bytes }]).faults).toEqual([
    expect.stringMatching(/^x\.jsonl, line 1: it is no JSON object/),
  ]);
});

test('a picture that is there already gets the caption that comes with it now', () => {
  const once = documentWith({});
  const first = apply(once, placing(once, once.modules[0]!, PICTURES, 'image').diff);
  const again = apply(first, placing(first, first.modules[0]!, CAPTIONED, 'image').diff);
  expect(again.assets.map(({ caption }) => caption)).toEqual(['a picture of a', 'a picture of b']);
});
