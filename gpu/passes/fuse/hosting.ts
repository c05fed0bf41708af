/** Whether a cluster of elementwise ops is computed by its reader, at every read, and so has no buffer. */
import { elementCount, type Operation, type ValueId } from '../../ir/types.ts';
import { recordOf } from '../../ops/infer.ts';
import { readsOfCluster, writesOfCluster, type Cluster, type Clustering, type Refusal } from './cluster.ts';
import { tooManyBuffers } from './joining.ts';
import type { GraphView } from './view.ts';

/** Elementwise work per element that may be done again at every read of softmax's and layer norm's three passes. */
const CHEAP = 4;

/**
 * The one cluster that may compute this one's values itself wherever it reads them, or why there is none. Null: this one
 * has a core, whose values no other ever computes.
 */
export function hostFor(
  cluster: Cluster,
  view: GraphView,
  clustering: Clustering,
  bufferLimit: number,
): Cluster | Refusal | null {
  if (cluster.core) return null;
  const results = writesOfCluster(cluster, view);
  const [value] = results;
  if (value === undefined) return 'nobody reads it';
  if (results.length > 1) return `${results.length} values of its kernel are wanted`;
  const forms = view.forms(value);
  if ([...forms].some((form) => view.outputs(form).length > 0)) return 'it has to be there after the run';
  if ([...forms].some((form) => clustering.copies.has(form))) return 'a copy is made of it';
  const hosts = new Set<Cluster>();
  const formsRead = new Set<ValueId>();
  for (const form of forms) {
    for (const user of view.users(form)) {
      if (view.role(user.results[0]!) === 'movement') continue;
      const reader = clustering.of(user.results[0]!)!;
      if (reader === cluster) continue;
      const why = whyNotCompute(cluster, value, form, user, reader, view);
      if (why !== undefined) return why;
      hosts.add(reader.host ?? reader);
      formsRead.add(form);
    }
  }
  const [host] = hosts;
  if (!host || hosts.size > 1) return `read by ${hosts.size} kernels`;
  // Each form is read at coordinates of its own, so the work is done once for each.
  const work = workPerElement(cluster, value, view);
  if (formsRead.size > 1 && work > CHEAP) return `read in ${formsRead.size} orders, and ${costs(work)}`;
  const reads = new Set([...readsOfCluster(cluster, view, clustering), ...readsOfCluster(host, view, clustering)]);
  reads.delete(value);
  const count = reads.size + 2 + writesOfCluster(host, view).length;
  return count <= bufferLimit ? host : `its reader ${tooManyBuffers(count, bufferLimit)}`;
}

/** Why `user` may not have the value computed at each of its reads rather than loaded. */
function whyNotCompute(
  cluster: Cluster,
  value: ValueId,
  form: ValueId,
  user: Operation,
  reader: Cluster,
  view: GraphView,
): Refusal | undefined {
  const gathers = view.role(user.results[0]!) === 'gather';
  if (gathers && user.inputs[0] === form) return 'gather looks rows up in it, at positions that only the run knows';
  const reads = Math.max(
    ...[form, ...(gathers ? user.results : [])].map((read) => elementCount(view.type(read).shape)),
  );
  const times = reads / Math.max(elementCount(view.type(value).shape), 1);
  const work = workPerElement(cluster, value, view);
  if (times > 1 && work > 1) return `${user.op} reads each element ${rounded(times)} times, and ${costs(work)}`;
  if (reader.core !== user) return undefined;
  const { wgsl } = recordOf(user.op);
  const loads = `${user.op} takes it from a buffer`;
  if (wgsl.kind !== 'kernel') return loads;
  switch (wgsl.family) {
    case 'reduce':
      return undefined;
    case 'softmax':
    case 'layer_norm':
      // The reduced operand is read in every pass; layer norm's weight and bias are read once.
      if (user.inputs[0] !== form || work <= CHEAP) return undefined;
      return `${user.op} reads it in three passes, and ${costs(work)}`;
    case 'matmul':
    case 'lstm_step':
    case 'top_k':
    case 'attention':
    case 'patch_conv':
      return loads;
    default:
      return wgsl.family satisfies never;
  }
}

function costs(work: number): string {
  return `it costs ${rounded(work)} FLOPs an element`;
}

function rounded(number: number): number {
  return Math.round(number * 10) / 10;
}

/** FLOPs that the cluster takes for one element of its value. */
function workPerElement(cluster: Cluster, value: ValueId, view: GraphView): number {
  const work = cluster.members.reduce((sum, { op, inputs, attributes }) => {
    const types = inputs.map((input) => view.type(input));
    return sum + recordOf(op).flops(types, attributes);
  }, 0);
  return work / Math.max(elementCount(view.type(value).shape), 1);
}
