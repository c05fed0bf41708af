/** The fixes of a problem that is on screen. They are tried in a task of their own: an edit does not wait for them. */
import { useEffect, useState } from 'react';
import type { Fix, Problem } from '../../graph/problems.ts';
import { useApp, useDerived } from '../app-context.ts';
import { repairsIn } from '../stores/repairs.ts';

const NONE: readonly Fix[] = [];
/** Long enough that a scrub of a value does not pay for it at each of its edits. */
const DELAY_MILLISECONDS = 80;

export function useRepairs(problem: Problem | undefined): readonly Fix[] {
  const { derived } = useApp();
  const document = useDerived((state) => state.document);
  const [found, setFound] = useState<{ readonly problem: Problem; readonly fixes: readonly Fix[] }>();
  useEffect(() => {
    if (!problem) return undefined;
    const timer = setTimeout(() => {
      const state = derived.getState();
      if (state.document === document && state.problems.includes(problem))
        setFound({ problem, fixes: repairsIn(state, problem) });
    }, DELAY_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [derived, document, problem]);
  // What was found for another problem is no fix of this one.
  return found && found.problem === problem ? found.fixes : NONE;
}
