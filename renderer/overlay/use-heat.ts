/** How much of the open module's time each of its nodes takes, for the tint of its card. */
import type { InstancePath, InstanceTree } from '../../graph/instance.ts';
import { useDerived, useRun, useView } from '../app-context.ts';

/** The most that one child of a module takes, in milliseconds; 0 where nothing was measured. */
export function hottest(
  tree: InstanceTree,
  timings: ReadonlyMap<InstancePath, number>,
  openPath: InstancePath,
): number {
  const open = tree.byPath.get(openPath);
  const children = open?.kind === 'module' ? open.children : [];
  return children.reduce((most, { path }) => Math.max(most, timings.get(path) ?? 0), 0);
}

/** 0 … 1 of the hottest node beside it; null while the overlay is off, or where nothing was measured. */
export function useHeat(path: InstancePath | null): number | null {
  const heat = useView((state) => state.heat);
  const openPath = useView((state) => state.openPath);
  const tree = useDerived((state) => (heat ? state.tree : null));
  return useRun(({ timings }) => {
    const time = path === null ? undefined : timings.get(path);
    if (!tree || time === undefined) return null;
    const most = hottest(tree, timings, openPath);
    return most === 0 ? 0 : time / most;
  });
}
