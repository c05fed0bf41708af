/** Checkpoints of several files and under other names: what `patchbay weights` says of them, and `run` computes with them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { formatSafetensors, type NamedTensor } from '../graph/formats/safetensors.ts';
import { LINEAR } from './testing/documents.ts';
import { testFolder } from './testing/in-process.ts';
import { patchbay } from './testing/patchbay.ts';
import { readResults } from './testing/results.ts';

const files = testFolder();
afterAll(files.remove);
const linear = files.file(LINEAR);

/** 1.5 and 2 have few bits: they are the same in all types. */
const WEIGHT: NamedTensor = {
  name: 'bert.dense.kernel',
  dtype: 'BF16',
  shape: [3, 4],
  bytes: new Uint8Array(Uint16Array.from({ length: 12 }, () => 0x3fc0).buffer),
};
const BIAS: NamedTensor = {
  name: 'bert.dense.bias',
  dtype: 'F16',
  shape: [3],
  bytes: new Uint8Array(Uint16Array.from({ length: 3 }, () => 0x4000).buffer),
};
const STEPS: NamedTensor = {
  name: 'bert.steps',
  dtype: 'I32',
  shape: [],
  bytes: new Uint8Array(4),
};

/** A folder with an index of two files; `map` says otherwise than it is. */
function sharded(map: Readonly<Record<string, string>> = {}): string {
  const folder = files.fresh();
  mkdirSync(folder);
  const shards: Readonly<Record<string, NamedTensor[]>> = {
    'one.safetensors': [WEIGHT, STEPS],
    'two.safetensors': [BIAS],
  };
  const places = Object.entries(shards).flatMap(([file, tensors]) => {
    writeFileSync(join(folder, file), Buffer.concat(formatSafetensors(tensors)));
    return tensors.map(({ name }): [string, string] => [name, file]);
  });
  const index = join(folder, 'model.safetensors.index.json');
  writeFileSync(
    index,
    JSON.stringify({ metadata: { total_size: 34 }, weight_map: { ...Object.fromEntries(places), ...map } }),
  );
  return index;
}

const RULES = ['**.steps=', 'bert.dense.kernel=layer.weight', 'bert.dense.*=layer.*'].flatMap((rule) => [
  '--rename',
  rule,
]);

test('a checkpoint of several files in half precision is computed with, under the names that rules give it', async () => {
  const out = `${files.fresh()}.safetensors`;
  const index = sharded();
  const call = ['run', linear, '--weights', index, ...RULES, '--device', 'reference', '--save-weights', '--out', out];
  expect(await patchbay(call)).toMatchObject({ code: 0, stderr: '' });
  const { tensors } = await readResults(out);
  expect([...tensors.get('weight/layer.weight')!.data]).toEqual(Array(12).fill(1.5));
  expect([...tensors.get('weight/layer.bias')!.data]).toEqual([2, 2, 2]);
});

test('what fits is counted, and what does not is named', async () => {
  const index = sharded();
  const fitting = await patchbay(['weights', linear, '--weights', index, ...RULES, '--list']);
  expect(fitting).toMatchObject({ code: 0, stderr: '' });
  expect(fitting.stdout.split('\n')).toEqual([
    'layer.weight = bert.dense.kernel',
    'layer.bias = bert.dense.bias',
    'matched          2',
    'missing          0',
    'of another shape 0',
    'left over        0',
    '',
  ]);
  const others = await patchbay(['weights', linear, '--weights', index]);
  expect(others.code).toBe(1);
  expect(others.stdout).toMatch(/matched +0\nmissing +2\nof another shape 0\nleft over +3\n/);
  expect(others.stderr).toMatch(/lacks 2 weights: layer\.weight, layer\.bias/);
  expect(others.stderr).toMatch(/has 3 weights: bert\..*, which the graph has no place for/);
});

test.each<[what: string, flags: readonly string[], code: number, message: RegExp]>([
  [
    'a shard that is missing',
    ['--weights', sharded({ more: 'three.safetensors' })],
    1,
    /three\.safetensors: .*no such/i,
  ],
  [
    'a tensor that is not there',
    ['--weights', sharded({ more: 'two.safetensors' })],
    1,
    /two\.safetensors: .*"more" is missing/,
  ],
  [
    'a tensor that is elsewhere',
    ['--weights', sharded({ 'bert.steps': 'two.safetensors' })],
    1,
    /one\.safetensors: .*"bert\.steps" is elsewhere/,
  ],
  [
    'a way out of the folder',
    ['--weights', sharded({ more: '../one.safetensors' })],
    1,
    /index\.json: .*not the name of a file beside/,
  ],
  ['a rule without =', ['--weights', sharded(), '--rename', 'bert'], 2, /--rename, the rule "bert": write FROM=TO/],
  ['rules without a file', ['--rename', 'a=b'], 2, /--rename wants --weights/],
])('%s is refused in one line', async (_what, flags, code, message) => {
  const refused = await patchbay(['weights', linear, ...flags]);
  expect([refused.code, refused.stdout]).toEqual([code, '']);
  expect(refused.stderr.split('\n')[0]).toMatch(message);
  if (code === 1) expect(refused.stderr.trim().split('\n')).toHaveLength(1);
});
