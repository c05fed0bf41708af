/**
 * Which operations share a kernel. A core (matmul, softmax, …) opens a cluster; an elementwise op joins the cluster
 * whose result it continues, or opens one of its own, as a gather always does. A cluster of elementwise ops that a single other cluster reads
 * is then taken into that one, so that it never has a buffer.
 */
import { elementCount, type Operation, type ValueId } from '../../ir/types.ts';
import { recordOf } from '../../ops/infer.ts';
import { attentionOperations, findAttentions, type Attention } from './attention.ts';
import type { Copies } from './copies.ts';
import type { GraphView } from './view.ts';

export interface Cluster {
  /** The op that the kernel is generated for; null where all members are elementwise or gather. */
  readonly core: Operation | null;
  /** All operations, the core first, or those of the attention. A copy has none. */
  readonly members: Operation[];
  /** What the core is the last product of, if one kernel computes it all. */
  readonly attention?: Attention;
  /** A movement op's result that gets a buffer. */
  readonly copies?: ValueId;
  /** The cluster that computes this one's values where it reads them; then this one has no kernel. */
  host: Cluster | null;
}

export interface Clustering {
  readonly clusters: readonly Cluster[];
  readonly copies: Copies;
  /** The cluster that computes a value; none for leaves and movement. */
  of(value: ValueId): Cluster | undefined;
}

/** Elementwise work per element that may be done again at every read of softmax's and layer norm's three passes. */
const CHEAP = 4;

/** @param bufferLimit Storage buffers that one kernel may bind. */
export function clusterOperations(view: GraphView, copies: Copies, bufferLimit: number): Clustering {
  const owner = new Map<ValueId, Cluster>();
  const clusters: Cluster[] = [];
  const clustering: Clustering = { clusters, copies, of: (value) => owner.get(value) };
  const open = (cluster: Cluster): Cluster => {
    clusters.push(cluster);
    return cluster;
  };
  const attentions = attentionsIn(view, clustering, bufferLimit);
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
    const joined = role === 'elementwise' ? clusterToJoin(operation, view, clustering, bufferLimit) : undefined;
    const cluster = joined ?? open({ core: role === 'core' ? operation : null, members: [], host: null });
    cluster.members.push(operation);
    for (const result of operation.results) owner.set(result, cluster);
  }
  for (const cluster of [...clusters].reverse()) cluster.host = hostFor(cluster, view, clustering, bufferLimit);
  for (const value of copies.values) owner.set(value, open({ core: null, members: [], copies: value, host: null }));
  return clustering;
}

/** Those whose kernel can bind what they read, by their last product. */
function attentionsIn(view: GraphView, clustering: Clustering, bufferLimit: number): ReadonlyMap<Operation, Attention> {
  const fits = (attention: Attention): boolean => {
    const cluster = { core: attention.product, members: attentionOperations(attention), host: null };
    const inside = new Set(cluster.members.flatMap(({ results }) => results));
    const reads = [...readsOfCluster(cluster, view, clustering)].filter((value) => !inside.has(value));
    return reads.length + coreRebinds(cluster, view) + 1 <= bufferLimit;
  };
  return new Map([...findAttentions(view)].filter(([, attention]) => fits(attention)));
}

/** Stored values that a cluster reads and does not compute, behind movement ops; inlined clusters' reads included. */
export function readsOfCluster(cluster: Cluster, view: GraphView, clustering: Clustering): ReadonlySet<ValueId> {
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
  const members = new Set(cluster.members);
  const outputs = new Set(view.graph.outputs.map(({ value }) => value));
  return cluster.members
    .flatMap(({ results }) => results)
    .filter((result) => {
      for (const form of view.forms(result)) {
        if (outputs.has(form)) return true;
        for (const user of view.users(form)) {
          if (view.role(user.results[0]!) !== 'movement' && !members.has(user)) return true;
        }
      }
      return false;
    });
}

function clusterToJoin(
  operation: Operation,
  view: GraphView,
  clustering: Clustering,
  bufferLimit: number,
): Cluster | undefined {
  const candidates = new Set<Cluster>();
  for (const input of operation.inputs) {
    const base = view.sameElements(input);
    const cluster = base === undefined ? undefined : clustering.of(base);
    if (cluster) candidates.add(cluster);
  }
  // The latest first: the others may be what it reads.
  return clustering.clusters.toReversed().find((cluster) => {
    return candidates.has(cluster) && mayJoin(operation, cluster, view, clustering, bufferLimit);
  });
}

