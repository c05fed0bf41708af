/** Where a step reads and writes. */
import type { Place, Step } from '../plan.ts';

export function placesOf(step: Step): readonly Place[] {
  switch (step.kind) {
    case 'dispatch':
      return step.bindings.map(({ place }) => place);
    case 'copy':
      return [step.from, step.to];
    case 'clear':
      return [step.place];
    default:
      return step satisfies never;
  }
}
