/** Whatever values of a template somebody looks at, its plan has each of them, and writes what it reads. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exportSourceOf } from './testing/source.ts';
import { valueNames } from './value-names.ts';
import { compile } from '../gpu/compile.ts';
import { DEFAULT_LIMITS } from '../gpu/limits.ts';
import { runPasses } from '../gpu/passes/pipeline.ts';
import type { Plan, Tuning } from '../gpu/plan.ts';
import { lower } from '../nodes/lower.ts';
import { runs } from '../scripts/effort.ts';
import { TEMPLATES } from '../templates/registry.ts';

const TUNINGS: readonly Tuning[] = [
  { adapter: '', matmul: {}, traits: { software: true, subgroups: true, subgroupSize: 4 } },
  { adapter: '', matmul: {}, traits: { software: false, subgroups: true, subgroupSize: 32 } },
];

/** Keys that are read, by a step or as an output, before anything wrote them. */
function neverWritten({ leaves, steps, outputs }: Plan): readonly string[] {
  const there = new Set(leaves.map(({ key }) => key));
  const missing: string[] = [];
  for (const { reads, writes, label } of steps) {
    for (const key of reads) if (!there.has(key)) missing.push(`${label} reads ${key}`);
    for (const key of writes) there.add(key);
  }
  for (const { name, key } of outputs) if (!there.has(key)) missing.push(name);
  return missing;
}

describe.for(TEMPLATES.filter(({ name }) => name !== 'blank'))('template:$name', ({ load }) => {
  test('with any values looked at', async () => {
    const { tree, inference, weights, sources } = exportSourceOf(await load());
    const names = valueNames(tree);
    const planOf = (taps: readonly string[], tuning: Tuning): Plan => {
      const { graph } = lower(tree, inference, { weights: weights.recipes, sources: sources.keys, taps });
      return compile(runPasses(graph), { limits: DEFAULT_LIMITS, tuning, keep: 'outputs' });
    };
    for (const tuning of TUNINGS) expect(neverWritten(planOf(names, tuning))).toEqual([]);
    fc.assert(
      fc.property(fc.subarray([...names]), fc.constantFrom(...TUNINGS), (taps, tuning) => {
        expect(neverWritten(planOf(taps, tuning))).toEqual([]);
      }),
      { numRuns: runs(8), seed: 20_261 },
    );
  });
});
