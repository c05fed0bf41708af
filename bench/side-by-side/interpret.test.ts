/** Every op's own float64 evaluation serves as the engine: what the interpreter does with it can then be told apart from it. */
import { expect, test } from 'vitest';
import { recordOf } from '../../gpu/ops/infer.ts';
import { OPS } from '../../gpu/ops/registry.ts';
import type { HostTensor } from '../../gpu/ops/record.ts';
import { runReference } from '../../gpu/reference.ts';
import { relativeError } from '../../gpu/testing/on-gpu.ts';
import { UnsupportedError } from './engine.ts';
import { inCalls, interpret, type Calls } from './interpret.ts';
import type { Workload } from './workload.ts';
import { WORKLOADS, workloadOf } from './workloads/registry.ts';

/** Ops of the simplest engine: whatever has no decomposition. */
const SIMPLE = [...OPS.values()].filter((record) => !record.decompose).map(({ name }) => name);

/** What the engine holds; each hold is let go of once. */
interface Held {
  readonly tensor: HostTensor;
  released: boolean;
}

const CALLS: Calls<Held> = Object.fromEntries(
  [...OPS.keys()].map((name) => [
    name,
    (operands, { attributes }) => {
      for (const { released } of operands) expect(released).toBe(false);
      const results = recordOf(name).evaluate(
        operands.map(({ tensor }) => tensor),
        attributes,
      );
      return results.map((tensor) => ({ tensor, released: false }));
    },
  ]),
);

async function leavesOf({ leaves, leaf }: Workload): Promise<Map<string, Held>> {
  const held = new Map<string, Held>();
  for (const { name, type } of leaves) {
    held.set(name, { tensor: { ...type, data: Float64Array.from(await leaf(name)) }, released: false });
  }
  return held;
}

test.each(['vit-3', 'clip', 'vlm', 'attention-196', 'layer-norm'])(
  '%s gives the same numbers, taken apart or not, and holds nothing at the end but leaves and outputs',
  async (name) => {
    const workload = await workloadOf(name, 'tiny');
    const { outputs } = await runReference(workload.graph, ({ name: leaf }) => workload.leaf(leaf));
    for (const names of [[...OPS.keys()], SIMPLE]) {
      const graph = inCalls(workload.graph, names);
      const leaves = await leavesOf(workload);
      const made = new Set<Held>();
      const calls: Calls<Held> = Object.fromEntries(
        Object.entries(CALLS).map(([op, call]) => [
          op,
          (operands, context) => {
            const results = call(operands, context) as readonly Held[];
            for (const result of results) made.add(result);
            return results;
          },
        ]),
      );
      const results = interpret(graph, {
        calls,
        leaf: (leaf) => leaves.get(leaf)!,
        release: (held) => {
          expect(held.released).toBe(false);
          held.released = true;
        },
      });
      for (const [index, { name: output }] of graph.outputs.entries()) {
        expect(relativeError(results[index]!.tensor, outputs.get(output)!)).toBeLessThan(1e-12);
      }
      expect([...made].filter(({ released }) => !released)).toHaveLength(new Set(results).size);
      expect([...leaves.values()].every(({ released }) => !released)).toBe(true);
    }
  },
);

test('an operand that has uses to come is shared, and handed over at its last', async () => {
  const workload = await workloadOf('clip', 'tiny');
  const graph = inCalls(workload.graph, [...OPS.keys()]);
  const uses = graph.operations.reduce((sum, { inputs }) => sum + inputs.length, graph.outputs.length);
  const used = new Set([
    ...graph.operations.flatMap(({ inputs }) => inputs),
    ...graph.outputs.map(({ value }) => value),
  ]);
  const leaves = await leavesOf(workload);
  let shared = 0;
  const share = (held: Held): Held => {
    shared++;
    return held;
  };
  interpret(graph, { calls: CALLS, leaf: (leaf) => leaves.get(leaf)!, share });
  expect(shared).toBe(uses - used.size);
});

test('an op that an engine has no call for, and that cannot be taken apart, is named', async () => {
  const { graph } = await workloadOf('vit-3', 'tiny');
  const without = SIMPLE.filter((name) => name !== 'matmul');
  expect(() => inCalls(graph, without)).toThrow(UnsupportedError);
  expect(() => inCalls(graph, without)).toThrow('matmul');
});

test('every workload has the same outputs at its scales, and a name of its own', async () => {
  expect(new Set(WORKLOADS.map(({ name }) => name)).size).toBe(WORKLOADS.length);
  for (const { name, scales } of WORKLOADS) {
    const { graph, flops } = await workloadOf(name, 'tiny');
    expect(flops).toBeGreaterThan(0);
    if (scales?.includes('software') === false) continue;
    const software = await workloadOf(name, 'software');
    expect(software.graph.outputs.map((output) => output.name)).toEqual(graph.outputs.map((output) => output.name));
  }
});

test('a matmul counts its FLOP, and its repetitions', async () => {
  expect((await workloadOf('matmul-1024', 'software')).flops).toBe(2 * 1024 ** 3);
  const repeated = await workloadOf('matmul-196x768x3072', 'hardware');
  expect(repeated.flops).toBeGreaterThan(64 * 2 * 196 * 768 * 3072);
  expect(repeated.flops).toBeLessThan(64 * 2 * 196 * 768 * 3072 * 1.001);
  expect(repeated.graph.operations.filter(({ op }) => op === 'linear')).toHaveLength(64);
});
