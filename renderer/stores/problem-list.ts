/** The list of problems: one entry per cause and definition, with what waits for it. */
import type { InstancePath } from '../../graph/instance.ts';
import type { Problem } from '../../graph/problems.ts';
import type { DerivedState } from './derived.ts';

export interface ProblemEntry {
  readonly problem: Problem;
  /** How many instances have it: 12 for a fault inside a module that is repeated 12 times. */
  readonly instances: number;
  /** Instances that have no shapes because of it, in the tree's order. */
  readonly blocked: readonly InstancePath[];
}

/** Errors first, each once for all the instances of its definition. */
export function problemList({
  problems,
  inference,
}: Pick<DerivedState, 'problems' | 'inference'>): readonly ProblemEntry[] {
  const blockedBy = Map.groupBy(inference.blocked.keys(), (path) => inference.blocked.get(path)!);
  const entries = problems.map((problem, index) => ({
    problem,
    // The node that has the problem does not wait for itself.
    blocked: (blockedBy.get(index) ?? []).filter((path) => path !== problem.place.path),
  }));
  return [...Map.groupBy(entries, ({ problem }) => sameCause(problem)).values()]
    .map((group) => ({
      problem: group[0]!.problem,
      instances: group.length,
      blocked: group.flatMap(({ blocked }) => blocked),
    }))
    .sort((a, b) => rank(a.problem) - rank(b.problem));
}

/** The same for a problem that stays as it is, be it of several instances or under another name. */
export function sameCause({ code, message, place, ...problem }: Problem): string {
  const { module, nodeId, port, param, path } = place;
  // Without a definition the path is all there is to tell two problems apart.
  const where = module === undefined ? path : undefined;
  return JSON.stringify([code, message, module, nodeId, port, param, where, problem.wanted]);
}

function rank({ severity }: Problem): number {
  return severity === 'error' ? 0 : 1;
}
