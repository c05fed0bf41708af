/** What the page may ask of PyTorch, with an interpreter that only pretends: it answers, fails or hangs as its inputs say. */
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { NO_PYTHON, PytorchRuns } from './pytorch.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

const INTERPRETER = `#!${process.execPath}
const fs = require('node:fs');
const say = (reply) => console.log(JSON.stringify(reply));
fs.writeFileSync('pid', String(process.pid));
say({ ok: true, torch: '0' });
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { inputs, outputs } = JSON.parse(line);
  const given = fs.readFileSync(inputs, 'utf8');
  if (given === 'hang') return fs.writeFileSync('hanging', '');
  if (given === 'die') { console.error('out of memory'); process.exit(1); }
  if (given === 'fail') return say({ ok: false, error: 'ValueError: no' });
  fs.writeFileSync(outputs, process.argv[3] + ' ' + given + ' ' + fs.readFileSync('package/weights.safetensors', 'utf8'));
  say({ ok: true });
});
`;

let temporary: string;
let document: Uint8Array;
let runs: PytorchRuns;

beforeEach(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'patchbay-test-'));
  const interpreter = join(temporary, 'python');
  await writeFile(interpreter, INTERPRETER, { mode: 0o700 });
  vi.stubEnv('TMPDIR', temporary);
  document = await readFile('templates/attention.patchbay');
  runs = new PytorchRuns(() => Promise.resolve(interpreter));
});

afterEach(async () => {
  await runs.closeAll();
  vi.unstubAllEnvs();
});

const folders = async () => (await readdir(temporary)).filter((name) => name.startsWith('patchbay-pytorch-'));

async function onlyFolder(): Promise<string> {
  const [name, ...others] = await folders();
  expect(others).toEqual([]);
  return join(temporary, name!);
}

test('the package is made here from the document, the weights come in pieces, and nothing of it stays', async () => {
  const run = await runs.open(document, 'attention');
  const folder = await onlyFolder();
  expect(await readdir(join(folder, 'package'))).toContain('model.py');
  await runs.get(run).addWeights(bytes('1'));
  await runs.get(run).addWeights(bytes('2'));
  const outputs = await runs.get(run).compute(bytes('x'));
  expect(new TextDecoder().decode(outputs)).toBe(`${join(folder, 'package')} x 12`);
  await expect(runs.get(run).addWeights(bytes('3'))).rejects.toThrow('loaded already');
  await runs.close(run);
  expect(await folders()).toEqual([]);
});

test('no more weights are taken than the document has', async () => {
  const run = await runs.open(document, 'attention');
  const most = new Uint8Array(100_000_000);
  await runs.get(run).addWeights(most);
  await expect(runs.get(run).addWeights(most)).rejects.toThrow('more weights than the document has');
});

test('what is no document, or cannot be exported, is refused and leaves nothing', async () => {
  await expect(runs.open(bytes('import os'), 'x')).rejects.toThrow(/line 1, column 1/);
  const { modules, ...rest } = JSON.parse(new TextDecoder().decode(document)) as { modules: { edges: unknown[] }[] };
  const broken = { ...rest, modules: modules.map((module) => ({ ...module, edges: [] })) };
  await expect(runs.open(bytes(JSON.stringify(broken)), 'x')).rejects.toThrow();
  expect(await folders()).toEqual([]);
});

test('without an interpreter one sentence says what to do', async () => {
  const without = new PytorchRuns(() => Promise.resolve(undefined));
  await expect(without.open(document, 'x')).rejects.toThrow(NO_PYTHON);
});

test('one runs at a time, and the other learns that it has ended', async () => {
  const first = await runs.open(document, 'x');
  const second = await runs.open(document, 'x');
  expect(() => runs.get(first)).toThrow('has ended');
  await runs.close(first);
  expect(runs.get(second)).toBeDefined();
  expect(await folders()).toHaveLength(1);
});

test('of two that are opened at once the later one stays; one whose page goes while it is opened does not', async () => {
  const both = await Promise.allSettled([runs.open(document, 'x'), runs.open(document, 'x')]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  expect(await folders()).toHaveLength(1);
  const opening = expect(runs.open(document, 'x')).rejects.toThrow('has ended');
  await runs.closeAll();
  await opening;
  expect(await folders()).toEqual([]);
});

test('a computation that is cancelled ends at once, with its interpreter', async () => {
  const run = await runs.open(document, 'x');
  const folder = await onlyFolder();
  const computing = expect(runs.get(run).compute(bytes('hang'))).rejects.toThrow('PyTorch ended before it answered');
  await vi.waitUntil(() => existsSync(join(folder, 'hanging')), { timeout: 30_000 });
  const pid = Number(await readFile(join(folder, 'pid'), 'utf8'));
  await runs.close(run);
  await computing;
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  expect(await folders()).toEqual([]);
});

test('why PyTorch failed is told, in its own words', async () => {
  const run = await runs.open(document, 'x');
  await expect(runs.get(run).compute(bytes('fail'))).rejects.toThrow('PyTorch: ValueError: no');
  await expect(runs.get(run).compute(bytes('die'))).rejects.toThrow('PyTorch ended before it answered: out of memory');
});
