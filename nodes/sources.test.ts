import { expect, test } from 'vitest';
import { analyse } from '../graph/analyse.ts';
import type { Asset, ParameterValue, PatchbayDocument } from '../graph/schema.ts';
import golden from './goldens/random.json' with { type: 'json' };
import type { Picture } from './pictures.ts';
import { NODES } from './registry.ts';
import { fillSource, planSources, type SourcePlan } from './sources.ts';
import { singleNode, typesOf, type Tensors } from './testing/graphs.ts';

const NO_PICTURES = (): Promise<Picture> => Promise.reject(new Error('there are no pictures here'));

function asset(id: string, grey: number): Asset {
  return { id, name: `${id}.png`, mime: 'image/png', sha256: String(grey).padStart(64, '0') };
}

/** A picture of one pixel, as grey as the asset's hash says. */
function onePixel({ sha256 }: Asset): Promise<Picture> {
  const grey = Number(sha256);
  return Promise.resolve({ width: 1, height: 1, data: Uint8Array.of(grey, grey, grey, 255) });
}

function planned(
  type: string,
  params: Readonly<Record<string, ParameterValue>>,
  assets: readonly Asset[] = [],
  bound: Tensors = {},
): SourcePlan {
  const document: PatchbayDocument = { ...singleNode(type, params, []), assets: [...assets] };
  const { tree, inference } = analyse(document, NODES, { bound: typesOf(bound) });
  return planSources(tree, inference, document, new Map(Object.keys(bound).map((name) => [name, `hash of ${name}`])));
}

const SMALL = { height: 1, width: 1, channels: 1, mean: '0', std: '1' };

test.for(golden.cases)(
  'seed $seed, $distribution, $output.shape: drawn as PyTorch draws',
  async ({ seed, distribution, output }) => {
    const { recipes } = planned('random_tensor', { seed, distribution, shape: output.shape.join(', ') });
    const recipe = recipes.get('node')!;
    expect(recipe.shape).toEqual(output.shape);
    expect([...(await fillSource(recipe, NO_PICTURES))]).toEqual(output.data.map((value) => Math.fround(value)));
  },
);

test('mean, deviation and range are those of the parameters', async () => {
  const draw = async (params: Readonly<Record<string, ParameterValue>>) =>
    fillSource(planned('random_tensor', { shape: '1000', ...params }).recipes.get('node')!, NO_PICTURES);
  const normal = await draw({ mean: 3, std: 0.5 });
  expect([...normal].reduce((sum, value) => sum + value, 0) / 1000).toBeCloseTo(3, 1);
  const uniform = await draw({ distribution: 'uniform', low: -2, high: -1 });
  expect(Math.min(...uniform)).toBeGreaterThanOrEqual(-2);
  expect(Math.max(...uniform)).toBeLessThan(-1);
});

test('pictures take the places of the batch in turn', async () => {
  const assets = [asset('a', 51), asset('b', 102)];
  const { recipes, problems } = planned('image_input', { ...SMALL, batch: 5, images: 'a, b' }, assets);
  expect(problems).toEqual([]);
  const batch = await fillSource(recipes.get('node')!, onePixel);
  expect([...batch].map((value) => Math.round(value * 10))).toEqual([2, 4, 2, 4, 2]);
});

test('a picture that is not there is a problem of the parameter', () => {
  expect(planned('image_input', SMALL).problems).toMatchObject([
    { code: 'picture.missing', place: { path: 'node', param: 'images' }, message: expect.stringContaining('drop one') },
  ]);
  const { problems, keys } = planned('image_input', { ...SMALL, images: 'a,c' }, [asset('a', 1)]);
  expect(problems[0]!.message).toBe('the picture "c" is not in the document');
  expect(keys.size).toBe(0);
});

test('channels that no picture has are a problem, unless a tensor is bound', () => {
  const params = { ...SMALL, channels: 2, images: 'a' };
  expect(planned('image_input', params, [asset('a', 1)]).problems).toMatchObject([
    { code: 'picture.channels', place: { path: 'node', param: 'channels' } },
  ]);
  expect(planned('image_input', params, [], { node: { shape: [1, 2, 1, 1], data: [0, 0] } }).problems).toEqual([]);
});

test('a tensor that is bound takes the place of pictures, with sizes of its own', async () => {
  const bound = { node: { shape: [7, 1, 1, 1], data: [] } };
  const document = singleNode('image_input', SMALL, []);
  const { tree, inference } = analyse(document, NODES, { bound: typesOf(bound) });
  const { recipes, problems } = planSources(tree, inference, document, new Map([['node', 'hash']]));
  expect(problems).toEqual([]);
  expect(recipes.get('node')).toBeUndefined();
  expect(inference.problems).toMatchObject([{ code: 'shape.mismatch' }]);
});

test('keys say what the numbers are: content, shape and how they are made', () => {
  const key = (params: Readonly<Record<string, ParameterValue>>, assets = [asset('a', 1)]) =>
    planned('image_input', { ...SMALL, images: 'a', ...params }, assets).keys.get('node');
  expect(key({})).toBe(key({}, [{ ...asset('a', 1), name: 'renamed.png' }]));
  const others = [key({ batch: 2 }), key({ fit: 'stretch' }), key({ mean: '0.1' }), key({}, [asset('a', 2)])];
  expect(new Set([key({}), ...others]).size).toBe(5);
  const seeded = (seed: number) => planned('random_tensor', { seed }).keys.get('node');
  expect(seeded(1)).not.toBe(seeded(2));
  expect(seeded(1)).toBe(seeded(1));
});

test('the numbers of a bound source are the caller’s', async () => {
  const { recipes } = planned('random_tensor', { shape: '2' }, [], { node: { shape: [2], data: [1, 2] } });
  await expect(fillSource(recipes.get('node')!, NO_PICTURES)).rejects.toThrow(TypeError);
});
