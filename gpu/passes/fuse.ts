/**
 * From a graph to kernels: clusters operations, follows movement into index arithmetic, and says which values get a
 * buffer. What has no buffer (movement, constants, inlined elementwise ops) lives in the text of its readers only.
 */
import { unflatten } from '../ir/index-arithmetic.ts';
import type { IndexExpression } from '../ir/index-expression.ts';
import { readsOf, type Kernel, type KernelCore, type Program, type Store } from '../ir/kernel.ts';
import { elementCount, type Graph, type Operation, type ValueId } from '../ir/types.ts';
import { recordOf } from '../ops/infer.ts';
import { findAttentions } from './fuse/attention.ts';
import { writesOfCluster, type Cluster, type Clustering, type Refusal } from './fuse/cluster.ts';
import { clusterOperations, whyAttentionDoesNotFit } from './fuse/clusters.ts';
import { chooseCopies } from './fuse/copies.ts';
import { attentionCore, mapCore, startCore } from './fuse/cores.ts';
import { placeCopies, type Placing } from './fuse/placing.ts';
import { ProgramBuilder, type IsStored } from './fuse/programs.ts';
import { reasonsToStore } from './fuse/reasons.ts';
import { positionOf, rowsCore } from './fuse/rows.ts';
import { viewGraph, type GraphView } from './fuse/view.ts';

export interface FusedGraph {
  readonly graph: Graph;
  /** In an order in which every value is stored before it is read. */
  readonly kernels: readonly Kernel[];
  /** The stored value that holds the elements of each graph output's value. */
  readonly outputs: ReadonlyMap<ValueId, ValueId>;
}

export interface FuseOptions {
  /** Storage buffers per shader stage. */
  readonly maxBuffers: number;
}

/** @throws {FusionError} if an op has no kernel and was not decomposed. */
export function fuse(graph: Graph, { maxBuffers }: FuseOptions): FusedGraph {
  const view = viewGraph(graph);
  const copies = chooseCopies(view, maxBuffers);
  const attentions = findAttentions(view, (attention) => whyAttentionDoesNotFit(attention, view, copies, maxBuffers));
  const clustering = clusterOperations(view, copies, attentions, maxBuffers);
  const placings = placeCopies(view, clustering);
  const placed = new Set(placings.bySource.values().map(({ copy }) => copy));
  const why = (value: ValueId, cluster: Cluster): Refusal[] => {
    return reasonsToStore(value, cluster, view, clustering, placings, attentions);
  };
  const isStored: IsStored = (value) => {
    if (copies.has(value) || view.role(value) === 'buffer') return true;
    const cluster = clustering.of(value);
    return cluster !== undefined && cluster.host === null;
  };
  const kernels = clustering.clusters
    .filter(({ host, copies }) => host === null && (copies === undefined || !placed.has(copies)))
    .map((cluster) => buildKernel(cluster, view, clustering, isStored, placings.bySource, why))
    .filter(({ stores }) => stores.length > 0);
  const outputs = new Map(
    graph.outputs.map(({ value }) => [value, copies.has(value) ? value : view.sameElements(value)!]),
  );
  return { graph, kernels: inOrder(kernels), outputs };
}

function buildKernel(
  cluster: Cluster,
  view: GraphView,
  clustering: Clustering,
  isStored: IsStored,
  placings: ReadonlyMap<ValueId, Placing>,
  why: (value: ValueId, cluster: Cluster) => Refusal[],
): Kernel {
  const programs = programsFor(cluster, view, isStored);
  const stores = [...programs.scalars].map(([value, scalar]): Store => {
    const { copy = value, position = (same: IndexExpression) => same } = placings.get(value) ?? {};
    const { dtype } = view.type(value);
    return { value: copy, scalar, index: position(programs.positionOf(value)), dtype, why: why(value, cluster) };
  });
  const operations = [...inlinedInto(cluster, clustering), ...cluster.members];
  const works = operations.map((operation) => ({ origin: operation.origin, flops: flopsOf(operation, view) }));
  const source = view.producer(cluster.copies ?? cluster.members[0]!.results[0]!);
  return {
    core: programs.core,
    epilogue: programs.epilogue,
    stores,
    ...sharesOf(works.length > 0 ? works : [{ origin: source.origin, flops: 0 }]),
    operations: operations.map(({ op, origin }) => ({ op, origin })),
    label: operations.length > 0 ? operations.map(({ op }) => op).join('+') : `copy ${source.op}`,
    flops: works.reduce((sum, { flops }) => sum + flops, 0),
  };
}

