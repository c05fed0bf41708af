import { expect, test } from 'vitest';
import { analyse } from '../../graph/analyse.ts';
import type { Asset, ParameterValue } from '../../graph/schema.ts';
import { NODES } from '../registry.ts';
import { fillSource, planSources, type SourcePlan } from '../sources.ts';
import { singleNode, typesOf } from '../testing/graphs.ts';

type Settings = Readonly<Record<string, ParameterValue>>;

const noPicture = () => Promise.reject(new Error('there are no pictures here'));

function planned(params: Settings, assets: readonly Asset[] = []): SourcePlan {
  const document = { ...singleNode('token_input', params, []), assets: [...assets] };
  const { tree, inference, problems } = analyse(document, NODES);
  expect(problems).toEqual([]);
  return planSources(tree, inference, document);
}

async function ids(params: Settings): Promise<number[][]> {
  const { recipes, problems } = planned(params);
  expect(problems).toEqual([]);
  const recipe = recipes.get('node')!;
  const [batch, length] = recipe.shape as [number, number];
  const flat = [...(await fillSource(recipe, noPicture))];
  return Array.from({ length: batch }, (_, row) => flat.slice(row * length, (row + 1) * length));
}

test('bytes, padded to the length', async () => {
  expect(await ids({ tokenizer: 'bytes', text: 'hé', length: 5 })).toEqual([[0x68, 0xc3, 0xa9, 0, 0]]);
});

test('words, whose ids count from 1', async () => {
  expect(await ids({ words: 'a red circle', text: 'a Red circle', length: 3 })).toEqual([[1, 2, 3]]);
});

test('image tokens come first, and are not counted in the length', async () => {
  const params = {
    words: 'a b',
    text: 'b a',
    length: 3,
    image_tokens: 2,
    image_token_id: 9,
    pad_token_id: 7,
    vocab_size: 10,
  };
  expect(await ids(params)).toEqual([[9, 9, 2, 1, 7]]);
});

test('lines take the places of the batch in turn', async () => {
  expect(await ids({ words: 'a b', text: 'a\nb b\n', batch: 3, length: 2 })).toEqual([
    [1, 0],
    [2, 2],
    [1, 0],
  ]);
});

test('keys say which ids there are, not how they came about', () => {
  const key = (params: Settings) => planned({ length: 4, ...params }).keys.get('node');
  expect(key({ words: 'a b', text: 'a' })).toBe(key({ words: 'a c', text: 'A ' }));
  expect(key({ words: 'a b', text: 'a' })).not.toBe(key({ words: 'b a', text: 'a' }));
  expect(key({ words: 'a b', text: 'a' })).not.toBe(key({ words: 'a b', text: 'a', pad_token_id: 1 }));
});

test.for<readonly [string, Settings, string, string, RegExp]>([
  ['no text', { text: '' }, 'text.empty', 'text', /there is no text yet/],
  ['an empty line', { text: 'a\n \na' }, 'text.empty', 'text', /line 2 is empty/],
  ['an unknown word', { text: 'a\na red sqare' }, 'text.unknown', 'text', /"sqare" in line 2; did you mean "square"\?/],
  [
    'text that is too long',
    { text: 'a red circle', length: 2 },
    'text.length',
    'length',
    /the text has 3 tokens, but length is 2/,
  ],
  [
    'an id out of range',
    { tokenizer: 'bytes', text: 'aé', vocab_size: 128 },
    'tokens.range',
    'vocab_size',
    /"\\xC3" in the text is token 195.*vocab_size 128/,
  ],
  [
    'padding out of range',
    { tokenizer: 'bytes', text: 'a', vocab_size: 100, pad_token_id: 100 },
    'tokens.range',
    'pad_token_id',
    /pad_token_id is 100/,
  ],
  [
    'an image token out of range',
    { text: 'a', image_tokens: 1, image_token_id: 256 },
    'tokens.range',
    'image_token_id',
    /image_token_id is 256/,
  ],
  [
    'a word with the image token’s id',
    { words: 'a b', text: 'a b', image_tokens: 1, image_token_id: 2 },
    'tokens.reserved',
    'image_token_id',
    /"b" in the text is token 2, which stands for the image/,
  ],
  ['no tokenizer.json', { tokenizer: 'file' }, 'tokenizer.missing', 'tokenizer_file', /pick one/],
  [
    'a file that is not there',
    { tokenizer: 'file', tokenizer_file: 'x' },
    'tokenizer.missing',
    'tokenizer_file',
    /"x" is not in the document/,
  ],
])('%s is one located problem', ([, params, code, param, message]) => {
  const { problems, keys } = planned(params);
  expect(problems).toMatchObject([
    { code, severity: 'error', place: { path: 'node', param }, message: expect.stringMatching(message) },
  ]);
  expect(keys.size).toBe(0);
});

