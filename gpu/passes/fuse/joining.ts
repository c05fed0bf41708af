/** Whether an elementwise op, or a walk along rows, goes on in a kernel whose values it reads. */
import { elementCount, type Operation, type ValueId } from '../../ir/types.ts';
import {
  readsOfCluster,
  rounded,
  workPerElement,
  writesOfCluster,
  type Cluster,
  type Clustering,
  type Refusal,
} from './cluster.ts';
import { countWalks, isOfRow, rowsOf, sameRows, staysAlong, walksOf } from './rows.ts';
import type { GraphView } from './view.ts';

/** FLOPs an element that a kernel may do again in its walks along rows. */
export const MAX_REPEATED = 8;

/** What an operation joins, and whether its results have an element per step of the cluster's rows. */
export interface Joining {
  readonly cluster: Cluster;
  readonly along: boolean;
}

/**
 * The cluster that an elementwise op or a walk along rows joins, if there is one.
 * @param refuse Told why a cluster that it reads from does not take it.
 */
export function clusterToJoin(
  operation: Operation,
  view: GraphView,
  clustering: Clustering,
  bufferLimit: number,
  refuse: (cluster: Cluster, why: Refusal) => void,
): Joining | undefined {
  for (const cluster of candidates(operation, view, clustering)) {
    const joining = join(operation, cluster, view, clustering, bufferLimit);
    if (typeof joining !== 'string') return joining;
    refuse(cluster, joining);
  }
  return undefined;
}

/**
 * Clusters that the operation reads from, the best first: those whose elements it takes as they are before those of which
 * each is spread over many, walks along rows before what they may take in, the latest before what it may read.
 */
function candidates(operation: Operation, view: GraphView, clustering: Clustering): Cluster[] {
  const { inputs } = operation;
  const direct = new Set(inputs.map((input) => clustering.of(view.sameElements(input) ?? input)));
  const behind = new Set(inputs.flatMap((input) => [...view.bases(input)].map((base) => clustering.of(base))));
  const walks = rowsOf(operation, view) !== undefined;
  const rank = (cluster: Cluster): number => (direct.has(cluster) ? 0 : 2) + (cluster.rows ? 0 : 1);
  return clustering.clusters
    .toReversed()
    .filter((cluster) => behind.has(cluster) && (!walks || cluster.rows))
    .sort((one, other) => rank(one) - rank(other));
}

function join(
  operation: Operation,
  cluster: Cluster,
  view: GraphView,
  clustering: Clustering,
  bufferLimit: number,
): Joining | Refusal {
  const walked = rowsOf(operation, view);
  if (walked && cluster.rows && !sameRows(walked, cluster.rows)) return `${operation.op} walks along other rows`;
  let why: Refusal = `${operation.op} reads it at other positions`;
  for (const along of levelsOf(operation, cluster, view)) {
    const refusal = whyNotAtHand(operation, along, cluster, view, clustering);
    if (refusal === undefined) {
      const refused = whyNotTogether(operation, along, cluster, view, clustering, bufferLimit);
      return refused ?? { cluster, along };
    }
    why = refusal;
  }
  return why;
}

/** Whether the operation could be computed once per row, or at every step, by the size of its result. */
function levelsOf(operation: Operation, { rows }: Cluster, view: GraphView): boolean[] {
  if (!rows) return [false];
  if (rowsOf(operation, view)) return [true];
  const count = elementCount(view.type(operation.results[0]!).shape);
  return [...(count === rows.rows ? [false] : []), ...(count === rows.rows * rows.steps ? [true] : [])];
}

/** The cluster's own values are at hand only at the point that is being computed, and not behind a copy of them. */
function whyNotAtHand(
  { op, inputs }: Operation,
  along: boolean,
  cluster: Cluster,
  view: GraphView,
  clustering: Clustering,
): Refusal | undefined {
  for (const input of inputs) {
    for (const base of view.bases(input)) {
      const source = clustering.of(base);
      if (source === cluster) {
        if (!isAtHand(input, base, along, cluster, view)) return `${op} reads it at other positions`;
        if (!clustering.copies.sources(input).has(base)) return `${op} reads a copy of it`;
      } else if (dependsOn(source, cluster, view, clustering)) {
        return `${op} also reads ${view.producer(base).op}, which comes after it`;
      }
    }
  }
  return undefined;
}

function isAtHand(input: ValueId, base: ValueId, along: boolean, { rows }: Cluster, view: GraphView): boolean {
  if (!rows || rows.along.has(base) === along) return view.sameElements(input) === base;
  // What is known of the row, at every step of it.
  return along && isOfRow(input, base, rows, view);
}

function whyNotTogether(
  operation: Operation,
  along: boolean,
  cluster: Cluster,
  view: GraphView,
  clustering: Clustering,
  bufferLimit: number,
): Refusal | undefined {
  const joined: Cluster = { ...cluster, members: [...cluster.members, operation] };
  const count = bufferCount(joined, view, clustering, cluster);
  if (count > bufferLimit) return `with ${operation.op} it ${tooManyBuffers(count, bufferLimit)}`;
  if (!cluster.rows) return undefined;
  const stays = rowsOf(operation, view) ? staysAlong(operation) : along;
  const space = { ...cluster.rows, along: new Set([...cluster.rows.along, ...(stays ? operation.results : [])]) };
  const walks = countWalks(joined.members, space, writesOfCluster(joined, view), view);
  const again = joined.members.reduce((sum, member) => {
    if (!member.results.some((result) => space.along.has(result))) return sum;
    const computed = walks.get(member)! - (rowsOf(member, view) ? walksOf(member) : 0);
    return sum + Math.max(computed - 1, 0) * workPerElement([member], member.results[0]!, view);
  }, 0);
  if (again <= MAX_REPEATED) return undefined;
  return `with ${operation.op} it would compute ${rounded(again)} FLOPs an element again, more than ${MAX_REPEATED}`;
}

/** "would bind 11 buffers, the adapter 10". */
export function tooManyBuffers(count: number, limit: number): Refusal {
  return `would bind ${count} buffers, the adapter ${limit}`;
}

/** Buffers that the kernel would bind. `original`: the cluster that owns the values of which `cluster` is a copy. */
function bufferCount(cluster: Cluster, view: GraphView, clustering: Clustering, original: Cluster): number {
  const reads = [...readsOfCluster(cluster, view, clustering)].filter((base) => clustering.of(base) !== original);
  // A matmul operand may be bound a second time, as vectors.
  const again = cluster.core && !cluster.rows ? coreRebinds(cluster, view) : 0;
  return reads.length + again + writesOfCluster(cluster, view).length;
}

/** Operands of a matmul core that the epilogue reads too, element by element. */
export function coreRebinds(cluster: Cluster, view: GraphView): number {
  const [core, ...epilogue] = cluster.members;
  const operands = new Set(core!.inputs.flatMap((input) => [...view.bases(input)]));
  const again = epilogue.flatMap(({ inputs }) => inputs.flatMap((input) => [...view.bases(input)]));
  return new Set(again.filter((base) => operands.has(base))).size;
}

function dependsOn(
  cluster: Cluster | undefined,
  target: Cluster,
  view: GraphView,
  clustering: Clustering,
  visited = new Set<Cluster>(),
): boolean {
  if (!cluster || visited.has(cluster)) return false;
  if (cluster === target) return true;
  visited.add(cluster);
  const bases = (input: ValueId): ValueId[] => [...view.bases(input)];
  return cluster.members
    .flatMap(({ inputs }) => inputs.flatMap(bases))
    .some((base) => dependsOn(clustering.of(base), target, view, clustering, visited));
}
