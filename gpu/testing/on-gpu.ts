/** For tests: runs a graph on this machine's adapter and by the ops' own `evaluate`, and compares. */
import { compile, type CompileOptions } from '../compile.ts';
import { elementCount, type Graph, type TensorType, type ValueId } from '../ir/types.ts';
import { recordOf } from '../ops/infer.ts';
import type { HostTensor } from '../ops/record.ts';
import type { Plan, PlanLeaf } from '../plan.ts';
import { Engine, type EngineOptions } from '../runtime/engine.ts';
import { openNodeGpu } from '../runtime/node-gpu.ts';

/** What is compared: the numbers of a tensor. */
interface Numbers {
  readonly data: ArrayLike<number>;
}

/** Numbers of inputs and weights, by name or path. */
export type Leaves = Readonly<Record<string, readonly number[] | Float64Array>>;

/** @throws {NoAdapterError} naming what to install, if there is no adapter. */
export async function openTestEngine(options: EngineOptions = {}): Promise<Engine> {
  return Engine.create(await openNodeGpu(), options);
}

/** Every output and tap, as the GPU computes it. */
export async function runOnGpu(
  engine: Engine,
  graph: Graph,
  leaves: Leaves,
  options: Partial<CompileOptions> = {},
): Promise<Map<string, HostTensor>> {
  const defaults = { limits: engine.info.limits, tuning: engine.tuning, keep: 'outputs' } as const;
  return runPlan(engine, compile(graph, { ...defaults, ...options }), leaves);
}

/** The same of a plan. */
export async function runPlan(engine: Engine, plan: Plan, leaves: Leaves): Promise<Map<string, HostTensor>> {
  engine.forgetAll();
  await engine.run({ plan, leaf: (leaf) => Promise.resolve(leafBytes(leaf, leaves)) });
  const results = new Map<string, HostTensor>();
  for (const { name } of plan.outputs) {
    const { type, data } = await engine.read(name);
    results.set(name, { ...type, data: numbersOf(type, data) });
  }
  return results;
}

/** Every output and tap in float64, from leaves rounded to their dtype. */
export function evaluateGraph(graph: Graph, leaves: Leaves): Map<string, HostTensor> {
  const values = new Map<ValueId, HostTensor>();
  for (const { op, inputs, attributes, results } of graph.operations) {
    const type = graph.types.get(results[0]!)!;
    if (op === 'input' || op === 'weight') {
      const numbers = leaves[String(attributes[op === 'input' ? 'name' : 'path'])]!;
      values.set(results[0]!, {
        ...type,
        data: Float64Array.from(numbers, (x) => (type.dtype === 'f32' ? Math.fround(x) : x)),
      });
      continue;
    }
    const tensors = recordOf(op).evaluate(
      inputs.map((input) => values.get(input)!),
      attributes,
    );
    for (const [index, tensor] of tensors.entries()) values.set(results[index]!, tensor);
  }
  return new Map(graph.outputs.map(({ name, value }) => [name, values.get(value)!]));
}

export function leafBytes({ name, type }: PlanLeaf, leaves: Leaves): Uint8Array {
  const numbers = leaves[name];
  if (!numbers) throw new Error(`the test has no numbers for ${name}`);
  if (numbers.length !== elementCount(type.shape)) throw new Error(`${name} has ${numbers.length} numbers`);
  return new Uint8Array((type.dtype === 'f32' ? Float32Array.from(numbers) : Int32Array.from(numbers)).buffer);
}

export function numbersOf({ dtype }: TensorType, data: Uint8Array): Float64Array {
  return Float64Array.from(dtype === 'f32' ? new Float32Array(data.buffer) : new Int32Array(data.buffer));
}

/**
 * ‖got − want‖ / ‖want‖; 0 where both are empty or zero.
 * @param least Root mean square that what is wanted is taken to have, where it has less.
 */
export function relativeError(got: Numbers, want: Numbers, least = 0): number {
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < want.data.length; i++) {
    difference += (got.data[i]! - want.data[i]!) ** 2;
    norm += want.data[i]! ** 2;
  }
  return difference === 0 ? 0 : Math.sqrt(difference / Math.max(norm, want.data.length * least ** 2));
}

/** Numbers between −scale and scale, the same ones for the same seed. */
export function randomNumbers(count: number, seed: number, scale = 1): Float64Array {
  let state = seed * 747_796_405 + 1;
  return Float64Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return Math.fround((state / 2 ** 31) * scale);
  });
}
