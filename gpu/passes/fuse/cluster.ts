/** Operations that share a kernel, what that kernel reads, and who wants what it computes. */
import { elementCount, type GraphOutput, type Operation, type ValueId } from '../../ir/types.ts';
import { recordOf } from '../../ops/infer.ts';
import type { Attention } from './attention.ts';
import type { Copies } from './copies.ts';
import type { RowSpace } from './rows.ts';
import type { GraphView } from './view.ts';

/** Why something is not fused, in plain words, as `patchbay plan` prints them. */
export type Refusal = string;

export interface Cluster {
  /** The op that the kernel is generated for; null where all members are elementwise or gather. */
  readonly core: Operation | null;
  /** All operations, the core first, or those of the attention. A copy has none. */
  readonly members: Operation[];
  /** What the core is the last product of, if one kernel computes it all. */
  readonly attention?: Attention;
  /** The rows that the kernel walks along, if it does. */
  readonly rows?: RowSpace;
  /** A movement op's result that gets a buffer. */
  readonly copies?: ValueId;
  /** The cluster that computes this one's values where it reads them; then this one has no kernel. */
  host: Cluster | null;
  /** How often the host computes it at each point: in each walk along a row that takes it. */
  walks?: number;
  /** Why it has none, where it has no core. */
  apart?: Refusal;
}

export interface Clustering {
  readonly clusters: readonly Cluster[];
  readonly copies: Copies;
  /** The cluster that computes a value; none for leaves and movement. */
  of(value: ValueId): Cluster | undefined;
  /** Why an operation did not join a cluster whose values it reads, where that was considered. */
  refusal(operation: Operation, cluster: Cluster): Refusal | undefined;
}

/** Somebody outside of a cluster who wants a value of it. */
export type Want =
  | { readonly kind: 'output'; readonly output: GraphOutput }
  | { readonly kind: 'read'; readonly reader: Operation };

/** Stored values that a cluster reads and does not compute, behind movement ops; inlined clusters' reads included. */
export function readsOfCluster(
  cluster: Cluster,
  view: GraphView,
  clustering: Pick<Clustering, 'copies' | 'of'>,
): ReadonlySet<ValueId> {
  const reads = new Set<ValueId>();
  const visit = (members: readonly Operation[], own: Cluster): void => {
    const inputs = members.flatMap((member) => member.inputs);
    for (const value of inputs.flatMap((input) => [...clustering.copies.sources(input)])) {
      const source = clustering.of(value);
      if (source === own) continue;
      if (source?.host) visit(source.members, source);
      else reads.add(value);
    }
  };
  visit(cluster.copies === undefined ? cluster.members : [view.producer(cluster.copies)], cluster);
  return reads;
}

/** Values of a cluster that somebody outside reads, or that are outputs. */
export function writesOfCluster(cluster: Cluster, view: GraphView): ValueId[] {
  if (cluster.copies !== undefined) return [cluster.copies];
  return cluster.members
    .flatMap(({ results }) => results)
    .filter((result) => !wantsOf(result, cluster, view).next().done);
}

/** Outputs that a value of the cluster is, and operations outside that read it, behind movement ops. */
export function* wantsOf(value: ValueId, { members }: Cluster, view: GraphView): Generator<Want> {
  for (const form of view.forms(value)) {
    for (const output of view.outputs(form)) yield { kind: 'output', output };
    for (const reader of view.users(form)) {
      const moves = view.role(reader.results[0]!) === 'movement';
      if (!moves && !members.includes(reader)) yield { kind: 'read', reader };
    }
  }
}

/** FLOPs that elementwise ops take for one element of a value. */
export function workPerElement(members: readonly Operation[], value: ValueId, view: GraphView): number {
  const work = members.reduce((sum, { op, inputs, attributes }) => {
    const types = inputs.map((input) => view.type(input));
    return sum + recordOf(op).flops(types, attributes);
  }, 0);
  return work / Math.max(elementCount(view.type(value).shape), 1);
}

/** To one decimal, for messages. */
export function rounded(number: number): number {
  return Math.round(number * 10) / 10;
}
