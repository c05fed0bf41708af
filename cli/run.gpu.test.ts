/** `patchbay run` and `plan` on a WebGPU adapter. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { document, LINEAR, node, textOf, wire } from './testing/documents.ts';
import { patchbay } from './testing/patchbay.ts';
import { distance, readResults } from './testing/results.ts';

const folder = mkdtempSync(join(tmpdir(), 'patchbay-gpu-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

const linear = file('linear.patchbay', textOf(LINEAR));

test('the GPU gives what the reference gives', async () => {
  const outs = await Promise.all(
    ['gpu', 'reference'].map(async (device) => {
      const out = join(folder, `${device}.safetensors`);
      const outcome = await patchbay(['run', 'template:attention', '--device', device, '--out', out, '--save-weights']);
      expect(outcome).toMatchObject({ code: 0, stderr: '' });
      return (await readResults(out)).tensors;
    }),
  );
  const [gpu, reference] = outs as [(typeof outs)[0], (typeof outs)[0]];
  expect([...gpu.keys()].toSorted()).toEqual([...reference.keys()].toSorted());
  for (const [name, { data }] of gpu)
    expect(distance(data, reference.get(name)!.data), name).toBeLessThanOrEqual(name.startsWith('weight/') ? 0 : 5e-6);
});

test('--stats tells time, steps, pipelines and memory', async () => {
  const { code, stdout } = await patchbay(['run', linear, '--stats']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^time +\d+(\.\d+)? m?s/m);
  expect(stdout).toMatch(/^steps +[1-9]\d*$/m);
  expect(stdout).toMatch(/^pipelines +[1-9]\d*$/m);
  expect(stdout).toMatch(/^arena +.*\d+ B/m);
  expect(stdout).toMatch(/^live peak +.*\d+ B/m);
  expect(stdout).toMatch(/^pool +\d.* of .*$/m);
  expect(stdout).toMatch(/^weights +60 B$/m);
});

test('the arena takes at most 1.2 times what is alive at once', async () => {
  const { code, stdout } = await patchbay(['run', 'template:vit', '--set', 'depth=2', '--stats']);
  expect(code).toBe(0);
  const bytes = (name: string) => Number(new RegExp(`^${name} .*?(\\d+) B\\)?`, 'm').exec(stdout)![1]);
  expect(bytes('arena')).toBeGreaterThan(0);
  expect(bytes('arena')).toBeLessThanOrEqual(1.2 * bytes('live peak'));
});

test('a tensor too large for the adapter is told before anything is drawn', async () => {
  const huge = document(
    [node('x', 'random_tensor', { shape: '2, 100000, 100000' }), node('double', 'add'), node('y', 'output')],
    [wire('x.output', 'double.a'), wire('double.output', 'y.input')],
  );
  const { code, stdout, stderr } = await patchbay(['run', file('huge.patchbay', textOf(huge))]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^patchbay run: \w+: .*2, 100000, 100000.*\n$/);
});

test('no adapter is told, with what to do', async () => {
  const { code, stderr } = await patchbay(['run', linear], { env: { VK_DRIVER_FILES: join(folder, 'nothing.json') } });
  expect(code).toBe(1);
  expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/^patchbay run: no WebGPU adapter: .*--device reference/);
});

test('the plan is printed, with its shaders where they are asked for', async () => {
  const plain = await patchbay(['plan', linear]);
  expect(plain.code).toBe(0);
  expect(plain.stdout).toMatch(/^plan: [1-9]\d* steps, [1-9]\d* shaders/);
  expect(plain.stdout).not.toContain('@compute');
  expect((await patchbay(['plan', linear, '--wgsl'])).stdout).toContain('@compute');
});
