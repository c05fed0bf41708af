/** `patchbay compare`, on the float64 reference: checkpoints of one graph, and a graph with its edited copy. */
import { afterAll, expect, test } from 'vitest';
import { formatSafetensors, type NamedTensor } from '../graph/formats/safetensors.ts';
import { apply } from '../graph/diff.ts';
import { setParam } from '../graph/edits.ts';
import { writeFileSync } from 'node:fs';
import { parseCall } from './arguments.ts';
import { compare } from './commands/compare.ts';
import { LINEAR } from './testing/documents.ts';
import { testFolder } from './testing/in-process.ts';

const files = testFolder();
afterAll(files.remove);

const linear = files.file(LINEAR);

async function compared(...args: string[]): Promise<{ readonly code: number; readonly lines: readonly string[] }> {
  const lines: string[] = [];
  const call = parseCall(compare, args, {
    print: (line) => void lines.push(line),
    warn: (line) => {
      throw new Error(line);
    },
  });
  return { code: await compare.run(call), lines };
}

const onReference = ['--device', 'reference'];

function checkpoint(weights: Readonly<Record<string, { shape: readonly number[]; data: readonly number[] }>>): string {
  const path = `${files.fresh()}.safetensors`;
  const tensors = Object.entries(weights).map(([name, { shape, data }]): NamedTensor => ({
    name,
    dtype: 'F32',
    shape,
    bytes: new Uint8Array(Float32Array.from(data).buffer),
  }));
  writeFileSync(path, Buffer.concat(formatSafetensors(tensors, {})));
  return path;
}

const ONES = {
  'layer.weight': { shape: [3, 4], data: Array<number>(12).fill(1) },
  'layer.bias': { shape: [3], data: [1, 1, 1] },
};

test('a graph is the same as itself', async () => {
  expect(await compared(linear, linear, ...onReference)).toEqual({ code: 0, lines: ['nothing differs'] });
});

test('two checkpoints of one graph: the weights that differ and what is computed from them, nothing else', async () => {
  const weights = checkpoint(ONES);
  const others = checkpoint({ ...ONES, 'layer.bias': { shape: [3], data: [1, 2, 1] } });
  const flags = ['--weights', weights, '--other-weights', others];
  const { code, lines } = await compared(linear, linear, ...flags, ...onReference);
  expect(code).toBe(1);
  expect(lines.map((line) => line.replace(/L2 .*/, 'L2'))).toEqual([
    'weight layer.bias: relative L2',
    'value layer.output: relative L2',
    'value y: relative L2',
  ]);
  expect(lines[0]).toBe(`weight layer.bias: relative L2 ${Math.sqrt(1 / 3).toExponential(2)}, largest 1.00e+0`);
});

test('a graph and its edited copy: what is written otherwise, and the values that follow', async () => {
  const edit = setParam(LINEAR, LINEAR.main, 'layer', 'bias', false);
  const copy = files.file(apply(LINEAR, edit.diff));
  const { code, lines } = await compared(linear, copy, ...onReference);
  expect(code).toBe(1);
  expect(lines.map((line) => line.replace(/L2 .*/, 'L2'))).toEqual([
    `changed ${LINEAR.main}/layer (linear): bias absent → false`,
    'value layer.output: relative L2',
    'value y: relative L2',
  ]);
  expect(await compared(linear, copy, '--structure')).toEqual({ code: 1, lines: lines.slice(0, 1) });
});

test('where shapes differ, they are told', async () => {
  const edit = setParam(LINEAR, LINEAR.main, 'layer', 'out_features', 5);
  const copy = files.file(apply(LINEAR, edit.diff));
  const { lines } = await compared(linear, copy, ...onReference);
  expect(lines).toContain('weight layer.weight: [3, 4] → [5, 4]');
});
