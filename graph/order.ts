/** An order of execution, and the cycles that have none. */
import { report, type Building, type LeafDraft } from './building.ts';
import { isIdle, type InstancePath, type LeafInstance } from './instance.ts';
import type { Fix } from './problems.ts';
import { enclosingPath } from './trace.ts';

/**
 * Leaves after what feeds them, otherwise in construction order. Reports every cycle once; leaves on a cycle, or fed by
 * one, are left out and marked as blocked.
 */
export function orderLeaves(building: Building, blocked: Map<InstancePath, number>): LeafInstance[] {
  const order: LeafInstance[] = [];
  const state = new Map<InstancePath, 'open' | 'done' | 'cyclic'>();
  for (const start of building.construction) {
    if (state.has(start.path) || isIdle(building.idle, start.path)) continue;
    // Depth first, with a stack of our own: a chain may be longer than the call stack.
    const stack = [{ leaf: start, sources: sourcesOf(start), next: 0 }];
    state.set(start.path, 'open');
    while (stack.length > 0) {
      const top = stack.at(-1)!;
      const path = top.sources[top.next++];
      if (path === undefined) {
        stack.pop();
        finish(top.leaf);
        continue;
      }
      const seen = state.get(path);
      if (seen === undefined) {
        const leaf = building.byPath.get(path) as LeafDraft;
        state.set(path, 'open');
        stack.push({ leaf, sources: sourcesOf(leaf), next: 0 });
      } else if (seen === 'open') {
        const from = stack.findIndex(({ leaf }) => leaf.path === path);
        const ring = stack.slice(from).map(({ leaf }) => leaf);
        const index = reportCycle(building, ring.reverse());
        for (const leaf of ring) blocked.set(leaf.path, index);
      }
    }
  }
  return order;

  function finish(leaf: LeafDraft): void {
    const cyclic = isCyclic(leaf);
    state.set(leaf.path, cyclic ? 'cyclic' : 'done');
    if (!cyclic) order.push(leaf);
  }

  /** On a cycle, or fed by a leaf that has no place in the order. */
  function isCyclic(leaf: LeafDraft): boolean {
    const own = blocked.get(leaf.path);
    if (own !== undefined && building.problems.all[own]!.code === 'graph.cycle') return true;
    for (const path of sourcesOf(leaf)) {
      if (state.get(path) !== 'cyclic') continue;
      if (own === undefined) blocked.set(leaf.path, blocked.get(path)!);
      return true;
    }
    return false;
  }
}

function sourcesOf(leaf: LeafDraft): InstancePath[] {
  return Object.values(leaf.inputs).map(({ path }) => path);
}

/** @param ring leaves, each feeding the next, the last the first. */
function reportCycle(building: Building, ring: readonly LeafDraft[]): number {
  const around = commonModule(
    building,
    ring.map(({ path }) => path),
  );
  const steps: InstancePath[] = [];
  for (const { path } of ring) {
    const child = childOf(around, path);
    if (steps.at(-1) !== child) steps.push(child);
  }
  if (steps.length > 1 && steps[0] === steps.at(-1)) steps.pop();
  // From the node that stands first in the definition, so that every way of finding the cycle tells it alike.
  const order = new Map(
    (building.byPath.get(around) as { children: { path: string }[] }).children.map(({ path }, at) => [path, at]),
  );
  const first = steps.reduce((least, path, at) => (order.get(path)! < order.get(steps[least]!)! ? at : least), 0);
  const turned = [...steps.slice(first), ...steps.slice(0, first)];
  const places = turned.map((path) => building.byPath.get(path)!.place!);
  const names = turned.map((path) => path.slice(around === '' ? 0 : around.length + 1));
  const fix = closingWire(building, places);
  return report(building.problems, {
    code: 'graph.cycle',
    severity: 'error',
    message: `these nodes form a cycle: ${[...names, names[0]].join(' → ')}`,
    place: { ...places[0]!, path: turned[0]! },
    related: places,
    ...(fix && { fixes: [fix] }),
  });
}

function closingWire(building: Building, places: readonly { module: string; nodeId: string }[]): Fix | undefined {
  const first = places[0]!;
  const last = places.at(-1)!;
  const edge = building.modules
    .get(first.module)
    ?.edges.find(({ from, to }) => from[0] === last.nodeId && to[0] === first.nodeId);
  if (!edge) return undefined;
  return {
    kind: 'remove-edge',
    title: 'Remove the wire that closes it',
    module: first.module,
    from: edge.from,
    to: edge.to,
  };
}

/** The innermost module instance that holds all of these. */
function commonModule(building: Building, paths: readonly InstancePath[]): InstancePath {
  const kindOf = (path: InstancePath) => building.byPath.get(path)?.kind;
  let around = enclosingPath(paths[0]!, kindOf);
  while (around !== '' && !paths.every((path) => path.startsWith(`${around}.`))) around = enclosingPath(around, kindOf);
  return around;
}

/** The child of a module instance that is, or holds, the instance of this path. */
function childOf(around: InstancePath, path: InstancePath): InstancePath {
  const start = around === '' ? 0 : around.length + 1;
  const dot = path.indexOf('.', start);
  return dot === -1 ? path : path.slice(0, dot);
}
