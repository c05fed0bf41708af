/**
 * Where each value lives: what is kept for the next run goes to the pool, the rest shares the arena. Also gives what
 * each kernel reads and writes.
 */
import { readsOf, type Kernel } from '../ir/kernel.ts';
import type { Graph, ValueId } from '../ir/types.ts';
import type { FusedGraph } from './fuse.ts';
import { viewGraph } from './fuse/view.ts';

/** What is kept beyond the run: outputs and taps, or also the results of modules. */
export type Keep = 'outputs' | 'modules';

export interface Schedule {
  readonly kernels: readonly Kernel[];
  /** Values of the pool that kernels write. */
  readonly kept: ReadonlySet<ValueId>;
  /** Values of the arena. */
  readonly temporaries: readonly ValueId[];
}

/** @param keepPaths Instances whose results are kept too. */
export function schedule(fused: FusedGraph, keep: Keep, keepPaths: ReadonlySet<string>): Schedule {
  const kept = new Set(fused.outputs.values());
  const leaving = keep === 'modules' || keepPaths.size > 0 ? modulesOf(fused.graph) : undefined;
  const temporaries: ValueId[] = [];
  for (const { stores } of fused.kernels) {
    for (const { value } of stores) {
      const modules = leaving?.get(value) ?? [];
      if (keep === 'modules' ? modules.length > 0 : modules.some((path) => keepPaths.has(path))) kept.add(value);
      if (!kept.has(value)) temporaries.push(value);
    }
  }
  return { kernels: fused.kernels, kept, temporaries };
}

/** Values of the arena that a kernel reads and writes. */
export function arenaStep(kernel: Kernel, temporaries: ReadonlySet<ValueId>) {
  return {
    reads: readsOf(kernel).filter((value) => temporaries.has(value)),
    writes: kernel.stores.map(({ value }) => value).filter((value) => temporaries.has(value)),
  };
}

/**
 * The instances that a value leaves: those that its producer is inside of and one of its users is not. A node is an
 * instance too, but what leaves a node and stays in its module is not listed.
 */
function modulesOf(graph: Graph): ReadonlyMap<ValueId, readonly string[]> {
  const view = viewGraph(graph);
  const result = new Map<ValueId, readonly string[]>();
  for (const { results, origin } of graph.operations) {
    for (const value of results) {
      const users = [...view.forms(value)].flatMap((form) => view.users(form).map((user) => user.origin));
      result.set(
        value,
        ancestors(origin).filter((path) => users.some((user) => !user.startsWith(`${path}.`))),
      );
    }
  }
  return result;
}

/** `a.b.c` is inside `a.b` and `a`. */
function ancestors(path: string): string[] {
  const parts = path.split('.');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('.'));
}