test('a tokenizer.json of the document is used, and one that is broken is told', () => {
  const file = (text: string): Asset => ({
    id: 't',
    name: 'tokenizer.json',
    mime: 'application/json',
    sha256: '0'.repeat(64),
    data: btoa(text),
  });
  const model = { type: 'WordLevel', vocab: { a: 5, b: 6 } };
  const good = file(JSON.stringify({ pre_tokenizer: { type: 'WhitespaceSplit' }, model }));
  const params = { tokenizer: 'file', tokenizer_file: 't', text: 'b a', length: 2 };
  expect(planned(params, [good]).recipes.get('node')?.from).toMatchObject({ rows: [[6, 5]] });
  expect(planned(params, [file('{')]).problems).toMatchObject([
    { message: expect.stringContaining('tokenizer.json: it is no JSON') },
  ]);
});

test('ids that are bound need no text', () => {
  const document = singleNode('token_input', { text: '', length: 2 }, []);
  const bound = typesOf({ node: { shape: [1, 2], data: [1, 2], dtype: 'i32' } });
  const { tree, inference, problems } = analyse(document, NODES, { bound });
  expect(problems).toEqual([]);
  expect(planSources(tree, inference, document, new Map([['node', 'hash']])).problems).toEqual([]);
});

test('the list of words must be one', () => {
  const { problems } = analyse(singleNode('token_input', { words: 'a b a' }, []), NODES);
  expect(problems).toMatchObject([
    { code: 'words.vocabulary', message: expect.stringContaining('"a" stands there twice') },
  ]);
});

const picture = (id: string, caption?: string): Asset => ({
  id,
  name: `${id}.png`,
  mime: 'image/png',
  sha256: id.padStart(64, '0'),
  ...(caption !== undefined && { caption }),
});

function captioned(captions: string, images: string, assets: readonly Asset[]): SourcePlan {
  const document = { ...singleNode('token_input', { captions, batch: 3, length: 4 }, []), assets: [...assets] };
  const [main] = document.modules;
  const photo = {
    id: 'photo',
    name: 'photo',
    type: 'image_input',
    params: { images },
    position: [0, 0] as [number, number],
  };
  const modules = [{ ...main!, nodes: [...main!.nodes, photo] }];
  const { tree, inference } = analyse({ ...document, modules }, NODES);
  return planSources(tree, inference, document);
}

test('captions of an image input beside it are its lines', () => {
  const assets = [picture('a', 'a red\n circle'), picture('b', 'A blue ring')];
  const { recipes, problems } = captioned('photo', 'a, b', assets);
  expect(problems).toEqual([]);
  const words = planned({ text: 'a red circle\na blue ring', batch: 3, length: 4 });
  expect(recipes.get('node')!.key).toBe(words.recipes.get('node')!.key);
});

test.for<readonly [string, string, string, readonly Asset[], string, RegExp]>([
  [
    'an image without a caption',
    'photo',
    'a,b',
    [picture('a', 'a ring'), picture('b')],
    'caption.missing',
    /b\.png has no caption/,
  ],
  ['an empty caption', 'photo', 'a', [picture('a', ' ')], 'caption.missing', /a\.png has no caption/],
  ['no picture', 'photo', '', [], 'caption.missing', /photo has no captions: there is no picture yet/],
  ['no image input', 'foto', 'a', [picture('a', 'a')], 'captions.source', /no image input "foto"/],
])('%s is one located problem', ([, captions, images, assets, code, message]) => {
  const problems = captioned(captions, images, assets).problems.filter(({ place }) => place.path === 'node');
  expect(problems).toMatchObject([{ code, place: { param: 'captions' }, message: expect.stringMatching(message) }]);
});
