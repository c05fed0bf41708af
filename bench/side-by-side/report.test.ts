/** Results as they are kept and told. */
import { expect, test } from 'vitest';
import { readOptions } from './options.ts';
import { reportOf, tableOf } from './report.ts';
import { median, merged, type Measured, type Results, type Table } from './results.ts';

const OURS: Measured = {
  kind: 'measured',
  engine: 'patchbay',
  title: 'Patchbay',
  device: 'a GPU',
  version: 'at 1a2b3c4',
  times: [10, 12, 11],
  first: 111,
  facts: { dispatches: 30, pipelines: 9, deviceBytes: 2 ** 20 },
  peakBytes: 2 ** 21,
  error: 1e-7,
};
const THEIRS: Measured = { ...OURS, engine: 'other', title: 'Other', times: [22], facts: {}, error: 2e-7 };

const TABLE: Table = {
  workload: 'vit-3',
  title: 'ViT',
  size: 'small',
  scale: 'software',
  flops: 11e9,
  bytes: 11e6,
  reference: 'PyTorch in float64',
  rounds: 3,
  budget: 60,
  date: '2026-01-01 00:00',
  load: [0.1, 2],
  command: 'npm run bench --',
  cells: [OURS, THEIRS],
};

const RESULTS: Results = {
  host: 'node',
  hostVersion: 'Node 24',
  adapter: 'a GPU',
  driver: 'maker||gpu|driver 1.2',
  machine: '2 × CPU',
  commit: '1a2b3c4',
  tables: [TABLE],
};

function rowsOf(table: Table): string[][] {
  const rows = tableOf(table).filter((line) => line.startsWith('| '));
  return rows.map((line) => line.split(' | ').map((cell) => cell.replaceAll(/^\| | \|$/g, '')));
}

test('a row tells times, ratio to Patchbay, rates, memory, program and error', () => {
  const [head, ours, theirs] = rowsOf(TABLE);
  expect(head).toHaveLength(ours!.length);
  expect(ours).toEqual([
    'Patchbay', '11 ms', '10 … 12', '3', '1', '1000', '1', '111 ms', '100 ms', '2 MiB (1 MiB)', '30, 9 pipelines', '1.0e-7',
  ]); // prettier-ignore
  expect(theirs!.slice(0, 5)).toEqual(['Other', '22 ms', '22 … 22', '1', '2']);
});

test('nobody is compared on wrong numbers', () => {
  for (const error of [0.01, NaN]) {
    const [, , wrong] = rowsOf({ ...TABLE, cells: [OURS, { ...THEIRS, error }] });
    expect(wrong![4]).toBe('–');
    expect(wrong!.at(-1)).toMatch(/wrong/);
    const [, , beside] = rowsOf({ ...TABLE, cells: [{ ...OURS, error }, THEIRS] });
    expect(beside![4]).toBe('–');
  }
});

test('an engine that did not run has a row that says why', () => {
  const reason = 'no a|b\nat all';
  const [head, , row] = rowsOf({ ...TABLE, cells: [OURS, { kind: 'not measured', engine: 'x', title: 'X', reason }] });
  expect(row!.slice(0, 2)).toEqual(['X', 'not measured: no a\\|b at all']);
  expect(row).toHaveLength(head!.length);
});

test('the report names machine, adapter, versions, load and command', () => {
  const report = reportOf([RESULTS]);
  for (const text of [
    '## Node, a GPU',
    '2 × CPU',
    '1a2b3c4',
    'adapter maker, gpu, driver 1.2',
    'Other: at 1a2b3c4, on a GPU',
    'load 0.1 to 2.0',
    'npm run bench --',
  ]) {
    expect(report).toContain(text);
  }
});

test('the report says so where no real GPU was measured', () => {
  const words = 'No real GPU could be had';
  expect(reportOf([RESULTS])).toContain(words);
  const onGpu: Results = { ...RESULTS, tables: [{ ...TABLE, scale: 'hardware' }] };
  expect(reportOf([RESULTS, onGpu])).not.toContain(words);
});

test('a run replaces the tables of its workloads and keeps the others', () => {
  const other = { ...TABLE, workload: 'clip' };
  const renewed = { ...TABLE, date: 'today' };
  expect(merged({ ...RESULTS, tables: [TABLE, other] }, { ...RESULTS, tables: [renewed] }).tables).toEqual([
    other,
    renewed,
  ]);
});

test('the median of an even number of times lies between the two in the middle', () => {
  expect([median([3]), median([4, 1]), median([9, 1, 2])]).toEqual([3, 2.5, 2]);
});

test('options: defaults, choices, and what is wrong', () => {
  const all = readOptions([]);
  expect(all.engines.map(({ name }) => name)).not.toContain('patchbay-tuned');
  expect(all.engines.map(({ name }) => name)).not.toContain('ort-web-wasm');
  expect(all.out).toMatch(/bench$/);
  const some = readOptions([
    '--host',
    'chromium',
    '--engine',
    'patchbay-tuned,tfjs',
    '--only',
    'vit-3',
    '--only',
    'clip',
  ]);
  expect(some.engines.map(({ name }) => name)).toEqual(['patchbay-tuned', 'tfjs']);
  expect(some.workloads.map(({ name }) => name)).toEqual(['vit-3', 'clip']);
  expect(some.out).toBeUndefined();
  expect(readOptions(['--quick'])).toMatchObject({ scale: 'tiny', rounds: 2, out: undefined });
  expect(() => readOptions(['--only', 'vit'])).toThrow('--only vit: there are vit-3');
  expect(() => readOptions(['--engine', 'ort-web-wasm'])).toThrow('none of these engines runs in node');
  expect(() => readOptions(['--rounds', '0'])).toThrow('--rounds 0: write a number above 0');
  expect(() => readOptions(['--host', 'deno'])).toThrow('--host deno: write node or chromium');
});
