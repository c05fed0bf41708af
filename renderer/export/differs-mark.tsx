/** On a card: an export computes its value differently, and by how much. */
import type { InstancePath } from '../../graph/instance.ts';
import { useDerived, useView } from '../app-context.ts';
import { differsAt, offBy } from './differing.ts';

/** What is said of the node at a path; null where nothing is. */
export function useDiffers(path: InstancePath | null): string | null {
  const differing = useView((state) => state.differing);
  const where = useDerived((state) => differsAt(differing, state, path));
  if (!differing || where === null) return null;
  return where === 'here'
    ? `${differing.engine} is ${offBy(differing.distance)}`
    : `${differing.engine} differs within`;
}

export function DiffersMark({ words }: { readonly words: string }) {
  return <span className="differs-mark">{words}</span>;
}
