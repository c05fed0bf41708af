/** Whether the window may close: at once if nothing would be lost, else after the renderer has asked the person. */

export type CloseDecision =
  | 'close'
  /** The renderer asks, and answers. */
  | 'ask-renderer'
  /** The renderer cannot ask: it hangs. */
  | 'ask-natively';

/** The state of one window. Plain data; the functions below are its transitions. */
export interface CloseGuard {
  readonly dirty: boolean;
  /** The renderer answers to events. */
  readonly responsive: boolean;
  /** The page lives; a crashed one has nothing left to lose but what the journal holds. */
  readonly alive: boolean;
  /** The person has answered: the next request passes. */
  readonly allowed: boolean;
}

export const INITIAL_GUARD: CloseGuard = { dirty: false, responsive: true, alive: true, allowed: false };

export function decideClose({ dirty, responsive, alive, allowed }: CloseGuard): CloseDecision {
  if (allowed || !dirty || !alive) return 'close';
  return responsive ? 'ask-renderer' : 'ask-natively';
}
