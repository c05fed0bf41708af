/** Times of leaves summed up into the modules and stacks that contain them. */
import type { InstancePath } from '../../graph/instance.ts';

/** Milliseconds by path: of every origin, and of everything around it; the root's is the empty path. */
export function rollUpTimings(timings: ReadonlyMap<InstancePath, number>): ReadonlyMap<InstancePath, number> {
  const total = new Map<InstancePath, number>();
  const add = (path: InstancePath, milliseconds: number) => total.set(path, (total.get(path) ?? 0) + milliseconds);
  for (const [path, milliseconds] of timings) {
    if (path !== '') add('', milliseconds);
    for (let end = path.length; end > 0; end = path.lastIndexOf('.', end - 1)) add(path.slice(0, end), milliseconds);
    if (path === '') add('', milliseconds);
  }
  return total;
}
