/** Where a step reads and writes. */
import type { Place, Plan, Step, ValueKey } from '../plan.ts';

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

/** Keys of the values that this plan reads from or writes to the pool. */
export function pooledKeys({ steps, outputs }: Plan): ReadonlySet<ValueKey> {
  const places = [...steps.flatMap(placesOf), ...outputs.map(({ place }) => place)];
  return new Set(places.flatMap((place) => (place.kind === 'pool' ? [place.key] : [])));
}
