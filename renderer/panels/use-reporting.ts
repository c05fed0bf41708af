/** Failures of what a button started become notices. */
import { useApp } from '../app-context.ts';
import { messageOf } from '../session/message-of.ts';

export function useReporting(): (work: Promise<unknown>) => void {
  const { notices } = useApp();
  return (work) => void work.catch((error: unknown) => notices.getState().tell(messageOf(error), 'error'));
}
