/** `patchbay weights --out`: what is written reads back with the same bits, under either names, in one file or several; or nothing is. */
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  bytesSource,
  formatSafetensors,
  readSafetensorsHeader,
  type NamedTensor,
} from '../graph/formats/safetensors.ts';
import { SMALL, tensorsOf } from '../import/huggingface/testing/small-models.ts';
import { weights } from './commands/weights.ts';
import { importing } from './testing/importing.ts';
import { LINEAR } from './testing/documents.ts';
import { call, testFolder } from './testing/in-process.ts';
import { patchbay } from './testing/patchbay.ts';
import { readResults } from './testing/results.ts';

const files = testFolder();
afterAll(files.remove);
const { folderOf, imported } = importing(files);
const linear = files.file(LINEAR);

/** A path for what is to be written, in a folder of its own. */
function place(name = 'w.safetensors'): string {
  const folder = files.fresh();
  mkdirSync(folder);
  return join(folder, name);
}

interface Stored {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** Every tensor of a file as it lies there. */
async function stored(path: string): Promise<ReadonlyMap<string, Stored>> {
  const bytes = readFileSync(path);
  const { entries, metadata } = await readSafetensorsHeader(bytesSource(bytes));
  expect(metadata).toEqual({ format: 'pt' });
  return new Map(
    Array.from(entries.values(), ({ name, dtype, shape, begin, end }) => {
      return [name, { dtype, shape, bytes: new Uint8Array(bytes.subarray(begin, end)) }];
    }),
  );
}

/** Values of all types that a checkpoint may mix, NaN of an odd kind among them. */
const MIXED: readonly NamedTensor[] = [
  {
    name: 'old.dense.weight',
    dtype: 'BF16',
    shape: [3, 4],
    bytes: new Uint8Array(Uint16Array.from({ length: 12 }, (_, at) => (at === 5 ? 0xffc3 : 0x3f80 + at)).buffer),
  },
  {
    name: 'old.dense.bias',
    dtype: 'F16',
    shape: [3],
    bytes: new Uint8Array(Uint16Array.of(0x3c01, 0x0001, 0x8000).buffer),
  },
  { name: 'old.steps', dtype: 'I32', shape: [], bytes: new Uint8Array(4) },
];
const MIXED_FILE = join(files.folder, 'mixed.safetensors');
writeFileSync(MIXED_FILE, Buffer.concat(formatSafetensors(MIXED)));
const FROM_MIXED = ['--weights', MIXED_FILE, '--rename', '**.steps=', '--rename', 'old.dense.*=layer.*'];

test('weights that the seed draws are those that a run uses, in float32', async () => {
  const [out, used] = [place(), place()];
  expect(await patchbay(['weights', linear, '--seed', '5', '--out', out])).toMatchObject({
    code: 0,
    stdout: `${out}\n`,
    stderr: '',
  });
  const { run } = await import('./commands/run.ts');
  await call(run, linear, '--seed', '5', '--device', 'reference', '--save-weights', '--out', used);
  const { tensors } = await readResults(used);
  const saved = await stored(out);
  expect([...saved.keys()]).toEqual(['layer.weight', 'layer.bias']);
  for (const [name, { dtype, shape, bytes }] of saved) {
    const { data, shape: wanted } = tensors.get(`weight/${name}`)!;
    expect([dtype, shape]).toEqual(['F32', wanted]);
    expect(bytes).toEqual(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  expect(await call(weights, linear, '--weights', out)).toMatchObject({ code: 0 });
});

test.each([
  ['graph', 'layer.weight', 'layer.bias'],
  ['original', 'old.dense.weight', 'old.dense.bias'],
])('weights of a checkpoint keep every bit of theirs, under the names of %s', async (names, weight, bias) => {
  const out = place();
  const { code, lines } = await call(weights, linear, ...FROM_MIXED, '--names', names, '--out', out);
  expect([code, lines.at(-1)]).toEqual([0, out]);
  const [first, second] = MIXED as [NamedTensor, NamedTensor];
  const saved = await stored(out);
  expect(Object.fromEntries(saved)).toEqual({
    [weight]: { dtype: 'BF16', shape: [3, 4], bytes: first.bytes },
    [bias]: { dtype: 'F16', shape: [3], bytes: second.bytes },
  });
  const rules = names === 'graph' ? [] : ['--rename', 'old.dense.*=layer.*'];
  expect(await call(weights, linear, '--weights', out, ...rules)).toMatchObject({ code: 0 });
});

test.each(['f32', 'f16', 'bf16'])('all numbers are %s where that is asked for', async (dtype) => {
  const out = place();
  await call(weights, linear, '--seed', '2', '--dtype', dtype, '--out', out);
  const exact = place();
  await call(weights, linear, '--seed', '2', '--out', exact);
  const [saved, numbers] = [await readResults(out), await readResults(exact)];
  const worst = { f32: 0, f16: 2 ** -11, bf16: 2 ** -8 }[dtype]!;
  for (const [name, { dtype: own }] of await stored(out)) {
    expect(own).toBe(dtype.toUpperCase());
    const { data } = numbers.tensors.get(name)!;
    for (const [at, value] of saved.tensors.get(name)!.data.entries())
      expect(Math.abs(value - data[at]!)).toBeLessThanOrEqual(worst * Math.abs(data[at]!));
  }
});

test('an imported model goes out in files of a size, and comes back from their index with the same bits and its own names', async () => {
  const tensors = tensorsOf(SMALL.clip.shapes).map((tensor) => ({ ...tensor, name: `model.${tensor.name}` }));
  const folder = folderOf({ config: SMALL.clip.config, tensors });
  const { graph } = await imported(folder, '--rename', 'model.**=**');
  const out = place('clip.safetensors');
  const { lines } = await call(weights, graph, '--names', 'original', '--shard-size', '10kB', '--out', out);
  const parts = readdirSync(join(out, '..')).toSorted();
  expect(lines.slice(-parts.length).toSorted()).toEqual(parts.map((part) => join(out, '..', part)));
  expect(parts.at(-1)).toBe('clip.safetensors.index.json');
  expect(parts[0]).toMatch(/^clip-00001-of-0000\d\.safetensors$/);
  const index = JSON.parse(readFileSync(join(out, '..', parts.at(-1)!), 'utf8')) as {
    metadata: { total_size: number };
    weight_map: Record<string, string>;
  };
  const back = new Map<string, Stored>();
  for (const part of parts.slice(0, -1)) {
    const held = await stored(join(out, '..', part));
    const size = [...held.values()].reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
    expect(size <= 10_000 || held.size === 1, part).toBe(true);
    for (const [name, tensor] of held) {
      expect(index.weight_map[name]).toBe(part);
      back.set(name, tensor);
    }
  }
  expect(Object.keys(index.weight_map)).toHaveLength(tensors.length);
  expect(index.metadata.total_size).toBe(tensors.reduce((sum, { bytes }) => sum + bytes.byteLength, 0));
  for (const { name, dtype, shape, bytes } of tensors) expect(back.get(name), name).toEqual({ dtype, shape, bytes });
  const again = join(out, '..', 'clip.safetensors.index.json');
  expect(await call(weights, graph, '--weights', again, '--rename', 'model.**=**')).toMatchObject({ code: 0 });
  // What would mix with those that are there is not written.
  await expect(call(weights, graph, '--names', 'original', '--shard-size', '10kB', '--out', out)).rejects.toThrow(
    /clip-00001-of-0000\d\.safetensors: it is there already/,
  );
  // All in one file where it holds them.
  const [one] = (await call(weights, graph, '--shard-size', '1GB', '--out', place('clip.safetensors'))).lines.slice(-1);
  expect(readdirSync(join(one!, '..'))).toEqual(['clip.safetensors']);
});

test('a file may be written over the one that its weights are read from', async () => {
  const path = place();
  writeFileSync(path, readFileSync(MIXED_FILE));
  const rules = ['--rename', '**.steps=', '--rename', 'old.dense.*=layer.*'];
  await call(weights, linear, '--weights', path, ...rules, '--out', path);
  expect([...(await stored(path)).keys()].toSorted()).toEqual(['layer.bias', 'layer.weight']);
});

describe('what cannot be written leaves nothing', () => {
  const large: readonly NamedTensor[] = [
    {
      name: 'layer.weight',
      dtype: 'F32',
      shape: [3, 4],
      bytes: new Uint8Array(Float32Array.from({ length: 12 }, (_, at) => at * 1e4).buffer),
    },
    { name: 'layer.bias', dtype: 'F32', shape: [3], bytes: new Uint8Array(12) },
  ];
  const beyond = join(files.folder, 'beyond.safetensors');
  writeFileSync(beyond, Buffer.concat(formatSafetensors(large)));
  const less = join(files.folder, 'less.safetensors');
  writeFileSync(less, Buffer.concat(formatSafetensors(large.slice(1))));

  test('a number beyond the type, by its place', async () => {
    const out = place();
    for (const more of [[], ['--shard-size', '20B']]) {
      await expect(call(weights, linear, '--weights', beyond, '--dtype', 'f16', '--out', out, ...more)).rejects.toThrow(
        /tensor "layer\.weight": element 7 is 70000, which is beyond float16$/,
      );
      expect(readdirSync(join(out, '..'))).toEqual([]);
    }
  });

  test('a checkpoint that is not the graph’s', async () => {
    const out = place();
    expect(await call(weights, linear, '--weights', less, '--out', out)).toMatchObject({ code: 1 });
    expect(readdirSync(join(out, '..'))).toEqual([]);
  });

  test.each([
    [['--dtype', 'f32'], 2, '--dtype wants --out'],
    [['--out', 'w.bin'], 2, '--out w.bin: the name of the file ends in .safetensors'],
    [['--out', 'w.safetensors', '--dtype', 'f64'], 2, '--dtype f64: there are f32, f16, bf16'],
    [['--out', 'w.safetensors', '--shard-size', 'much'], 2, '--shard-size much: a size is wanted, as 2GB or 500MiB'],
    [['--out', 'w.safetensors', '--shard-size', '0'], 2, '--shard-size 0: a size is wanted'],
    [['--out', 'w.safetensors', '--names', 'mine'], 2, '--names mine: there are graph and original'],
    [
      ['--out', '/nowhere/w.safetensors'],
      1,
      '/nowhere/w.safetensors: it cannot be written (no such file or directory)',
    ],
    [
      ['--out', 'w.safetensors', '--names', 'original'],
      1,
      'layer.weight is drawn from the seed: there is no file whose name it could have',
    ],
  ])('%j', async (flags, code, message) => {
    const result = await patchbay(['weights', linear, ...flags]);
    expect(result.code).toBe(code);
    expect(result.stderr).toContain(message);
  });
});

describe('ended at any step', () => {
  const MAIN = join(import.meta.dirname, 'main.ts');
  const KILLER = join(import.meta.dirname, 'testing/kill-at-step.ts');

  function ended(words: readonly string[], environment: Readonly<Record<string, string>>): Promise<unknown> {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    const env = { ...process.env, ...environment };
    execFile(process.execPath, ['--import', KILLER, MAIN, 'weights', linear, ...words], { env }, (error) =>
      resolve(error?.signal ?? error?.code ?? 0),
    );
    return promise;
  }

  /** The steps of writing two files and their index. */
  const SPLIT = ['--shard-size', '48B', '--out'];

  test('by a kill there is no index unless all its parts are there, and the next call tidies up', async () => {
    const whole = place();
    const counted = files.fresh();
    expect(await ended([...SPLIT, whole], { KILL_COUNT: counted })).toBe(0);
    const steps = Number(readFileSync(counted, 'utf8'));
    const parts = readdirSync(join(whole, '..')).toSorted();
    expect(parts).toHaveLength(3);
    for (let step = 0; step < steps; step++) {
      const out = place();
      expect(await ended([...SPLIT, out], { KILL_AT: String(step) })).toBe('SIGKILL');
      const left = readdirSync(join(out, '..'));
      const shown = left.filter((name) => !name.startsWith('.')).toSorted();
      if (shown.includes('w.safetensors.index.json')) expect(shown).toEqual(parts);
      for (const name of shown)
        expect(readFileSync(join(out, '..', name))).toEqual(readFileSync(join(whole, '..', name)));
      // What stands beside is named after what it would have become, and goes with the next call for that.
      if (shown.length > 0) continue;
      await call(weights, linear, ...SPLIT, out);
      expect(readdirSync(join(out, '..')).toSorted()).toEqual(parts);
    }
  }, 240_000);

  test('by Ctrl+C nothing stays', async () => {
    const out = place();
    for (const step of ['2', '4']) {
      expect(await ended([...SPLIT, out], { KILL_AT: step, KILL_BY: 'SIGINT' })).toBe(130);
      expect(readdirSync(join(out, '..'))).toEqual([]);
    }
  });
});
