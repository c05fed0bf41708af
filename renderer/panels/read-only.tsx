/** Why the controls of a panel cannot be used: one line above them, for all. */
import { useDocument } from '../app-context.ts';
import { readOnlyReason } from '../commands/conditions.ts';

/** The reason why a control that edits is disabled; undefined while it is not. */
export function useReadOnlyReason(): string | undefined {
  return useDocument((state) => readOnlyReason(state) ?? undefined);
}

export function ReadOnlyLine() {
  const reason = useReadOnlyReason();
  return reason === undefined ? null : <p className="read-only-line">{reason}</p>;
}