/** What a kernel computes: its core, and the scalars that it stores, by value. */
interface KernelPrograms {
  readonly core: KernelCore;
  readonly epilogue: Program;
  readonly scalars: ReadonlyMap<ValueId, number>;
  /** Row-major position of the element that the kernel stores at its point. */
  positionOf(value: ValueId): IndexExpression;
}

function programsFor(cluster: Cluster, view: GraphView, isStored: IsStored): KernelPrograms {
  // What is empty has no point to be stored at.
  const written = writesOfCluster(cluster, view).filter((value) => elementCount(view.type(value).shape) > 0);
  const { rows } = cluster;
  if (rows) {
    return {
      ...rowsCore(cluster.members, rows, written, view, isStored),
      positionOf: (value) => positionOf(value, rows),
    };
  }
  const builder = new ProgramBuilder(view, (value) => isStored(value) && value !== cluster.copies);
  const anchor = cluster.copies ?? (cluster.core ?? cluster.members[0]!).results[0]!;
  const start = startOf(cluster, anchor, view, isStored);
  const scalars = new Map<ValueId, number>();
  const define = (value: ValueId, scalar: number): void => {
    scalars.set(value, scalar);
    builder.own(value, scalar);
  };
  const at = (value: ValueId) => unflatten(start.position, view.type(value).shape);
  if (cluster.copies !== undefined) define(cluster.copies, builder.element(cluster.copies, at(cluster.copies)));
  // What comes before the core of an attention has no value at the points of the epilogue.
  for (const member of cluster.members.slice(Math.max(cluster.members.indexOf(cluster.core!), 0))) {
    const computed =
      member === cluster.core && 'finish' in start
        ? start.finish(builder)
        : [builder.apply(member, at(member.results[0]!))];
    for (const [index, result] of member.results.entries()) define(result, computed[index]!);
  }
  return {
    core: start.core,
    epilogue: builder.scalars,
    scalars: new Map(written.map((value) => [value, scalars.get(value)!])),
    positionOf: () => start.position,
  };
}

function startOf({ core, attention }: Cluster, anchor: ValueId, view: GraphView, isStored: IsStored) {
  if (attention) return attentionCore(attention, view, isStored);
  return core ? startCore(core, view, isStored) : mapCore(elementCount(view.type(anchor).shape));
}

/** Each origin once, with its part of the FLOPs; equal parts where there are none. */
function sharesOf(works: readonly { origin: string; flops: number }[]): Pick<Kernel, 'origins' | 'shares'> {
  const byOrigin = Map.groupBy(works, ({ origin }) => origin);
  const total = works.reduce((sum, { flops }) => sum + flops, 0);
  const shares = [...byOrigin.values()].map((own) => {
    return total === 0 ? 1 / byOrigin.size : own.reduce((sum, { flops }) => sum + flops, 0) / total;
  });
  return { origins: [...byOrigin.keys()], shares };
}

function inlinedInto(cluster: Cluster, clustering: Clustering): Operation[] {
  return clustering.clusters.filter(({ host }) => host === cluster).flatMap(({ members }) => members);
}

function flopsOf({ op, inputs, attributes }: Operation, view: GraphView): number {
  return recordOf(op).flops(
    inputs.map((input) => view.type(input)),
    attributes,
  );
}

/** Kernels in an order of dependence; among those that are ready, the one that was first stays first. */
function inOrder(kernels: readonly Kernel[]): Kernel[] {
  const writer = new Map(kernels.flatMap((kernel) => kernel.stores.map(({ value }) => [value, kernel] as const)));
  const ordered = new Set<Kernel>();
  const place = (kernel: Kernel): void => {
    if (ordered.has(kernel)) return;
    for (const value of readsOf(kernel)) {
      const source = writer.get(value);
      if (source && source !== kernel) place(source);
    }
    ordered.add(kernel);
  };
  for (const kernel of kernels) place(kernel);
  return [...ordered];
}
