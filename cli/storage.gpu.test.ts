/** `--storage f16`: templates compute what they compute in f32, near enough, in half the memory. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { FULL } from '../scripts/effort.ts';
import { LAVAPIPE } from '../scripts/lavapipe.ts';
import { TEMPLATES } from '../templates/registry.ts';
import { patchbay } from './testing/patchbay.ts';
import { distance, readResults } from './testing/results.ts';

const TOLERANCE = 5e-3;

const folder = mkdtempSync(join(tmpdir(), 'patchbay-storage-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const computing = TEMPLATES.map(({ name }) => name).filter((name) => name !== 'blank');

/** Adapters by name: what a process has in its environment that computes there, and the templates that are tried. */
const ADAPTERS: Readonly<
  Record<string, { readonly env: Readonly<Record<string, string>>; readonly tried: readonly string[] }>
> = {
  // Each that a usual run leaves out is made of modules of these.
  'the adapter of these tests': { env: {}, tried: FULL ? computing : ['vit', 'patch_embedding', 'clip', 'vlm'] },
  ...(existsSync(LAVAPIPE.VK_DRIVER_FILES) && {
    // It compiles for seconds what others compile in one; each way to read halves is tried there by gpu/storage-lavapipe.gpu.test.ts.
    lavapipe: { env: LAVAPIPE, tried: FULL ? computing : ['attention'] },
  }),
};

async function results(name: string, storage: string, env: Readonly<Record<string, string>>, run = 0) {
  const out = join(folder, `${name}-${storage}-${run}.safetensors`);
  const outcome = await patchbay(['run', `template:${name}`, '--storage', storage, '--stats', '--out', out], { env });
  expect(outcome.code, outcome.stderr).toBe(0);
  return { tensors: (await readResults(out)).tensors, stdout: outcome.stdout };
}

describe.each(Object.entries(ADAPTERS))('on %s', (_, { env, tried }) => {
  test.each(tried)('%s in f16 is within 5e-3 of f32', async (name) => {
    const [full, half] = [await results(name, 'f32', env), await results(name, 'f16', env)];
    expect([...half.tensors.keys()]).toEqual([...full.tensors.keys()]);
    for (const [path, { data }] of half.tensors) {
      expect(distance(data, full.tensors.get(path)!.data), path).toBeLessThan(TOLERANCE);
    }
  });

  test('weights take half of the memory, and two runs give the same bits', async () => {
    const bytes = (stdout: string): number => Number(/^weights .*?(\d+) B/m.exec(stdout)![1]);
    const [full, one, other] = [
      await results('attention', 'f32', env),
      await results('attention', 'f16', env),
      await results('attention', 'f16', env, 1),
    ];
    expect(full.stdout).toMatch(/^storage +f32$/m);
    expect(one.stdout).toMatch(/^storage +f16 for weights/m);
    expect(bytes(one.stdout)).toBeLessThan(0.52 * bytes(full.stdout));
    expect(other.tensors).toEqual(one.tensors);
  });
});

test('a wrong call says what there is', async () => {
  const wrong = await patchbay(['run', 'template:attention', '--storage', 'f8']);
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toMatch(/^patchbay run: --storage f8: there are f32 and f16$/m);
  const elsewhere = await patchbay(['run', 'template:attention', '--storage', 'f16', '--device', 'cpu']);
  expect(elsewhere.code).toBe(2);
  expect(elsewhere.stderr).toMatch(/^patchbay run: --storage f16 is for --device gpu$/m);
});

test('generate and profile take it, and plan says of every value how it is stored', async () => {
  const plan = await patchbay(['plan', 'template:attention', '--storage', 'f16']);
  expect(plan.stdout).toMatch(/^ {2}\S+ = weight \S+\.weight: f32\[\d+, \d+\] as f16$/m);
  expect(plan.stdout).toMatch(/^ {2}\S+ = weight \S+\.bias: f32\[\d+\]$/m);
  const small = ['--set', 'depth=1', '--set', 'embed_dim=12', '--set', 'num_heads=3', '--set', 'image_size=32'];
  const written = await Promise.all(
    ['f32', 'f16'].map((storage) => patchbay(['generate', 'template:vlm', '--tokens', '2', '--storage', storage])),
  );
  expect(written[1]).toMatchObject({ code: 0, stderr: '' });
  expect(written[1]!.stdout).toBe(written[0]!.stdout);
  const profile = await patchbay(['profile', 'template:vit', ...small, '--storage', 'f16']);
  expect(profile).toMatchObject({ code: 0, stderr: '' });
});
