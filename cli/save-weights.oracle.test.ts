/** Checkpoints that `patchbay weights --out` writes, read by PyTorch: in one file and in several, rounded as PyTorch rounds. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findPython } from '../scripts/oracle/python.ts';
import { exportCommand } from './commands/export.ts';
import { weights } from './commands/weights.ts';
import { call, testFolder } from './testing/in-process.ts';

const files = testFolder();
afterAll(files.remove);

const GRAPH = 'template:clip';
const COMPARE = join(import.meta.dirname, '../scripts/oracle/checkpoints.py');

/** Names of tensors that differ. */
function differing(exact: string, rounded: string): readonly string[] {
  return JSON.parse(execFileSync(findPython()!, [COMPARE, exact, rounded], { encoding: 'utf8' })) as string[];
}

async function written(...flags: string[]): Promise<string> {
  const out = `${files.fresh()}.safetensors`;
  return (await call(weights, GRAPH, '--seed', '3', '--out', out, ...flags)).lines.at(-1)!;
}

test.each(['f32', 'f16', 'bf16'])('PyTorch reads %s with the bits that it would round to itself', async (dtype) => {
  const exact = await written();
  expect(differing(exact, await written('--dtype', dtype))).toEqual([]);
  const index = await written('--dtype', dtype, '--shard-size', '200kB');
  expect(index).toMatch(/\.index\.json$/);
  expect(differing(exact, index)).toEqual([]);
});

test('the comparison sees a bit that differs', async () => {
  const other = `${files.fresh()}.safetensors`;
  await call(weights, GRAPH, '--seed', '4', '--out', other);
  expect(differing(await written(), other)).not.toEqual([]);
});

test('the package of the graph takes it for its own weights, and computes the same', async () => {
  const folder = files.fresh();
  await call(exportCommand, GRAPH, '--seed', '3', '--to', 'pytorch', '--out', folder);
  const [own, saved] = [join(folder, 'own.safetensors'), join(folder, 'saved.safetensors')];
  const python = findPython()!;
  execFileSync(python, ['run.py', '--out', own], { cwd: folder });
  const out = join(folder, 'weights.safetensors');
  await call(weights, GRAPH, '--seed', '3', '--out', out);
  execFileSync(python, ['run.py', '--out', saved], { cwd: folder });
  expect(readFileSync(saved)).toEqual(readFileSync(own));
});
