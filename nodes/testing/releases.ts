/** For tests: the modules of nodes/releases/*.patchbay, each of which holds one case of a node. */
import type { NodeCase } from './cases.ts';

/** Cases by the name of their module, which counts those of one type: cases that are added later leave it as it was. */
export function casesByModule(cases: readonly NodeCase[]): ReadonlyMap<string, NodeCase> {
  const counts = new Map<string, number>();
  return new Map(
    cases.map((nodeCase) => {
      const count = (counts.get(nodeCase.type) ?? 0) + 1;
      counts.set(nodeCase.type, count);
      return [`${nodeCase.type}_${count}`, nodeCase];
    }),
  );
}
