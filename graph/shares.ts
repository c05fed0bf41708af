/** Shared weights: an instance that names another's path uses that one's weights, and so does all that is inside it. */
import { faultOf, report, type Building, type Draft } from './building.ts';
import { didYouMean } from './closest.ts';
import { childPath, type InstancePath } from './instance.ts';

/** Sets `weightPath` of every instance that shares weights, and reports shares that cannot be. */
export function resolveShares(building: Building): void {
  if (building.shares.size === 0) return;
  const targets = new Map<InstancePath, InstancePath>();
  for (const [path, target] of building.shares) {
    const reason = refusal(building, path, target);
    if (reason === undefined) targets.set(path, target);
    else fail(building, path, reason);
  }
  for (const path of targets.keys()) {
    const ring = ringFrom(path, targets);
    if (!ring) continue;
    fail(building, path, {
      code: 'share.cycle',
      message: `weights are shared in a circle: ${[...ring, path].join(' → ')}`,
    });
  }
  for (const path of building.faults.keys()) targets.delete(path);

  for (const [path, instance] of building.byPath) {
    const weightPath = weightPathOf(path, targets);
    if (weightPath === path) continue;
    if (building.byPath.has(weightPath)) instance.weightPath = weightPath;
    // What is inside a missing layer is not told again.
    else if (faultOf(building, path) === undefined)
      fail(building, path, {
        code: 'share.missing',
        message: `${weightPath}, whose weights this would share, does not exist`,
      });
  }
}

function fail(building: Building, path: InstancePath, problem: { code: string; message: string }): void {
  const place = building.byPath.get(path)?.place;
  const index = report(building.problems, {
    ...problem,
    severity: 'error',
    place: { ...place, path, param: 'shares' },
  });
  if (!building.faults.has(path)) building.faults.set(path, index);
}

function refusal(
  building: Building,
  path: InstancePath,
  target: InstancePath,
): { code: string; message: string } | undefined {
  const sharer = building.byPath.get(path)!;
  const shared = building.byPath.get(target);
  if (!shared || target === '') {
    const hint = didYouMean(
      target,
      [...building.byPath.keys()].filter((known) => known !== ''),
    );
    return { code: 'share.missing', message: `there is no instance "${target}" to share weights with${hint}` };
  }
  if (target === path) return { code: 'share.cycle', message: 'an instance cannot share its own weights' };
  if (target.startsWith(`${path}.`) || path.startsWith(`${target}.`))
    return { code: 'share.cycle', message: `${path} and ${target} contain one another` };
  const [mine, theirs] = [kindOf(sharer), kindOf(shared)];
  if (mine !== theirs)
    return { code: 'share.type', message: `${target} is ${theirs}; only ${mine} has the weights that this needs` };
  return undefined;
}

function kindOf(instance: Draft): string {
  switch (instance.kind) {
    case 'leaf':
      return `a ${instance.type}`;
    case 'module':
      return `a ${instance.module}`;
    case 'stack':
      return `a stack of ${instance.module}`;
    default:
      return instance satisfies never;
  }
}

/** The paths from `start` back to it, if following shares leads there. */
function ringFrom(start: InstancePath, targets: ReadonlyMap<InstancePath, InstancePath>): InstancePath[] | undefined {
  const visited: InstancePath[] = [];
  for (let at = targets.get(start); at !== undefined; at = targets.get(at)) {
    if (at === start) return [start, ...visited];
    if (visited.includes(at)) return undefined;
    visited.push(at);
  }
  return undefined;
}

/** Follows shares, of the instance or of what it is inside of, until a path owns its weights. */
function weightPathOf(path: InstancePath, targets: ReadonlyMap<InstancePath, InstancePath>): InstancePath {
  let at = path;
  const visited = new Set<InstancePath>();
  for (;;) {
    const next = substitute(at, targets);
    if (next === at || visited.has(next)) return next;
    visited.add(next);
    at = next;
  }
}

/** Replaces the innermost part of the path that shares. */
function substitute(path: InstancePath, targets: ReadonlyMap<InstancePath, InstancePath>): InstancePath {
  for (let end = path.length; end > 0; end = path.lastIndexOf('.', end - 1)) {
    const target = targets.get(path.slice(0, end));
    if (target !== undefined) return end === path.length ? target : childPath(target, path.slice(end + 1));
  }
  return path;
}
