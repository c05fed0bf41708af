/**
 * Which operations share a kernel. A core (matmul, softmax, …) opens a cluster; an elementwise op joins the cluster
 * whose result it continues, as does a walk along the same rows, or opens one of its own, as a gather always does. A
 * cluster of elementwise ops that a single other cluster reads is then taken into that one, so that it never has a buffer.
 */
import type { Operation, ValueId } from '../../ir/types.ts';
import { attentionOperations, type Attention, type Attentions } from './attention.ts';
import { readsOfCluster, type Cluster, type Clustering, type Refusal } from './cluster.ts';
import type { Copies } from './copies.ts';
import { hostFor } from './hosting.ts';
import { clusterToJoin, coreRebinds, tooManyBuffers } from './joining.ts';
import { rowsOf, staysAlong } from './rows.ts';
import type { GraphView } from './view.ts';

/** @param bufferLimit Storage buffers that one kernel may bind. */
export function clusterOperations(
  view: GraphView,
  copies: Copies,
  { found: attentions }: Attentions,
  bufferLimit: number,
): Clustering {
  const owner = new Map<ValueId, Cluster>();
  const clusters: Cluster[] = [];
  const refusals = new Map<Operation, Map<Cluster, Refusal>>();
  const clustering: Clustering = {
    clusters,
    copies,
    of: (value) => owner.get(value),
    refusal: (operation, cluster) => refusals.get(operation)?.get(cluster),
  };
  const open = (cluster: Cluster): Cluster => {
    clusters.push(cluster);
    return cluster;
  };
  const within = new Set([...attentions.values()].flatMap(attentionOperations));
  for (const operation of view.graph.operations) {
    const role = view.role(operation.results[0]!);
    if (role !== 'core' && role !== 'elementwise' && role !== 'gather') continue;
    const attention = attentions.get(operation);
    if (attention) {
      const members = attentionOperations(attention);
      const cluster = open({ core: operation, members, attention, host: null });
      for (const result of members.flatMap(({ results }) => results)) owner.set(result, cluster);
    }
    if (within.has(operation)) continue;
    const rows = rowsOf(operation, view);
    const refused = new Map<Cluster, Refusal>();
    refusals.set(operation, refused);
    const joins = role === 'elementwise' || rows !== undefined;
    const joined = joins
      ? clusterToJoin(operation, view, clustering, bufferLimit, (cluster, why) => refused.set(cluster, why))
      : undefined;
    const cluster =
      joined?.cluster ??
      open({
        core: role === 'core' ? operation : null,
        members: [],
        host: null,
        ...(rows && { rows: { ...rows, along: new Set<ValueId>() } }),
      });
    cluster.members.push(operation);
    const along = rows ? staysAlong(operation) : joined?.along;
    for (const result of operation.results) {
      owner.set(result, cluster);
      if (along) cluster.rows?.along.add(result);
    }
  }
  for (const cluster of [...clusters].reverse()) {
    const host = hostFor(cluster, view, clustering, bufferLimit);
    if (typeof host === 'string') cluster.apart = host;
    else if (host) Object.assign(cluster, host);
  }
  for (const value of copies.values) owner.set(value, open({ core: null, members: [], copies: value, host: null }));
  return clustering;
}

/** Why an attention's kernel could not bind what it reads. */
export function whyAttentionDoesNotFit(
  attention: Attention,
  view: GraphView,
  copies: Copies,
  bufferLimit: number,
): Refusal | undefined {
  const cluster = { core: attention.product, members: attentionOperations(attention), host: null };
  const inside = new Set(cluster.members.flatMap(({ results }) => results));
  const before = { copies, of: () => undefined };
  const reads = [...readsOfCluster(cluster, view, before)].filter((value) => !inside.has(value));
  const count = reads.length + coreRebinds(cluster, view) + 1;
  return count <= bufferLimit ? undefined : `its kernel ${tooManyBuffers(count, bufferLimit)}`;
}
