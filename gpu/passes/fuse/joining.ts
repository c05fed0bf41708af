/** Whether an elementwise op goes on in the kernel whose values it reads. */
import type { Operation, ValueId } from '../../ir/types.ts';
import { recordOf } from '../../ops/infer.ts';
import { readsOfCluster, writesOfCluster, type Cluster, type Clustering, type Refusal } from './cluster.ts';
import type { GraphView } from './view.ts';

/**
 * The cluster that the operation joins, if there is one.
 * @param refuse Told why a cluster that it reads from does not take it.
 */
export function clusterToJoin(
  operation: Operation,
  view: GraphView,
  clustering: Clustering,
  bufferLimit: number,
  refuse: (cluster: Cluster, why: Refusal) => void,
): Cluster | undefined {
  const candidates = new Set<Cluster>();
  for (const base of operation.inputs.flatMap((input) => [...view.bases(input)])) {
    const cluster = clustering.of(base);
    if (cluster) candidates.add(cluster);
  }
  // The latest first: the others may be what it reads.
  return clustering.clusters.toReversed().find((cluster) => {
    if (!candidates.has(cluster)) return false;
    const why = whyNotJoin(operation, cluster, view, clustering, bufferLimit);
    if (why !== undefined) refuse(cluster, why);
    return why === undefined;
  });
}

function whyNotJoin(
  operation: Operation,
  cluster: Cluster,
  view: GraphView,
  clustering: Clustering,
  bufferLimit: number,
): Refusal | undefined {
  for (const input of operation.inputs) {
    for (const base of view.bases(input)) {
      const source = clustering.of(base);
      if (source === cluster) {
        // The cluster's own values are at hand only at the point that is being computed, and not behind a copy of them.
        if (view.sameElements(input) !== base) return `${operation.op} reads it at other positions`;
        if (!clustering.copies.sources(input).has(base)) return `${operation.op} reads a copy of it`;
      } else if (dependsOn(source, cluster, view, clustering)) {
        return `${operation.op} also reads ${view.producer(base).op}, which comes after it`;
      }
    }
  }
  const joined: Cluster = { ...cluster, members: [...cluster.members, operation] };
  const count = bufferCount(joined, view, clustering, cluster);
  return count <= bufferLimit ? undefined : `with ${operation.op} it ${tooManyBuffers(count, bufferLimit)}`;
}

/** "would bind 11 buffers, the adapter 10". */
export function tooManyBuffers(count: number, limit: number): Refusal {
  return `would bind ${count} buffers, the adapter ${limit}`;
}

/** Buffers that the kernel would bind. `original`: the cluster that owns the values of which `cluster` is a copy. */
function bufferCount(cluster: Cluster, view: GraphView, clustering: Clustering, original: Cluster): number {
  const reads = [...readsOfCluster(cluster, view, clustering)].filter((base) => clustering.of(base) !== original);
  // A matmul operand may be bound a second time, as vectors.
  const again = cluster.core && recordOf(cluster.core.op).wgsl.kind === 'kernel' ? coreRebinds(cluster, view) : 0;
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
