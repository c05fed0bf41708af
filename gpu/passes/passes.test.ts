/** Every pass on random graphs: the same numbers, a well-formed graph, and nothing left to do the second time. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../../scripts/effort.ts';
import { printGraph } from '../ir/printer.ts';
import { verify } from '../ir/verifier.ts';
import { inferTypes } from '../ops/infer.ts';
import type { HostTensor } from '../ops/record.ts';
import { OPS } from '../ops/registry.ts';
import { evaluateGraph, expectTensor } from '../testing/host.ts';
import { randomGraphs } from '../testing/random-graphs.ts';
import { decompose } from './decompose.ts';
import { toKernelOps } from './kernel-ops.ts';
import { COMMON_SUBEXPRESSIONS, DEAD_CODE, DECOMPOSE, NARROW, runPasses, SIMPLIFY, type Pass } from './pipeline.ts';

const DECOMPOSE_ALL: Pass = { name: 'decompose everything', run: (graph) => decompose(graph, () => false) };
const KERNEL_OPS: Pass = { name: 'kernel ops', run: (graph) => toKernelOps(graph, 4) };
const ALL: Pass = { name: 'the whole list', run: (graph) => runPasses(graph) };

const passes = [NARROW, SIMPLIFY, COMMON_SUBEXPRESSIONS, DEAD_CODE, DECOMPOSE, DECOMPOSE_ALL, KERNEL_OPS];

/** Taking composites apart changes the order of sums, and the rest at most a last digit (x² as a product). */
const TOLERANCE = 1e-9;

function expectSameOutputs(got: Map<string, HostTensor>, want: Map<string, HostTensor>): void {
  expect([...got.keys()]).toEqual([...want.keys()]);
  for (const [name, tensor] of want) if (isTame(tensor)) expectTensor(got.get(name)!, tensor, TOLERANCE);
}

/** Where numbers grow without bounds, or come of differences of such, no digit is sure. */
function isTame({ data }: HostTensor): boolean {
  return data.every((x) => Math.abs(x) < 1e6);
}

test.each([...passes, ALL].map((pass) => [pass.name, pass] as const))('%s keeps the numbers', (_, pass) => {
  fc.assert(
    fc.property(randomGraphs, ({ graph, leaves }) => {
      const rewritten = pass.run(graph);
      verify(rewritten, inferTypes);
      expectSameOutputs(evaluateGraph(rewritten, leaves), evaluateGraph(graph, leaves));
    }),
    { numRuns: runs(100) },
  );
});

test.each(passes.map((pass) => [pass.name, pass] as const))(
  '%s is idempotent, and leaves its argument alone',
  (_, pass) => {
    fc.assert(
      fc.property(randomGraphs, ({ graph }) => {
        const before = printGraph(graph);
        const once = pass.run(graph);
        expect(printGraph(graph)).toBe(before);
        expect(printGraph(pass.run(once))).toBe(printGraph(once));
      }),
      { numRuns: runs(100) },
    );
  },
);

test('random graphs reach every op', () => {
  const seen = new Set<string>();
  for (const { graph } of fc.sample(randomGraphs, { numRuns: 500, seed: 1 })) {
    for (const { op } of graph.operations) seen.add(op);
  }
  expect([...OPS.keys()].filter((op) => !seen.has(op))).toEqual([]);
});