function mayJoin(
  operation: Operation,
  cluster: Cluster,
  view: GraphView,
  clustering: Clustering,
  bufferLimit: number,
): boolean {
  for (const input of operation.inputs) {
    for (const base of view.bases(input)) {
      const source = clustering.of(base);
      // The cluster's own values are at hand only at the point that is being computed, and not behind a copy of them.
      const atHand = view.sameElements(input) === base && clustering.copies.sources(input).has(base);
      if (source === cluster ? !atHand : dependsOn(source, cluster, view, clustering)) return false;
    }
  }
  const joined: Cluster = { ...cluster, members: [...cluster.members, operation] };
  return bufferCount(joined, view, clustering, cluster) <= bufferLimit;
}

/** Buffers that the kernel would bind. `original`: the cluster that owns the values of which `cluster` is a copy. */
function bufferCount(cluster: Cluster, view: GraphView, clustering: Clustering, original: Cluster): number {
  const reads = [...readsOfCluster(cluster, view, clustering)].filter((base) => clustering.of(base) !== original);
  // A matmul operand may be bound a second time, as vectors.
  const again = cluster.core && recordOf(cluster.core.op).wgsl.kind === 'kernel' ? coreRebinds(cluster, view) : 0;
  return reads.length + again + writesOfCluster(cluster, view).length;
}

/** Operands of a matmul core that the epilogue reads too, element by element. */
function coreRebinds(cluster: Cluster, view: GraphView): number {
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
  for (const { inputs } of cluster.members) {
    for (const input of inputs) {
      for (const base of view.bases(input)) {
        if (dependsOn(clustering.of(base), target, view, clustering, visited)) return true;
      }
    }
  }
  return false;
}

/** The one cluster that may compute this one's values itself wherever it reads them. */
function hostFor(cluster: Cluster, view: GraphView, clustering: Clustering, bufferLimit: number): Cluster | null {
  if (cluster.core) return null;
  const results = writesOfCluster(cluster, view);
  const [value] = results;
  if (value === undefined || results.length > 1) return null;
  const forms = view.forms(value);
  if (view.graph.outputs.some((output) => forms.has(output.value))) return null;
  if ([...forms].some((form) => clustering.copies.has(form))) return null;
  const hosts = new Set<Cluster>();
  const formsRead = new Set<ValueId>();
  for (const form of forms) {
    for (const user of view.users(form)) {
      if (view.role(user.results[0]!) === 'movement') continue;
      const reader = clustering.of(user.results[0]!)!;
      if (reader === cluster) continue;
      if (!mayCompute(cluster, value, form, user, reader, view)) return null;
      hosts.add(reader.host ?? reader);
      formsRead.add(form);
    }
  }
  const [host] = hosts;
  if (!host || hosts.size > 1) return null;
  // Each form is read at coordinates of its own, so the work is done once for each.
  if (formsRead.size > 1 && workPerElement(cluster, value, view) > CHEAP) return null;
  const reads = new Set([...readsOfCluster(cluster, view, clustering), ...readsOfCluster(host, view, clustering)]);
  reads.delete(value);
  return reads.size + 2 + writesOfCluster(host, view).length <= bufferLimit ? host : null;
}

/** Whether `user` may have the value computed at each of its reads rather than loaded. */
function mayCompute(
  cluster: Cluster,
  value: ValueId,
  form: ValueId,
  user: Operation,
  reader: Cluster,
  view: GraphView,
): boolean {
  const gathers = view.role(user.results[0]!) === 'gather';
  // A table is read at positions of the run's, from a buffer.
  if (gathers && user.inputs[0] === form) return false;
  const reads = Math.max(
    ...[form, ...(gathers ? user.results : [])].map((read) => elementCount(view.type(read).shape)),
  );
  const again = reads > elementCount(view.type(value).shape);
  const work = workPerElement(cluster, value, view);
  if (again && work > 1) return false;
  if (reader.core !== user) return true;
  const { wgsl } = recordOf(user.op);
  if (wgsl.kind !== 'kernel') return false;
  switch (wgsl.family) {
    case 'reduce':
      return true;
    case 'softmax':
    case 'layer_norm':
      // The reduced operand is read in every pass; layer norm's weight and bias are read once.
      return user.inputs[0] !== form || work <= CHEAP;
    case 'matmul':
    case 'lstm_step':
    case 'top_k':
    case 'attention':
    case 'patch_conv':
      return false;
    default:
      return wgsl.family satisfies never;
  }
}

/** FLOPs that the cluster takes for one element of its value. */
function workPerElement(cluster: Cluster, value: ValueId, view: GraphView): number {
  const work = cluster.members.reduce((sum, { op, inputs, attributes }) => {
    const types = inputs.map((input) => view.type(input));
    return sum + recordOf(op).flops(types, attributes);
  }, 0);
  return work / Math.max(elementCount(view.type(value).shape), 1);
}
