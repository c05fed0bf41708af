/** Cuts steps into pieces that fit a submission: a long dispatch becomes several, each over part of its workgroups. */
import type { DispatchStep, Plan } from '../plan.ts';
import { stepWork, workOf, type Pace } from './pace.ts';

/** Pieces of one submission at most: so many uniform blocks and timestamps there are. */
export const MAX_PIECES = 64;

/** One step of the plan, or one part of a dispatch. */
export interface Piece {
  readonly step: number;
  /** First workgroup and number of workgroups; for a copy or clear, zeros. */
  readonly first: readonly [number, number, number];
  readonly size: readonly [number, number, number];
  readonly work: number;
  /** True for the last piece of its step: then the step's results are complete. */
  readonly completes: boolean;
}

/**
 * The pieces of the needed steps, cut lazily, so that rates learnt on the way count.
 * @param most Milliseconds that a piece may take.
 */
export function* cutPieces(plan: Plan, steps: readonly number[], pace: Pace, most: number): Generator<Piece> {
  for (const index of steps) {
    const step = plan.steps[index]!;
    if (step.kind === 'dispatch')
      yield* cutDispatch(step, index, (work) => pace.predict(plan.shaders[step.shader]!.wgsl, work) / most);
    else yield { step: index, first: [0, 0, 0], size: [0, 0, 0], work: stepWork(step), completes: true };
  }
}

/** Every dispatch as one piece. */
export function wholeSteps(plan: Plan): Piece[] {
  return plan.steps.map((step, index): Piece => {
    const size = step.kind === 'dispatch' ? step.workgroups : ([0, 0, 0] as const);
    return { step: index, first: [0, 0, 0], size, work: 0, completes: true };
  });
}

/** Along the last axis that has more than one workgroup; the axes before it stay whole. */
function* cutDispatch(step: DispatchStep, index: number, piecesFor: (work: number) => number): Generator<Piece> {
  const { workgroups } = step;
  const axis = workgroups[2] > 1 ? 2 : workgroups[1] > 1 ? 1 : 0;
  const count = workgroups[axis];
  const total = workOf(step);
  let at = 0;
  while (at < count) {
    const parts = Math.max(1, Math.ceil(piecesFor(total)));
    const take = Math.min(count - at, Math.max(1, Math.ceil(count / parts)));
    const first: [number, number, number] = [0, 0, 0];
    const size: [number, number, number] = [...workgroups];
    first[axis] = at;
    size[axis] = take;
    at += take;
    yield { step: index, first, size, work: (total * take) / count, completes: at >= count };
  }
}
