/** Marks of the run on the whole canvas: stale values dim, progress grows under the headers. Attributes, not renders. */
import { useEffect, type RefObject } from 'react';
import { useApp } from '../app-context.ts';
import { isStale, type RunState } from '../stores/run.ts';

export function RunMarks({ container }: { readonly container: RefObject<HTMLElement | null> }) {
  const { run } = useApp();
  useEffect(() => {
    const mark = ({ status, timings }: RunState): void => {
      const element = container.current;
      if (!element) return;
      // Before the first values of a document there is nothing that could be old.
      element.toggleAttribute('data-stale', isStale(status) && timings.size > 0);
      element.toggleAttribute('data-running', status.kind === 'running');
      if (status.kind !== 'running') return;
      // On the cards, which alone show it: on the canvas it would style anew whatever lies in it.
      for (const card of element.querySelectorAll<HTMLElement>('.node')) {
        card.style.setProperty('--progress', String(status.progress));
      }
    };
    mark(run.getState());
    return run.subscribe(mark);
  }, [run, container]);
  return null;
}
