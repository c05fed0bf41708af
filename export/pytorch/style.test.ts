/** The exported Python as its reader's tools see it: ruff finds nothing, and black would change nothing. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ParameterValue } from '../../graph/schema.ts';
import { singleNode, type Tensors } from '../../nodes/testing/graphs.ts';
import { runs } from '../../scripts/effort.ts';
import { TEMPLATES } from '../../templates/registry.ts';
import type { ExportSource } from '../target.ts';
import { arbitraryGraph } from '../testing/arbitrary-graphs.ts';
import { openRuff } from '../testing/ruff.ts';
import { exportSourceOf, textOf } from '../testing/source.ts';
import { PYTORCH } from './target.ts';

const { cases } = JSON.parse(readFileSync(new URL('../../nodes/goldens/nodes.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly {
    readonly type: string;
    readonly params: Readonly<Record<string, ParameterValue>>;
    readonly inputs: Tensors;
  }[];
};

const ruff = openRuff();

async function complaintsOf(source: ExportSource): Promise<readonly string[]> {
  const files = (await PYTORCH.files(source)).filter(({ path }) => path.endsWith('.py'));
  expect(files.map(({ path }) => path)).toEqual(expect.arrayContaining(['model.py', 'run.py', 'test_model.py']));
  const found = await Promise.all(
    files.map(async (file) => ruff.complaints(await textOf(file)).map((line) => `${file.path}: ${line}`)),
  );
  return found.flat();
}

test('complaints are found where there are any', () => {
  expect(ruff.complaints('x = 1\n')).toEqual([]);
  expect(ruff.complaints('import os\n')).toEqual([expect.stringMatching(/^F401 .*os/)]);
  expect(ruff.complaints('x = ( 1 )\n')).toEqual([expect.stringMatching(/^format: x = \( 1 \)/)]);
  expect(ruff.complaints('x = (\n').length).toBeGreaterThan(0);
});

describe('templates', () => {
  test.each(TEMPLATES.filter(({ name }) => name !== 'blank'))('$name', async ({ load }) => {
    const document = await load();
    for (const values of [{}, ...document.presets.map((preset) => preset.values)])
      expect(await complaintsOf(exportSourceOf(document, { values }))).toEqual([]);
  });
});

test('every node', async () => {
  for (const { type, params, inputs } of cases) {
    const dtypes = Object.fromEntries(Object.entries(inputs).map(([name, { dtype = 'f32' }]) => [name, dtype]));
    const document = singleNode(type, params, Object.keys(inputs), dtypes);
    expect(await complaintsOf(exportSourceOf(document, { inputs })), type).toEqual([]);
  }
});

test('random graphs', { timeout: 300_000 }, async () => {
  const names = fc.constantFrom('a', 'layer', 'project', 'value', 'x_1', 'a_name_that_is_long');
  await fc.assert(
    fc.asyncProperty(arbitraryGraph(names), async ({ document, inputs }) => {
      expect(await complaintsOf(exportSourceOf(document, { inputs }))).toEqual([]);
    }),
    { numRuns: runs(100), seed: 11 },
  );
});
