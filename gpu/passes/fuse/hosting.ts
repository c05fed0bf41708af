/** Whether a cluster of elementwise ops is computed by its reader, at every read, and so has no buffer. */
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
import { MAX_REPEATED, tooManyBuffers } from './joining.ts';
import { countWalks, isOfRow } from './rows.ts';
import type { GraphView } from './view.ts';

/** Elementwise work per element that may be done once for each order in which a value is read. */
const CHEAP = 4;

/** What computes a cluster, and how often at each of its points. */
export interface Hosting {
  readonly host: Cluster;
  readonly walks: number;
}

/**
 * The one cluster that may compute this one's values itself wherever it reads them, or why there is none. Null: this one
 * has a core, whose values no other ever computes.
 */
export function hostFor(
  cluster: Cluster,
  view: GraphView,
  clustering: Clustering,
  bufferLimit: number,
): Hosting | Refusal | null {
  if (cluster.core) return null;
  const results = writesOfCluster(cluster, view);
  const [value] = results;
  if (value === undefined) return 'nobody reads it';
  if (results.length > 1) return `${results.length} values of its kernel are wanted`;
  const forms = view.forms(value);
  if ([...forms].some((form) => view.outputs(form).length > 0)) return 'it has to be there after the run';
  if ([...forms].some((form) => clustering.copies.has(form))) return 'a copy is made of it';
  const work = workPerElement(cluster.members, value, view);
  const hosts = new Set<Cluster>();
  const readers = new Map<Operation, Cluster>();
  const formsRead = new Set<ValueId>();
  for (const form of forms) {
    for (const user of view.users(form)) {
      if (view.role(user.results[0]!) === 'movement') continue;
      const reader = clustering.of(user.results[0]!)!;
      if (reader === cluster) continue;
      const why = whyNotCompute(value, form, user, reader, work, view);
      if (why !== undefined) return why;
      hosts.add(reader.host ?? reader);
      if (!isPerRow(form, value, user, reader, view)) readers.set(user, reader);
      formsRead.add(form);
    }
  }
  const [host] = hosts;
  if (!host || hosts.size > 1) return `read by ${hosts.size} kernels`;
  // Each form is read at coordinates of its own, so the work is done once for each.
  if (formsRead.size > 1 && work > CHEAP) return `read in ${formsRead.size} orders, and ${costs(work)}`;
  const walks = walksThatRead(readers, view);
  if (work * (walks - 1) > MAX_REPEATED) {
    return `${[...readers.keys()].map(({ op }) => op).join(', ')} would compute it in ${walks} walks along the row, and ${costs(work)}`;
  }
  const reads = new Set([...readsOfCluster(cluster, view, clustering), ...readsOfCluster(host, view, clustering)]);
  reads.delete(value);
  const count = reads.size + 2 + writesOfCluster(host, view).length;
  return count <= bufferLimit ? { host, walks } : `its reader ${tooManyBuffers(count, bufferLimit)}`;
}

/** How often the host computes what these read for one element: in each of its walks along a row that takes it. */
function walksThatRead(readers: ReadonlyMap<Operation, Cluster>, view: GraphView): number {
  let walks = 0;
  for (const [user, reader] of readers) {
    const { rows, members } = reader;
    walks += rows ? countWalks(members, rows, writesOfCluster(reader, view), view).get(user)! : (reader.walks ?? 1);
    if (!(reader.host ?? reader).rows) return 1;
  }
  return walks;
}

/** Why `user` may not have the value computed at each of its reads rather than loaded. */
function whyNotCompute(
  value: ValueId,
  form: ValueId,
  user: Operation,
  reader: Cluster,
  work: number,
  view: GraphView,
): Refusal | undefined {
  const gathers = view.role(user.results[0]!) === 'gather';
  if (gathers && user.inputs[0] === form) return 'gather looks rows up in it, at positions that only the run knows';
  if (isPerRow(form, value, user, reader, view)) return undefined;
  const reads = Math.max(
    ...[form, ...(gathers ? user.results : [])].map((read) => elementCount(view.type(read).shape)),
  );
  const times = reads / Math.max(elementCount(view.type(value).shape), 1);
  if (times > 1 && work > 1) return `${user.op} reads each element ${rounded(times)} times, and ${costs(work)}`;
  return reader.core === user && !reader.rows ? `${user.op} takes it from a buffer` : undefined;
}

/** Whether the user wants, at every step of a row, one element that belongs to the row: then it is computed once for it. */
function isPerRow(form: ValueId, value: ValueId, user: Operation, { rows }: Cluster, view: GraphView): boolean {
  return (
    rows !== undefined && user.results.some((result) => rows.along.has(result)) && isOfRow(form, value, rows, view)
  );
}

function costs(work: number): string {
  return `it costs ${rounded(work)} FLOPs an element`;
}
