/** Why a value has a buffer: what fusion decided about it, collected from where it was decided. */
import type { Operation, ValueId } from '../../ir/types.ts';
import type { Attentions } from './attention.ts';
import { wantsOf, type Cluster, type Clustering, type Refusal } from './cluster.ts';
import type { Placings } from './placing.ts';
import type { GraphView } from './view.ts';

/** Of a value that a cluster's kernel stores: each reason once. */
export function reasonsToStore(
  value: ValueId,
  cluster: Cluster,
  view: GraphView,
  clustering: Clustering,
  placings: Placings,
  attentions: Attentions,
): Refusal[] {
  if (cluster.copies !== undefined) {
    const inPlace = placings.refused.get(cluster.copies);
    return [clustering.copies.why(cluster.copies), ...(inPlace === undefined ? [] : [inPlace])];
  }
  const placed = placings.bySource.get(value);
  if (placed) return [clustering.copies.why(placed.copy), 'stored in that order at once'];
  const reasons = new Set<Refusal>();
  const readers = new Map<Refusal, string[]>();
  for (const want of wantsOf(value, cluster, view)) {
    if (want.kind === 'output') {
      reasons.add(want.output.kind === 'tap' ? 'somebody looks at it' : 'an output');
      continue;
    }
    const why = whyLoaded(want.reader, cluster, view, clustering);
    readers.set(why, [...(readers.get(why) ?? []), `${want.reader.op} of ${want.reader.origin}`]);
  }
  for (const [why, names] of readers) reasons.add(`read by ${names.join(', ')}: ${why}`);
  const attention = attentions.refused.get(view.producer(value));
  if (attention !== undefined) reasons.add(`attention is not one kernel: ${attention}`);
  return [...reasons];
}

/** Why the reader neither joined the cluster nor computes its value. */
function whyLoaded(reader: Operation, cluster: Cluster, view: GraphView, clustering: Clustering): Refusal {
  const refusal = cluster.apart ?? clustering.refusal(reader, cluster);
  if (refusal !== undefined) return refusal;
  const role = view.role(reader.results[0]!);
  if (role === 'core') return `${reader.op} takes it from a buffer`;
  if (role === 'gather') return 'gather goes on after no kernel';
  const kernel = clustering.of(reader.results[0]!)!;
  return `${reader.op} goes on after ${(kernel.core ?? kernel.members[0]!).op}`;
}
