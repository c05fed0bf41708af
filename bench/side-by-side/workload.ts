/** What every engine is given to compute: a graph of the tensor IR with its numbers, the same for all. */
import type { LeafWords } from '../../export/target.ts';
import { elementCount, type Graph, type TensorType } from '../../gpu/ir/types.ts';
import { recordOf } from '../../gpu/ops/infer.ts';
import { PASSES, runPasses } from '../../gpu/passes/pipeline.ts';
import { vitLeaf } from '../../gpu/testing/vit-graph.ts';

/**
 * How large workloads are: `tiny` shows that every cell of the table works, `software` is what software adapters can do
 * in seconds, `hardware` repeats what a GPU does in microseconds, so that its launch is not all that is measured.
 */
export const SCALES = ['tiny', 'software', 'hardware'] as const;
export type Scale = (typeof SCALES)[number];

/** One line of the registry of workloads. */
export interface WorkloadRecord {
  readonly name: string;
  readonly title: string;
  /** Where it makes sense; absent: everywhere. */
  readonly scales?: readonly Scale[];
  readonly build: (scale: Scale) => Promise<Parts>;
}

/** What a record builds. */
export interface Parts {
  /** As lowered; no pass has run. */
  readonly graph: Graph;
  /** Inputs that must be certain numbers (ids of words); the others are made up. */
  readonly inputs?: ReadonlyMap<string, LeafWords>;
  /** What is said of the size. */
  readonly size: string;
  /** Bytes that have to be moved at the least, where they and not the arithmetic are the limit. */
  readonly bytes?: number;
}

export interface Workload {
  readonly name: string;
  readonly title: string;
  readonly size: string;
  /** As every device gets it: the passes have run. */
  readonly graph: Graph;
  readonly leaves: readonly Leaf[];
  readonly flops: number;
  readonly bytes: number | undefined;
  /** The numbers of an input (by its name) or a weight (by its path). */
  readonly leaf: (name: string) => Promise<LeafWords>;
}

export interface Leaf {
  readonly kind: 'input' | 'weight';
  /** Input's name, or weight's state_dict path. */
  readonly name: string;
  readonly type: TensorType;
}

/** Builds a workload at a scale. */
export async function buildWorkload({ name, title, build }: WorkloadRecord, scale: Scale): Promise<Workload> {
  const { graph: lowered, inputs = new Map<string, LeafWords>(), size, bytes } = await build(scale);
  const graph = runPasses(lowered, PASSES);
  const leaves = leavesOf(graph);
  const byName = new Map(leaves.map((leaf) => [leaf.name, leaf]));
  return {
    name,
    title,
    size,
    graph,
    leaves,
    flops: flopsOf(graph),
    bytes,
    leaf: async (leaf) => inputs.get(leaf) ?? madeUp(byName.get(leaf)!),
  };
}

/** Inputs and weights of a graph. */
export function leavesOf({ operations, types }: Graph): Leaf[] {
  return operations.flatMap(({ op, attributes, results }): Leaf[] => {
    if (op !== 'input' && op !== 'weight') return [];
    return [{ kind: op, name: String(attributes[op === 'input' ? 'name' : 'path']), type: types.get(results[0]!)! }];
  });
}

/** Bytes of a tensor of 32-bit elements. */
export function bytesOf(shape: readonly number[]): number {
  return elementCount(shape) * Float32Array.BYTES_PER_ELEMENT;
}

function flopsOf({ operations, types }: Graph): number {
  return operations.reduce(
    (sum, { op, inputs, attributes }) =>
      sum +
      recordOf(op).flops(
        inputs.map((input) => types.get(input)!),
        attributes,
      ),
    0,
  );
}

async function madeUp({ kind, name, type }: Leaf): Promise<LeafWords> {
  if (type.dtype !== 'f32') throw new TypeError(`${name} is ${type.dtype}: its numbers cannot be made up`);
  const { buffer } = await vitLeaf({ kind, name, key: name, type });
  return new Float32Array(buffer);
}
