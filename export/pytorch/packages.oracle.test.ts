/** Exported packages in a real interpreter: their own tests pass, for every template, every node, and random graphs. */
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ParameterValue } from '../../graph/schema.ts';
import { singleNode, type Tensors } from '../../nodes/testing/graphs.ts';
import { TEMPLATES } from '../../templates/registry.ts';
import { FULL, runs } from '../../scripts/effort.ts';
import { arbitraryGraph } from '../testing/arbitrary-graphs.ts';
import { exportSourceOf } from '../testing/source.ts';
import { PackageTester } from '../testing/packages.ts';
import { PYTORCH } from './target.ts';

interface NodeCase {
  readonly type: string;
  readonly params: Readonly<Record<string, ParameterValue>>;
  readonly inputs: Tensors;
}

const { cases } = JSON.parse(readFileSync(new URL('../../nodes/goldens/nodes.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly NodeCase[];
};

/** Keywords, builtins, names that the file or nn.Module needs, names that classes mangle, numbers, and one that is long. */
const HOSTILE = (
  'class lambda None True match __import__ self torch F nn Tensor config forward train type x input print super range ' +
  'copy dataclass annotations Main main MainConfig MAIN attend RMSNorm __x __init__ _ __ 0 7 layer'
)
  .split(' ')
  .concat('a'.repeat(10_000));

let tester: PackageTester;

beforeAll(async () => {
  tester = await PackageTester.start();
});
afterAll(() => tester?.close());

describe('templates', () => {
  test.each(TEMPLATES.filter(({ name }) => name !== 'blank'))('$name', async ({ load }) => {
    const document = await load();
    const presets = document.presets.map(({ values }) => values);
    // The first is the smallest; the attention layer alone has none.
    for (const values of [presets[0] ?? {}, ...(FULL ? presets.slice(1) : [])])
      expect(await tester.test(exportSourceOf(document, { values }))).toBeNull();
  });
});

describe('nodes', () => {
  test.each(cases.map((nodeCase, index) => ({ ...nodeCase, index })))(
    '$index $type $params',
    async ({ type, params, inputs }) => {
      const dtypes = Object.fromEntries(Object.entries(inputs).map(([name, { dtype = 'f32' }]) => [name, dtype]));
      const document = singleNode(type, params, Object.keys(inputs), dtypes);
      expect(await tester.test(exportSourceOf(document, { inputs }))).toBeNull();
    },
  );
});

describe('random graphs', () => {
  test('agree with PyTorch in both precisions', { timeout: 600_000 }, async () => {
    const names = fc.constantFrom('a', 'layer', 'project', 'value', 'x_1');
    await fc.assert(
      fc.asyncProperty(arbitraryGraph(names), async ({ document, inputs }) => {
        expect(await tester.test(exportSourceOf(document, { inputs }), 'both')).toBeNull();
      }),
      { numRuns: runs(30), seed: 5, endOnFailure: true },
    );
  });

  test('are no code, whatever they are called', { timeout: 600_000 }, async () => {
    const mark = join(mkdtempSync(join(tmpdir(), 'patchbay-hostile-')), 'ran');
    const run = `open(${JSON.stringify(mark)}, "w")`;
    const attacks = [`"""\n${run}\n"""`, `\\"""; ${run} #`, `\`${run}\``, '\u202e"\u0000\ud800\\'];
    const text = fc.oneof(fc.constantFrom(...attacks), fc.string({ unit: 'binary' }));
    await fc.assert(
      fc.asyncProperty(arbitraryGraph(fc.constantFrom(...HOSTILE)), text, async ({ document, inputs }, help) => {
        const modules = document.modules.map((module) => ({ ...module, help }));
        const source = { ...exportSourceOf({ ...document, modules }, { inputs }), name: help };
        // Some names no layer can have; that is said before anything is written.
        const problems = PYTORCH.problems(source);
        if (problems.length > 0) expect(new Set(problems.map(({ code }) => code))).toEqual(new Set(['pytorch.name']));
        else expect(await tester.test(source, 'both')).toBeNull();
      }),
      { numRuns: runs(25), seed: 7, endOnFailure: true },
    );
    expect(existsSync(mark)).toBe(false);
  });
});
