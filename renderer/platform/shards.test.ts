import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { shardsToHash } from '../../graph/formats/safetensors-index.ts';
import { formatSafetensors } from '../../graph/formats/safetensors.ts';
import { createCheckpoints, readWeight } from '../session/checkpoints.ts';
import { joinedSource, shardsAmong, type Shards } from './shards.ts';

function part(path: string, tensors: Readonly<Record<string, readonly number[]>>) {
  const named = Object.entries(tensors).map(([name, values]) => ({
    name,
    dtype: 'F32' as const,
    shape: [values.length],
    bytes: new Uint8Array(Float32Array.from(values).buffer),
  }));
  return {
    path,
    file: new File(
      formatSafetensors(named).map((piece) => piece.slice()),
      path.split('/').at(-1)!,
    ),
  };
}

const indexOf = (path: string, map: Readonly<Record<string, string>>) => ({
  path,
  file: new File([JSON.stringify({ weight_map: map })], path.split('/').at(-1)!),
});

const [FIRST, SECOND] = ['m-00001-of-00002.safetensors', 'm-00002-of-00002.safetensors'] as const;
const PARTS = [part(SECOND, { c: [7] }), part(FIRST, { a: [1, 2, 3], b: [] })];

function opened(shards: Shards) {
  const never = () => Promise.reject(new Error('nothing is looked for'));
  const checkpoints = createCheckpoints({ pickCheckpoint: never, openCheckpoint: never });
  const { path, parts } = shards;
  return checkpoints.take({ ...joinedSource(shards), name: path, path, sha256: '0'.repeat(64), parts });
}

test.each([
  ['an index with its parts', [indexOf('m.safetensors.index.json', { a: FIRST, b: FIRST, c: SECOND }), ...PARTS]],
  ['parts that number themselves', PARTS],
])('%s are one checkpoint, each tensor in its place', async (_, files) => {
  const shards = (await shardsAmong(files))!;
  expect(shards.path).toBe('m.safetensors.index.json');
  expect(shards.parts.map(({ name }) => name)).toEqual([FIRST, SECOND]);
  const { checkpoint } = await opened(shards);
  const values = await Promise.all(['a', 'b', 'c'].map(async (name) => [...(await readWeight(checkpoint, name))]));
  expect(values).toEqual([[1, 2, 3], [], [7]]);
});

test('one file is no checkpoint in several', async () => {
  expect(await shardsAmong([PARTS[0]!])).toBeNull();
});

test.each([
  ['an index alone', [indexOf('m.index.json', { a: FIRST, c: SECOND })], /names m-00001.*choose all 2 parts together/],
  [
    'an index that leads elsewhere',
    [indexOf('m.index.json', { a: '../x' })],
    /m\.index\.json: .*not the name of a file/,
  ],
  [
    'an index that is none',
    [indexOf('i.json', {}), { path: 'x.json', file: new File(['['], 'x.json') }].slice(1),
    /x\.json: /,
  ],
  [
    'a part that is missing',
    [part('m-00001-of-00003.safetensors', {}), part('m-00002-of-00003.safetensors', {})],
    /not all the parts/,
  ],
  ['files of two models', [PARTS[0]!, part('n-00001-of-00002.safetensors', {})], /not all the parts/],
])('%s is refused in one sentence', async (_, files, words) => {
  await expect(shardsAmong(files)).rejects.toThrow(words);
});

test('a part that holds something else than the index says, or a tensor twice, is refused', async () => {
  const lying = (await shardsAmong([indexOf('m.index.json', { a: FIRST, b: FIRST, d: SECOND }), ...PARTS]))!;
  await expect(opened(lying)).rejects.toThrow(/m-00002-of-00002\.safetensors is not the part that the index means/);
  const twice = (await shardsAmong([part(FIRST, { a: [1] }), part(SECOND, { a: [2] })]))!;
  await expect(opened(twice)).rejects.toThrow(/has the tensor "a" once more/);
});

test('what is hashed does not depend on the order of the index', () => {
  const [one, other] = [
    new Map([
      ['b', '2'],
      ['a', '1'],
    ]),
    new Map([
      ['a', '1'],
      ['b', '2'],
    ]),
  ];
  expect(shardsToHash(one)).toBe('a 1\nb 2\n');
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  expect(hash(shardsToHash(one))).toBe(hash(shardsToHash(other)));
});
